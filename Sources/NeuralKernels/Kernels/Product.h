// The matrix products between the transforms: M = U V at every point, filters × inputs times inputs × tiles.

/// ROWS filters of COLUMNS tiles stay in registers while the inputs run.
INLINE void multiplyBlock(int inputs, const float *u, const float *v, float *m, ptrdiff_t stride, const int rows,
                          const int columns) {
  Lanes sum[ROWS][COLUMNS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int t = 0; t < columns; t++) sum[r][t] = splat(0);
  for (int input = 0; input < inputs; input++, u += rows, v += stride) {
    Lanes value[COLUMNS];
#pragma clang loop unroll(full)
    for (int t = 0; t < columns; t++) value[t] = load(v + t * LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (int t = 0; t < columns; t++) sum[r][t] += splat(u[r]) * value[t];
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int t = 0; t < columns; t++) store(m + r * stride + t * LANES, sum[r][t]);
}

INLINE void multiplyRows(const KernelTiles *g, const float *u, const float *v, float *m, ptrdiff_t stride,
                         const int rows) {
  int tile = 0;
  for (; tile + COLUMNS <= g->tiles; tile += COLUMNS)
    multiplyBlock(g->inputs, u, v + tile * LANES, m + tile * LANES, stride, rows, COLUMNS);
  v += tile * LANES;
  m += tile * LANES;
  switch (g->tiles - tile) {
  case 1: multiplyBlock(g->inputs, u, v, m, stride, rows, 1); break;
#if COLUMNS > 2
  case 2: multiplyBlock(g->inputs, u, v, m, stride, rows, 2); break;
#endif
#if COLUMNS > 3
  case 3: multiplyBlock(g->inputs, u, v, m, stride, rows, 3); break;
#endif
  default: break;
  }
}

static void multiply(const KernelTiles *g, int32_t points) {
  const ptrdiff_t stride = (ptrdiff_t)g->tiles * LANES;
  for (int point = 0; point < points; point++) {
    const float *u = g->weights + (ptrdiff_t)point * g->filters * g->inputs;
    const float *v = g->transformed + point * g->pointStride;
    for (int filter = 0; filter < g->filters; filter += ROWS) {
      const float *block = u + (ptrdiff_t)filter * g->inputs;
      float *m = g->products + point * g->pointStride + filter * stride;
      switch (g->filters - filter) {
      case 1: multiplyRows(g, block, v, m, stride, 1); break;
#if ROWS > 2
      case 2: multiplyRows(g, block, v, m, stride, 2); break;
#endif
#if ROWS > 3
      case 3: multiplyRows(g, block, v, m, stride, 3); break;
#endif
      default: multiplyRows(g, block, v, m, stride, ROWS);
      }
    }
  }
}
