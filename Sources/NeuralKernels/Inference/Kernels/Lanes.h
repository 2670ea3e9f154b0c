// The vector type that every kernel is written in. LANES, ROWS, COLUMNS, DENSE_ROWS and IS_FUSED, whether a·b + c is
// rounded once, come from the instruction set.

#include <stddef.h>
#include <stdint.h>

#include "InferenceKernels.h"

// a·b + c in one rounding where the machine has it: half the instructions, and the better number.
#pragma clang fp contract(fast)

#define INLINE static inline __attribute__((always_inline))

typedef float Lanes __attribute__((ext_vector_type(LANES)));
/// The same anywhere in memory.
typedef Lanes AnyLanes __attribute__((aligned(4)));

INLINE Lanes load(const float *x) { return *(const AnyLanes *)x; }
INLINE void store(float *y, Lanes value) { *(AnyLanes *)y = value; }
INLINE Lanes splat(float x) { return (Lanes)(x); }
