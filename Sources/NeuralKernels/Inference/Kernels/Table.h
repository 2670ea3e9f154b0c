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

#include "Direct.h"
#include "Upsampled.h"
#include "Upsampled4.h"
#include "Winograd2.h"
#include "Winograd4.h"
#include "Winograd5.h"
#include "Winograd6.h"

#include "Algorithms.h"

#define KERNEL_TABLE(name)                                                                                             \
  {name, LANES, ROWS, COLUMNS, DENSE_ROWS, convolve, multiply, dense, means, algorithm, gather, scatter}
