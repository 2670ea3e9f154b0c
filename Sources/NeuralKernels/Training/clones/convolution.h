// Convolution and the gradient of its weights as register tiles: TILE pixels (or inputs) by a block of outputs.
//
// Every product adds one input value, repeated over a vector, times a vector of weights (or of output gradients); the
// tile's sums stay in registers while taps and inputs (or pixels) pass.

/// Sizes a tile needs besides its own.
typedef struct {
  ptrdiff_t inputs, input_stride, taps;
  /// Of each tap that touches this row: where its input begins, and its place among the packed weights.
  ptrdiff_t shift[TK_MOST_TAPS], place[TK_MOST_TAPS];
} row_taps;

// P pixels of one row times V vectors of outputs.
#define CONVOLVE_TILE(NAME, VECTOR, P, V)                                                                              \
  static INLINE void NAME(const row_taps *r, const float *x, const float *weights, const float *bias,                  \
                          const float *base, float slope, float *y, ptrdiff_t output_stride) {                        \
    enum { lanes = sizeof(VECTOR) / sizeof(float) };                                                                   \
    VECTOR sum[P][V];                                                                                                  \
    UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < V; v++) sum[p][v] = (VECTOR){0};                      \
    for (ptrdiff_t t = 0; t < r->taps; t++) {                                                                          \
      const float *w = weights + r->place[t];                                                                          \
      const float *pixel[P];                                                                                           \
      UNROLL for (int p = 0; p < P; p++) pixel[p] = x + r->shift[t] + p * r->input_stride;                              \
      for (ptrdiff_t i = 0; i < r->inputs; i++, w += V * lanes) {                                                      \
        UNROLL for (int v = 0; v < V; v++) {                                                                           \
          VECTOR weight = *(const VECTOR *)(w + v * lanes);                                                            \
          UNROLL for (int p = 0; p < P; p++) sum[p][v] += pixel[p][i] * weight;                                         \
        }                                                                                                              \
      }                                                                                                                \
    }                                                                                                                  \
    UNROLL for (int v = 0; v < V; v++) {                                                                               \
      VECTOR shift = bias ? *(const VECTOR *)(bias + v * lanes) : (VECTOR){0};                                         \
      UNROLL for (int p = 0; p < P; p++) {                                                                             \
        VECTOR value = sum[p][v] + shift;                                                                              \
        if (base) value += *(const VECTOR *)(base + p * output_stride + v * lanes);                                    \
        if (slope != 1) value = SELECT(value > 0, value, value * slope);                                               \
        *(VECTOR *)(y + p * output_stride + v * lanes) = value;                                                        \
      }                                                                                                                \
    }                                                                                                                  \
  }

// A whole row: tiles of TILE pixels, then what is left in halves.
#define CONVOLVE_ROW(NAME, VECTOR, V)                                                                                  \
  CONVOLVE_TILE(NAME##_8, VECTOR, 8, V)                                                                                \
  CONVOLVE_TILE(NAME##_4, VECTOR, 4, V)                                                                                \
  CONVOLVE_TILE(NAME##_2, VECTOR, 2, V)                                                                                \
  CONVOLVE_TILE(NAME##_1, VECTOR, 1, V)                                                                                \
  static void NAME(const row_taps *r, ptrdiff_t width, const float *x, const float *weights, const float *bias,        \
                   const float *base, float slope, float *y, ptrdiff_t output_stride) {                               \
    ptrdiff_t p = 0;                                                                                                   \
    for (; TILE >= 8 && p + 8 <= width; p += 8)                                                                        \
      NAME##_8(r, x + p * r->input_stride, weights, bias, base ? base + p * output_stride : 0, slope,                  \
               y + p * output_stride, output_stride);                                                                  \
    for (; p + 4 <= width; p += 4)                                                                                     \
      NAME##_4(r, x + p * r->input_stride, weights, bias, base ? base + p * output_stride : 0, slope,                  \
               y + p * output_stride, output_stride);                                                                  \
    for (; p + 2 <= width; p += 2)                                                                                     \
      NAME##_2(r, x + p * r->input_stride, weights, bias, base ? base + p * output_stride : 0, slope,                  \
               y + p * output_stride, output_stride);                                                                  \
    for (; p < width; p++)                                                                                             \
      NAME##_1(r, x + p * r->input_stride, weights, bias, base ? base + p * output_stride : 0, slope,                  \
               y + p * output_stride, output_stride);                                                                  \
  }

// P inputs times V vectors of outputs of one tap: the sum over pixels of input times output gradient.
#define GRADIENT_TILE(NAME, VECTOR, P, V)                                                                              \
  static INLINE void NAME(const tk_convolution *g, ptrdiff_t first, ptrdiff_t last, const float *x, const float *dy,   \
                          ptrdiff_t dy_pitch, float *gradient) {                                                       \
    enum { lanes = sizeof(VECTOR) / sizeof(float) };                                                                   \
    VECTOR sum[P][V];                                                                                                  \
    UNROLL for (int i = 0; i < P; i++) UNROLL for (int v = 0; v < V; v++)                                              \
        sum[i][v] = *(const VECTOR *)(gradient + (i * V + v) * lanes);                                                 \
    for (ptrdiff_t row = first; row < last; row++) {                                                                   \
      const float *input = x + row * g->input_pitch;                                                                   \
      const float *output = dy + row * dy_pitch;                                                                       \
      for (ptrdiff_t p = 0; p < g->width; p++, input += g->input_stride, output += g->output_stride) {                 \
        UNROLL for (int v = 0; v < V; v++) {                                                                           \
          VECTOR part = *(const VECTOR *)(output + v * lanes);                                                         \
          UNROLL for (int i = 0; i < P; i++) sum[i][v] += input[i] * part;                                             \
        }                                                                                                              \
      }                                                                                                                \
    }                                                                                                                  \
    UNROLL for (int i = 0; i < P; i++) UNROLL for (int v = 0; v < V; v++)                                              \
        *(VECTOR *)(gradient + (i * V + v) * lanes) = sum[i][v];                                                       \
  }

// All inputs of one tap.
#define GRADIENT_TAP(NAME, VECTOR, V)                                                                                  \
  GRADIENT_TILE(NAME##_8, VECTOR, 8, V)                                                                                \
  GRADIENT_TILE(NAME##_4, VECTOR, 4, V)                                                                                \
  GRADIENT_TILE(NAME##_1, VECTOR, 1, V)                                                                                \
  static void NAME(const tk_convolution *g, ptrdiff_t first, ptrdiff_t last, const float *x, const float *dy,          \
                   ptrdiff_t dy_pitch, float *gradient) {                                                              \
    enum { width = V * sizeof(VECTOR) / sizeof(float) };                                                               \
    ptrdiff_t i = 0;                                                                                                   \
    for (; TILE >= 8 && i + 8 <= g->inputs; i += 8) NAME##_8(g, first, last, x + i, dy, dy_pitch, gradient + i * width); \
    for (; i + 4 <= g->inputs; i += 4) NAME##_4(g, first, last, x + i, dy, dy_pitch, gradient + i * width);            \
    for (; i < g->inputs; i++) NAME##_1(g, first, last, x + i, dy, dy_pitch, gradient + i * width);                    \
  }

#if BLOCK >= 32
CONVOLVE_ROW(row_32, vector16, 2)
GRADIENT_TAP(tap_32, vector16, 2)
#endif
#if BLOCK >= 16
CONVOLVE_ROW(row_16, vector16, 1)
GRADIENT_TAP(tap_16, vector16, 1)
#endif
CONVOLVE_ROW(row_8, vector8, 1)
GRADIENT_TAP(tap_8, vector8, 1)

static void convolve(const tk_convolution *g, const float *x, const float *weights, const float *bias,
                     const float *base, float slope, float *y) {
  ptrdiff_t all_taps = g->kernel_height * g->kernel_width;
  row_taps r = {.inputs = g->inputs, .input_stride = g->input_stride};
  for (ptrdiff_t from = 0, block; from < g->output_lanes; from += block) {
    block = tk_block(g->output_lanes - from, BLOCK);
    const float *block_weights = weights + from * all_taps * g->inputs;
    for (ptrdiff_t row = 0; row < g->height; row++) {
      r.taps = 0;
      for (ptrdiff_t ky = 0; ky < g->kernel_height; ky++) {
        ptrdiff_t down = g->direction * (ky - g->kernel_height / 2) * g->dilation;
        if (row + down < 0 || row + down >= g->height) continue;
        for (ptrdiff_t kx = 0; kx < g->kernel_width; kx++, r.taps++) {
          ptrdiff_t right = g->direction * (kx - g->kernel_width / 2) * g->dilation;
          r.shift[r.taps] = down * g->input_pitch + right * g->input_stride;
          r.place[r.taps] = (ky * g->kernel_width + kx) * g->inputs * block;
        }
      }
      ptrdiff_t place = row * g->width * g->output_stride + from;
      void (*convolve_row)(const row_taps *, ptrdiff_t, const float *, const float *, const float *, const float *,
                           float, float *, ptrdiff_t) = row_8;
#if BLOCK >= 16
      if (block == 16) convolve_row = row_16;
#endif
#if BLOCK >= 32
      if (block == 32) convolve_row = row_32;
#endif
      convolve_row(&r, g->width, x + row * g->input_pitch, block_weights, bias ? bias + from : 0,
                   base ? base + place : 0, slope, y + place, g->output_stride);
    }
  }
}

static void weight_gradient(const tk_convolution *g, const float *x, const float *dy, ptrdiff_t dy_pitch,
                            float *gradient) {
  ptrdiff_t all_taps = g->kernel_height * g->kernel_width;
  for (ptrdiff_t from = 0, block; from < g->output_lanes; from += block) {
    block = tk_block(g->output_lanes - from, BLOCK);
    for (ptrdiff_t tap = 0; tap < all_taps; tap++) {
      ptrdiff_t down = (tap / g->kernel_width - g->kernel_height / 2) * g->dilation;
      ptrdiff_t right = (tap % g->kernel_width - g->kernel_width / 2) * g->dilation;
      ptrdiff_t first = down < 0 ? -down : 0;
      ptrdiff_t last = g->height - (down > 0 ? down : 0);
      void (*one_tap)(const tk_convolution *, ptrdiff_t, ptrdiff_t, const float *, const float *, ptrdiff_t, float *) =
          tap_8;
#if BLOCK >= 16
      if (block == 16) one_tap = tap_16;
#endif
#if BLOCK >= 32
      if (block == 32) one_tap = tap_32;
#endif
      one_tap(g, first, last, x + down * g->input_pitch + right * g->input_stride, dy + from, dy_pitch,
              gradient + from * all_taps * g->inputs + tap * g->inputs * block);
    }
  }
}
