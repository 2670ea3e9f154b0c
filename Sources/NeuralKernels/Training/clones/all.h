// Every loop in the form of the clone that includes this: FORM its name, BLOCK and TILE the size of its register tile.
#include <string.h>

#include "../Packing.h"

#define INLINE inline __attribute__((always_inline))
// Lanes of a where mask is set, of b elsewhere.
#define SELECT(mask, a, b) \
  ((__typeof__(a))(((mask) & (__typeof__(mask))(a)) | (~(mask) & (__typeof__(mask))(b))))
#define UNROLL _Pragma("clang loop unroll(full)")

// Loads and stores need not be aligned.
typedef float vector8 __attribute__((vector_size(32), aligned(4)));
typedef float vector16 __attribute__((vector_size(64), aligned(4)));

#include "batch_norm.h"
#include "convolution.h"
#include "elementwise.h"
#include "winograd.h"

#define NAME_OF(form) #form
#define TABLE_OF(form) tk_##form
#define DEFINE_TABLE(form)                                                                                           \
  const tk_kernels TABLE_OF(form) = {.name = NAME_OF(form),                                                          \
                                     .block = BLOCK,                                                                 \
                                     .convolve = convolve,                                                           \
                                     .weight_gradient = weight_gradient,                                             \
                                     .activate = activate,                                                           \
                                     .activate_back = activate_back,                                                 \
                                     .pad = pad,                                                                     \
                                     .column_sums = column_sums,                                                     \
                                     .sum = sum,                                                                     \
                                     .add = add,                                                                     \
                                     .scale_shift = scale_shift,                                                     \
                                     .squares = squares,                                                             \
                                     .norm_sums = norm_sums,                                                         \
                                     .norm_back = norm_back,                                                         \
                                     .adam = adam,                                                                      \
                                     .winograd_input = winograd_input, \
                                     .winograd_output = winograd_output, \
                                     .winograd_output_back = winograd_output_back, \
                                     .winograd_weights = winograd_weights, \
                                     .winograd_weights_back = winograd_weights_back, \
                                     .winograd_product = winograd_product, \
                                     .winograd_gradient = winograd_gradient};
DEFINE_TABLE(FORM)
