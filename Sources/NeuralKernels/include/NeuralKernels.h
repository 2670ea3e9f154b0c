// The inner loops of networks in C, each compiled for AVX-512, for AVX2 and for whatever the program is built for.

#include "InferenceKernels.h"
#include "NeighbourKernel.h"
#include "TrainingKernels.h"
