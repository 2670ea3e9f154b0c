// For processors with AVX2 and FMA: 8 sums of 8 lanes.
#include "../Processor.h"

#if defined(__x86_64__)
#define FORM avx2
#define BLOCK 16
#define TILE 4
#pragma clang attribute push(__attribute__((target(AVX2_TARGET))), apply_to = function)
#include "clones/all.h"
#pragma clang attribute pop
#endif
