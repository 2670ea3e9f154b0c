// For processors with AVX-512: 16 sums of 16 lanes.
#if defined(__x86_64__)
#define FORM avx512
#define BLOCK 32
#define TILE 8
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#include "clones/all.h"
#pragma clang attribute pop
#endif
