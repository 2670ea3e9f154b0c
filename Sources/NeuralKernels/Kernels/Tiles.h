// Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, the frame of every bilinear algorithm here (Lavin and Gray 2016, arXiv:1509.09308).
//
// An algorithm is two functions on a line of numbers: v = Bᵀ d and y = Aᵀ m. Images take them along columns, then along
// rows. ⊙ becomes a matrix product over channels at every point (Product.h), so a transform runs once a channel, not
// once a pair of channels.

#define LONGEST_LINE 8

typedef void Line(const Lanes *from, Lanes *to);

/// One channel of one tile: `reads`² places → `points`² points.
INLINE void forwardImage(const float *x, const int32_t *read, float *v, ptrdiff_t pointStride, const int reads,
                         const int points, Line *transform) {
  Lanes half[LONGEST_LINE][LONGEST_LINE];
#pragma clang loop unroll(full)
  for (int j = 0; j < reads; j++) {
    Lanes d[LONGEST_LINE], t[LONGEST_LINE];
#pragma clang loop unroll(full)
    for (int i = 0; i < reads; i++) d[i] = load(x + read[i * reads + j]);
    transform(d, t);
#pragma clang loop unroll(full)
    for (int i = 0; i < points; i++) half[i][j] = t[i];
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < points; i++) {
    Lanes t[LONGEST_LINE];
    transform(half[i], t);
#pragma clang loop unroll(full)
    for (int j = 0; j < points; j++) store(v + (i * points + j) * pointStride, t[j]);
  }
}

/// One filter of one tile: `points`² products → `writes`² places.
INLINE void inverseImage(const float *m, ptrdiff_t pointStride, const ChannelFinish *f, const int32_t *write,
                         const int points, const int writes, Line *transform) {
  Lanes half[LONGEST_LINE][LONGEST_LINE];
#pragma clang loop unroll(full)
  for (int j = 0; j < points; j++) {
    Lanes d[LONGEST_LINE], t[LONGEST_LINE];
#pragma clang loop unroll(full)
    for (int i = 0; i < points; i++) d[i] = load(m + (i * points + j) * pointStride);
    transform(d, t);
#pragma clang loop unroll(full)
    for (int i = 0; i < writes; i++) half[i][j] = t[i];
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < writes; i++) {
    Lanes t[LONGEST_LINE];
    transform(half[i], t);
#pragma clang loop unroll(full)
    for (int j = 0; j < writes; j++) finish(f, write[i * writes + j], t[j]);
  }
}

INLINE void forwardSignal(const float *x, const int32_t *read, float *v, ptrdiff_t pointStride, const int reads,
                          const int points, Line *transform) {
  Lanes d[LONGEST_LINE], t[LONGEST_LINE];
#pragma clang loop unroll(full)
  for (int i = 0; i < reads; i++) d[i] = load(x + read[i]);
  transform(d, t);
#pragma clang loop unroll(full)
  for (int i = 0; i < points; i++) store(v + i * pointStride, t[i]);
}

INLINE void inverseSignal(const float *m, ptrdiff_t pointStride, const ChannelFinish *f, const int32_t *write,
                          const int points, const int writes, Line *transform) {
  Lanes d[LONGEST_LINE], t[LONGEST_LINE];
#pragma clang loop unroll(full)
  for (int i = 0; i < points; i++) d[i] = load(m + i * pointStride);
  transform(d, t);
#pragma clang loop unroll(full)
  for (int i = 0; i < writes; i++) finish(f, write[i], t[i]);
}

/// Every input of every tile.
INLINE void forwardTiles(const KernelTiles *g, const float *x, const int reads, const int points, Line *transform,
                         const int dimensions) {
  for (int input = 0; input < g->inputs; input++, x += g->inputStride)
    for (int tile = 0; tile < g->tiles; tile++) {
      float *v = g->transformed + ((ptrdiff_t)input * g->tiles + tile) * LANES;
      if (dimensions == 2)
        forwardImage(x, g->reads + tile * reads * reads, v, g->pointStride, reads, points, transform);
      else
        forwardSignal(x, g->reads + tile * reads, v, g->pointStride, reads, points, transform);
    }
}

/// Every filter of every tile.
INLINE void inverseTiles(const KernelTiles *g, const KernelFinish *f, const int points, const int writes,
                         Line *transform, const int dimensions) {
  for (int filter = 0; filter < g->filters; filter++) {
    const ChannelFinish c = channelFinish(f, filter);
    for (int tile = 0; tile < g->tiles; tile++) {
      const float *m = g->products + ((ptrdiff_t)filter * g->tiles + tile) * LANES;
      if (dimensions == 2)
        inverseImage(m, g->pointStride, &c, g->writes + tile * writes * writes, points, writes, transform);
      else
        inverseSignal(m, g->pointStride, &c, g->writes + tile * writes, points, writes, transform);
    }
  }
}

/// The four kernels of an algorithm with n places → p points → m places on a line.
#define ALGORITHM(name, n, p, m)                                                                                       \
  static void name##ForwardSignal(const KernelTiles *g, const float *x) {                                              \
    forwardTiles(g, x, n, p, name##Forward, 1);                                                                        \
  }                                                                                                                    \
  static void name##ForwardImage(const KernelTiles *g, const float *x) { forwardTiles(g, x, n, p, name##Forward, 2); } \
  static void name##InverseSignal(const KernelTiles *g, const KernelFinish *f) {                                       \
    inverseTiles(g, f, p, m, name##Inverse, 1);                                                                        \
  }                                                                                                                    \
  static void name##InverseImage(const KernelTiles *g, const KernelFinish *f) {                                        \
    inverseTiles(g, f, p, m, name##Inverse, 2);                                                                        \
  }

#define ALGORITHM_ENTRY(name, n, p, m)                                                                                 \
  {                                                                                                                    \
    {n, p, m, name##ForwardSignal, name##InverseSignal}, {                                                             \
      (n) * (n), (p) * (p), (m) * (m), name##ForwardImage, name##InverseImage                                          \
    }                                                                                                                  \
  }
