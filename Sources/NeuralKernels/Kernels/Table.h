// Every kernel for one instruction set. Included by the file that names the set; all functions are static there, so
// copies for different machines never meet at link time.

#include "Lanes.h"

#include "Finish.h"

#include "Convolution.h"
#include "Dense.h"
#include "Interleaving.h"
#include "Means.h"
#include "Product.h"
#include "Tiles.h"

#include "Upsampled.h"
#include "Winograd4.h"
#include "Winograd6.h"

#define KERNEL_TABLE(name)                                                                                             \
  {                                                                                                                    \
    name, LANES, ROWS, COLUMNS, DENSE_ROWS, convolve, multiply, dense, means,                                          \
        {ALGORITHM_ENTRY(winograd4, 6, 6, 4), ALGORITHM_ENTRY(winograd6, 8, 8, 6),                                     \
         ALGORITHM_ENTRY(upsampled, 3, 3, 2)},                                                                         \
        gather, scatter                                                                                                \
  }
