// The matrix products between the transforms: M = U V at every point, filters × inputs times inputs × tiles.

/// `blocks` blocks of `rows` filters of `columns` tiles stay in registers while the inputs run.
INLINE void multiplyBlock(int inputs, const float *u, const float *v, float *m, ptrdiff_t stride, const int blocks,
                          const int rows, const int columns) {
  Lanes sum[COLUMNS * ROWS][COLUMNS];
#pragma clang loop unroll(full)
  for (int r = 0; r < blocks * rows; r++)
#pragma clang loop unroll(full)
    for (int t = 0; t < columns; t++) sum[r][t] = splat(0);
  const ptrdiff_t blockStride = (ptrdiff_t)inputs * rows;
  const float *next = u + blocks * blockStride;
  for (int input = 0; input < inputs; input++, u += rows, v += stride) {
    Lanes value[COLUMNS];
    __builtin_prefetch(next + input * blocks * rows);
#pragma clang loop unroll(full)
    for (int t = 0; t < columns; t++) value[t] = load(v + t * LANES);
#pragma clang loop unroll(full)
    for (int b = 0; b < blocks; b++)
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int t = 0; t < columns; t++) sum[b * rows + r][t] += splat(u[b * blockStride + r]) * value[t];
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < blocks * rows; r++)
#pragma clang loop unroll(full)
    for (int t = 0; t < columns; t++) store(m + r * stride + t * LANES, sum[r][t]);
}

/// One point: every filter of every tile. A few last tiles would leave registers empty: they take more filters at once.
INLINE void multiplyPoint(const KernelTiles *g, const float *u, const float *v, float *m, const int columns) {
  const ptrdiff_t stride = (ptrdiff_t)g->tiles * LANES;
  const int wide = COLUMNS / columns * ROWS;
  int filter = 0;
  for (; filter + wide <= g->filters; filter += wide)
    multiplyBlock(g->inputs, u + (ptrdiff_t)filter * g->inputs, v, m + filter * stride, stride, COLUMNS / columns, ROWS,
                  columns);
  for (; filter < g->filters; filter += ROWS) {
    const float *block = u + (ptrdiff_t)filter * g->inputs;
    float *products = m + filter * stride;
    switch (g->filters - filter) {
    case 1: multiplyBlock(g->inputs, block, v, products, stride, 1, 1, columns); break;
#if ROWS > 2
    case 2: multiplyBlock(g->inputs, block, v, products, stride, 1, 2, columns); break;
#endif
#if ROWS > 3
    case 3: multiplyBlock(g->inputs, block, v, products, stride, 1, 3, columns); break;
#endif
    default: multiplyBlock(g->inputs, block, v, products, stride, 1, ROWS, columns);
    }
  }
}

static void multiply(const KernelTiles *g, int32_t points) {
  for (int point = 0; point < points; point++) {
    const float *u = g->weights + (ptrdiff_t)point * g->filters * g->inputs;
    const float *v = g->transformed + point * g->pointStride;
    float *m = g->products + point * g->pointStride;
    int tiles = g->tiles;
    for (; tiles >= COLUMNS; tiles -= COLUMNS, v += COLUMNS * LANES, m += COLUMNS * LANES)
      multiplyPoint(g, u, v, m, COLUMNS);
    switch (tiles) {
    case 1: multiplyPoint(g, u, v, m, 1); break;
#if COLUMNS > 2
    case 2: multiplyPoint(g, u, v, m, 2); break;
#endif
#if COLUMNS > 3
    case 3: multiplyPoint(g, u, v, m, 3); break;
#endif
    default: break;
    }
  }
}
