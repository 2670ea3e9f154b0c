// Convolution as it is defined: every tap of every input, on places found through a table. Any kernel, any dilation.

/// ROWS filters at COLUMNS places stay in registers while inputs and taps run. One or two filters leave room for a sum
/// an input beside the total: what gathers a cascade cancels much, and keeps every rounding error of a long sum.
INLINE void convolveBlock(const KernelConvolution *g, const float *x, const int32_t *reads, const float *w,
                          const KernelFinish *f, int filter, int place, const int rows, const int columns) {
  Lanes sum[ROWS][COLUMNS], total[ROWS][COLUMNS];
  const int isSplit = rows <= 2;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int t = 0; t < columns; t++) sum[r][t] = total[r][t] = splat(0);
  for (int input = 0; input < g->inputs; input++, x += g->inputStride) {
    const int32_t *read = reads;
    for (int tap = 0; tap < g->taps; tap++, read += COLUMNS, w += rows) {
      Lanes value[COLUMNS];
#pragma clang loop unroll(full)
      for (int t = 0; t < columns; t++) value[t] = load(x + read[t]);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int t = 0; t < columns; t++) sum[r][t] += splat(w[r]) * value[t];
    }
    if (!isSplit) continue;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (int t = 0; t < columns; t++) {
        total[r][t] += sum[r][t];
        sum[r][t] = splat(0);
      }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    ChannelFinish c = channelFinish(f, filter + r);
#pragma clang loop unroll(full)
    for (int t = 0; t < columns; t++)
      if (place + t < g->places) finish(&c, g->writes[place + t], isSplit ? total[r][t] : sum[r][t]);
  }
}

static void convolve(const KernelConvolution *g, const float *x, const KernelFinish *f) {
  const int depth = g->inputs * g->taps;
  const int32_t *reads = g->reads;
  for (int place = 0; place < g->places; place += COLUMNS, reads += g->taps * COLUMNS) {
    for (int filter = 0; filter < g->filters; filter += ROWS) {
      const float *w = g->weights + (ptrdiff_t)filter * depth;
      switch (g->filters - filter) {
      case 1: convolveBlock(g, x, reads, w, f, filter, place, 1, COLUMNS); break;
#if ROWS > 2
      case 2: convolveBlock(g, x, reads, w, f, filter, place, 2, COLUMNS); break;
#endif
#if ROWS > 3
      case 3: convolveBlock(g, x, reads, w, f, filter, place, 3, COLUMNS); break;
#endif
      default: convolveBlock(g, x, reads, w, f, filter, place, ROWS, COLUMNS);
      }
    }
  }
}
