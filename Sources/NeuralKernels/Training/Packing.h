// How blocks of packed weights follow each other.
#pragma once
#include "TrainingKernels.h"

/// Outputs of the next block when `left` remain.
static inline ptrdiff_t tk_block(ptrdiff_t left, ptrdiff_t block) {
  while (block > left) block /= 2;
  return block;
}
