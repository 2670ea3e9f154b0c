// Which form runs: decided once by what the processor says it has.
#include "TrainingKernels.h"

#include "../Processor.h"

extern const tk_kernels tk_baseline;
#if defined(__x86_64__)
extern const tk_kernels tk_avx512, tk_avx2;
#endif

const tk_kernels *tk_form(int index) {
#if defined(__x86_64__)
  if (processorHasAVX512() && index-- == 0) return &tk_avx512;
  if (processorHasAVX2() && index-- == 0) return &tk_avx2;
#endif
  return index == 0 ? &tk_baseline : 0;
}

const tk_kernels *tk_best(void) { return tk_form(0); }
