// Sixteen lanes, 32 registers: x86 processors with AVX-512.

#include "NeuralKernels.h"

#if defined(__x86_64__)

#define LANES 16
#define ROWS 4
#define COLUMNS 4
#define DENSE_ROWS 8
#define IS_FUSED 1

#define HELD_VECTORS 24

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))), apply_to = function)
#include "Kernels/Table.h"
#pragma clang attribute pop

const NeuralKernelTable *neuralKernelsAVX512(void) {
  static const NeuralKernelTable table = KERNEL_TABLE("avx512");
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                 __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
             ? &table
             : NULL;
}

#else

const NeuralKernelTable *neuralKernelsAVX512(void) { return NULL; }

#endif
