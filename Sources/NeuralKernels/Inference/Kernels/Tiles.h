// Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, the frame of every bilinear algorithm here (Lavin and Gray 2016, arXiv:1509.09308).
//
// An algorithm is two functions on a line of numbers: v = Bᵀ d and y = Aᵀ m. Images take one along columns and one along
// rows, the same or another. ⊙ becomes a matrix product over channels at every point (Product.h), so a transform runs
// once a channel, not once a pair of channels.

#define LONGEST_LINE 10

typedef void Transform(const Lanes *from, Lanes *to);

/// An algorithm on a line: `reads` places → `points` products → `writes` places.
typedef struct {
  int reads, points, writes;
  Transform *forward, *inverse;
} Line;

// A whole image between its two transforms would not fit into the registers, so it is worked on in groups of rows.
// What a group does not need the compiler leaves out.

/// Rows of `width` vectors that are held at once, of `count`; in even shares.
INLINE int groupSize(const int count, const int width) {
  const int fitting = HELD_VECTORS / width > 1 ? HELD_VECTORS / width : 1;
  const int half = (count + 1) / 2;
  return HELD_VECTORS >= count * width ? count : fitting < half ? fitting : half;
}

/// One channel of one tile: places → points. `rows` runs down the columns, `columns` along the rows.
INLINE void forwardImage(const float *x, const int32_t *read, float *v, ptrdiff_t pointStride, const Line rows,
                         const Line columns) {
  const int group = groupSize(rows.points, columns.reads);
#pragma clang loop unroll(full)
  for (int first = 0; first < rows.points; first += group) {
    Lanes held[LONGEST_LINE][LONGEST_LINE];
#pragma clang loop unroll(full)
    for (int j = 0; j < columns.reads; j++) {
      Lanes d[LONGEST_LINE], t[LONGEST_LINE];
#pragma clang loop unroll(full)
      for (int i = 0; i < rows.reads; i++) d[i] = load(x + read[i * columns.reads + j]);
      rows.forward(d, t);
#pragma clang loop unroll(full)
      for (int i = 0; i < group && first + i < rows.points; i++) held[i][j] = t[first + i];
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < group && first + i < rows.points; i++) {
      Lanes t[LONGEST_LINE];
      columns.forward(held[i], t);
#pragma clang loop unroll(full)
      for (int j = 0; j < columns.points; j++) store(v + ((first + i) * columns.points + j) * pointStride, t[j]);
    }
  }
}

/// The index-th of `count` rows when the even ones come before the odd ones: those share what they are made of.
INLINE int evenFirst(const int index, const int count) {
  return index < (count + 1) / 2 ? 2 * index : 2 * (index - (count + 1) / 2) + 1;
}

/// One filter of one tile: products → places.
INLINE void inverseImage(const float *m, ptrdiff_t pointStride, const ChannelFinish *f, const int32_t *write,
                         const Line rows, const Line columns) {
  const int group = groupSize(rows.writes, columns.points);
#pragma clang loop unroll(full)
  for (int first = 0; first < rows.writes; first += group) {
    Lanes held[LONGEST_LINE][LONGEST_LINE];
#pragma clang loop unroll(full)
    for (int j = 0; j < columns.points; j++) {
      Lanes d[LONGEST_LINE], t[LONGEST_LINE];
#pragma clang loop unroll(full)
      for (int i = 0; i < rows.points; i++) d[i] = load(m + (i * columns.points + j) * pointStride);
      rows.inverse(d, t);
#pragma clang loop unroll(full)
      for (int i = 0; i < group && first + i < rows.writes; i++) held[i][j] = t[evenFirst(first + i, rows.writes)];
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < group && first + i < rows.writes; i++) {
      Lanes t[LONGEST_LINE];
      columns.inverse(held[i], t);
      const int32_t *row = write + evenFirst(first + i, rows.writes) * columns.writes;
#pragma clang loop unroll(full)
      for (int j = 0; j < columns.writes; j++) finish(f, row[j], t[j]);
    }
  }
}

INLINE void forwardSignal(const float *x, const int32_t *read, float *v, ptrdiff_t pointStride, const Line line) {
  Lanes d[LONGEST_LINE], t[LONGEST_LINE];
#pragma clang loop unroll(full)
  for (int i = 0; i < line.reads; i++) d[i] = load(x + read[i]);
  line.forward(d, t);
#pragma clang loop unroll(full)
  for (int i = 0; i < line.points; i++) store(v + i * pointStride, t[i]);
}

INLINE void inverseSignal(const float *m, ptrdiff_t pointStride, const ChannelFinish *f, const int32_t *write,
                          const Line line) {
  Lanes d[LONGEST_LINE], t[LONGEST_LINE];
#pragma clang loop unroll(full)
  for (int i = 0; i < line.points; i++) d[i] = load(m + i * pointStride);
  line.inverse(d, t);
#pragma clang loop unroll(full)
  for (int i = 0; i < line.writes; i++) finish(f, write[i], t[i]);
}

// Every input of every tile, and every filter.

INLINE void forwardImages(const KernelTiles *g, const float *x, const Line rows, const Line columns) {
  for (int input = 0; input < g->inputs; input++, x += g->inputStride)
    for (int tile = 0; tile < g->tiles; tile++) {
      const int32_t *read = g->reads + tile * rows.reads * columns.reads;
#pragma clang loop unroll(full)
      for (int i = 0; i < rows.reads * columns.reads; i++) __builtin_prefetch(x + g->inputStride + read[i]);
      forwardImage(x, read, g->transformed + ((ptrdiff_t)input * g->tiles + tile) * LANES, g->pointStride, rows,
                   columns);
    }
}

INLINE void inverseImages(const KernelTiles *g, const KernelFinish *f, const Line rows, const Line columns) {
  for (int filter = 0; filter < g->filters; filter++) {
    const ChannelFinish c = channelFinish(f, filter);
    for (int tile = 0; tile < g->tiles; tile++) {
      const float *m = g->products + ((ptrdiff_t)filter * g->tiles + tile) * LANES;
      const int32_t *write = g->writes + tile * rows.writes * columns.writes;
      if (f->sum)
#pragma clang loop unroll(full)
        for (int i = 0; i < rows.writes * columns.writes; i++) __builtin_prefetch(c.sum + f->channelStride + write[i], 1);
      inverseImage(m, g->pointStride, &c, write, rows, columns);
    }
  }
}

INLINE void forwardSignals(const KernelTiles *g, const float *x, const Line line) {
  for (int input = 0; input < g->inputs; input++, x += g->inputStride)
    for (int tile = 0; tile < g->tiles; tile++)
      forwardSignal(x, g->reads + tile * line.reads, g->transformed + ((ptrdiff_t)input * g->tiles + tile) * LANES,
                    g->pointStride, line);
}

INLINE void inverseSignals(const KernelTiles *g, const KernelFinish *f, const Line line) {
  for (int filter = 0; filter < g->filters; filter++) {
    const ChannelFinish c = channelFinish(f, filter);
    for (int tile = 0; tile < g->tiles; tile++)
      inverseSignal(g->products + ((ptrdiff_t)filter * g->tiles + tile) * LANES, g->pointStride, &c,
                    g->writes + tile * line.writes, line);
  }
}
