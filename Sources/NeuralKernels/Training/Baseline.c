// For every processor that the program is built for: 8 sums of 4 lanes; NEON on aarch64, SSE2 on x86-64.
#define FORM baseline
#define BLOCK 8
#define TILE 4
#include "clones/all.h"
