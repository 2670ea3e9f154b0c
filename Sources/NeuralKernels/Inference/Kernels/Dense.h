// Fully connected layers: DENSE_ROWS outputs at a time, each segment summed by itself so that long sums stay exact.

INLINE void denseBlock(const KernelDense *g, const float *w, const KernelFinish *f, int output, const int rows) {
  Lanes total[DENSE_ROWS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) total[r] = splat(g->bias[output + r]);
  for (int part = 0; part < 2; part++) {
    const KernelPart *p = &g->parts[part];
    const float *x = p->x;
    for (int segment = 0; segment < p->segments; segment++, x += p->segmentStride) {
      Lanes sum[DENSE_ROWS];
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) sum[r] = splat(0);
      for (int position = 0; position < p->run; position++, w += rows) {
        Lanes value = load(x + position * LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) sum[r] += splat(w[r]) * value;
      }
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) total[r] += sum[r];
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    ChannelFinish c = channelFinish(f, (output + r) / g->plane);
    finish(&c, (output + r) % g->plane * LANES, total[r]);
  }
}

static void dense(const KernelDense *g, const KernelFinish *f) {
  const int blocks = (g->outputs + DENSE_ROWS - 1) / DENSE_ROWS;
  for (int block = 0; block < blocks; block++) {
    const int first = (int)((int64_t)g->outputs * block / blocks);
    const int rows = (int)((int64_t)g->outputs * (block + 1) / blocks) - first;
    const float *w = g->weights + (ptrdiff_t)first * g->inputs;
    switch (rows) {
    case 1: denseBlock(g, w, f, first, 1); break;
    case 2: denseBlock(g, w, f, first, 2); break;
    case 3: denseBlock(g, w, f, first, 3); break;
    case 4: denseBlock(g, w, f, first, 4); break;
    case 5: denseBlock(g, w, f, first, 5); break;
#if DENSE_ROWS > 6
    case 6: denseBlock(g, w, f, first, 6); break;
    case 7: denseBlock(g, w, f, first, 7); break;
#endif
    default: denseBlock(g, w, f, first, DENSE_ROWS);
    }
  }
}
