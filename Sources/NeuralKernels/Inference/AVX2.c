// Eight lanes, 16 registers: x86 processors with AVX2 and FMA.

#include "InferenceKernels.h"
#include "../Processor.h"

#if defined(__x86_64__)

#define LANES 8
#define ROWS 4
#define COLUMNS 3
#define DENSE_ROWS 6
#define IS_FUSED 1

#define HELD_VECTORS 100

#pragma clang attribute push(__attribute__((target(AVX2_TARGET))), apply_to = function)
#include "Kernels/Table.h"
#pragma clang attribute pop

const NeuralKernelTable *neuralKernelsAVX2(void) {
  static const NeuralKernelTable table = KERNEL_TABLE("avx2");
  return processorHasAVX2() ? &table : NULL;
}

#else

const NeuralKernelTable *neuralKernelsAVX2(void) { return NULL; }

#endif
