// What the processor that runs the program has, beyond what the program is built for.
#ifndef PROCESSOR_H
#define PROCESSOR_H

#if defined(__x86_64__)

/// The feature sets that loops are compiled for again, as `target` names them.
#define AVX512_TARGET "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"
#define AVX2_TARGET "avx2,fma"

static inline int processorHasAVX2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static inline int processorHasAVX512(void) {
  return processorHasAVX2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}

#endif

#endif
