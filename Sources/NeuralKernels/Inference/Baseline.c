// Four lanes: what the compiler may assume of every machine of the architecture, SSE2 on x86 and NEON on ARM.

#include "InferenceKernels.h"

#define LANES 4
#define ROWS 4
#if defined(__aarch64__)
#define COLUMNS 4
#define DENSE_ROWS 8
#define IS_FUSED 1
#else
#define COLUMNS 2
#define DENSE_ROWS 6
#define IS_FUSED 0
#endif

#define HELD_VECTORS 100

#include "Kernels/Table.h"

const NeuralKernelTable *neuralKernelsBaseline(void) {
  static const NeuralKernelTable table = KERNEL_TABLE("baseline");
  return &table;
}
