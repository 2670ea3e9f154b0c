// For processors with AVX-512: 16 sums of 16 lanes.
#include "../Processor.h"

#if defined(__x86_64__)
#define FORM avx512
#define BLOCK 32
#define TILE 8
#pragma clang attribute push(__attribute__((target(AVX512_TARGET))), apply_to = function)
#include "clones/all.h"
#pragma clang attribute pop
#endif
