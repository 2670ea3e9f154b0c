// Sixteen lanes, 32 registers: x86 processors with AVX-512.

#include "InferenceKernels.h"
#include "../Processor.h"

#if defined(__x86_64__)

#define LANES 16
#define ROWS 4
#define COLUMNS 4
#define DENSE_ROWS 8
#define IS_FUSED 1

#define HELD_VECTORS 24

#pragma clang attribute push(__attribute__((target(AVX512_TARGET))), apply_to = function)
#include "Kernels/Table.h"
#pragma clang attribute pop

const NeuralKernelTable *neuralKernelsAVX512(void) {
  static const NeuralKernelTable table = KERNEL_TABLE("avx512");
  return processorHasAVX512() ? &table : NULL;
}

#else

const NeuralKernelTable *neuralKernelsAVX512(void) { return NULL; }

#endif
