// Winograd's minimal filtering F(4,3), nested for images: Lavin and Gray, "Fast Algorithms for Convolutional Neural
// Networks", CVPR 2016, section 4. Four outputs of a row come from 6 products instead of 12:
//
//   output = A^T [ (G g) * (B^T d) ]    for a tap triple g and six inputs d, and in both directions of an image.
//
// A dilation d splits an image into d x d phases (a signal into d), each a plain image of every d-th pixel. Gradients
// take the transposes of the same matrices. Channels are the vectors; every step is the same for all of them.

// B^T: six inputs of a tile.
#define INPUT_6(T, d, v)                              \
  do {                                                \
    T even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];  \
    T far = d[4] - d[2], near = 2 * (d[3] - d[1]);    \
    v[0] = 4 * d[0] - 5 * d[2] + d[4];                \
    v[1] = even + odd;                                \
    v[2] = even - odd;                                \
    v[3] = far + near;                                \
    v[4] = far - near;                                \
    v[5] = 4 * d[1] - 5 * d[3] + d[5];                \
  } while (0)

// A^T: six products of a tile to its four outputs.
#define OUTPUT_4(T, m, y)                                \
  do {                                                   \
    T sum1 = m[1] + m[2], difference1 = m[1] - m[2];     \
    T sum2 = m[3] + m[4], difference2 = m[3] - m[4];     \
    y[0] = m[0] + sum1 + sum2;                           \
    y[1] = difference1 + 2 * difference2;                \
    y[2] = sum1 + 4 * sum2;                              \
    y[3] = difference1 + 8 * difference2 + m[5];         \
  } while (0)

// A: four output gradients to six.
#define OUTPUT_4_BACK(T, y, m)                          \
  do {                                                  \
    T even = y[0] + y[2], odd = y[1] + y[3];            \
    T even4 = y[0] + 4 * y[2], odd2 = 2 * y[1] + 8 * y[3]; \
    m[0] = y[0];                                        \
    m[1] = even + odd;                                  \
    m[2] = even - odd;                                  \
    m[3] = even4 + odd2;                                \
    m[4] = even4 - odd2;                                \
    m[5] = y[3];                                        \
  } while (0)

// G: three taps to six.
static INLINE void taps_6(const vector8 g[3], vector8 u[6]) {
  vector8 outer = g[0] + g[2], scaled = g[0] + 4 * g[2];
  u[0] = g[0] / 4;
  u[1] = (outer + g[1]) / -6;
  u[2] = (outer - g[1]) / -6;
  u[3] = (scaled + 2 * g[1]) / 24;
  u[4] = (scaled - 2 * g[1]) / 24;
  u[5] = g[2];
}

// G^T: six gradients to three taps.
static INLINE void taps_6_back(const vector8 u[6], vector8 g[3]) {
  vector8 inner = u[1] + u[2], outer = u[3] + u[4];
  g[0] = u[0] / 4 - inner / 6 + outer / 24;
  g[1] = (u[2] - u[1]) / 6 + (u[3] - u[4]) / 12;
  g[2] = u[5] + (outer - inner) / 6;
}

/// A tile: where its first output stands in its phase, the phase's extent, and the tile's number, -1 beyond the last.
typedef struct {
  ptrdiff_t phase_row, phase_column, row, column, rows, columns, number;
} winograd_tile;

static INLINE void enter_phase(const tk_winograd *g, winograd_tile *t) {
  t->rows = g->is_image ? (g->height - t->phase_row + g->dilation - 1) / g->dilation : 1;
  t->columns = (g->width - t->phase_column + g->dilation - 1) / g->dilation;
  t->row = t->column = 0;
}

static INLINE int is_in_phase(const winograd_tile *t) { return t->row < t->rows && t->column < t->columns; }

/// To the next tile: along the row, down the phase, to the next phase that has pixels.
static INLINE void next_tile(const tk_winograd *g, winograd_tile *t) {
  t->number++;
  t->column += 4;
  if (t->column >= t->columns) t->column = 0, t->row += 4;
  while (!is_in_phase(t)) {
    if (++t->phase_column == g->dilation) t->phase_column = 0, t->phase_row++;
    if (t->phase_row == (g->is_image ? g->dilation : 1)) {
      t->number = -1;
      return;
    }
    enter_phase(g, t);
  }
}

static INLINE winograd_tile first_tile(const tk_winograd *g) {
  winograd_tile t = {0};
  enter_phase(g, &t);
  return t;
}

#define FOR_EACH_TILE(t, g) for (winograd_tile t = first_tile(g); t.number >= 0; next_tile(g, &t))

/// Where pixel (row, column) of a tile's phase stands; -1 beyond the phase.
static INLINE ptrdiff_t tile_pixel(const tk_winograd *g, const winograd_tile *t, ptrdiff_t row, ptrdiff_t column) {
  row += t->row, column += t->column;
  if (row < 0 || row >= t->rows || column < 0 || column >= t->columns) return -1;
  ptrdiff_t image_row = g->is_image ? t->phase_row + row * g->dilation : 0;
  return (image_row * g->width + t->phase_column + column * g->dilation) * g->stride;
}

#define WINOGRAD_LOOPS(SUFFIX, T)                                                                                     \
  static void winograd_input_##SUFFIX(const tk_winograd *g, const float *x, float *v) {                               \
    int high = g->is_image ? 6 : 1;                                                                                   \
    FOR_EACH_TILE(t, g) {                                                                                             \
      const float *pixel[6][6];                                                                                       \
      for (int i = 0; i < high; i++)                                                                                  \
        for (int j = 0; j < 6; j++) {                                                                                 \
          ptrdiff_t at = tile_pixel(g, &t, high == 1 ? 0 : i - 1, j - 1);                                             \
          pixel[i][j] = at < 0 ? g->zeros : x + at;                                                                   \
        }                                                                                                             \
      for (ptrdiff_t c = 0; c < g->stride; c += sizeof(T) / sizeof(float)) {                                          \
        T rows[6][6], d[6], out[6];                                                                                   \
        float *to = v + t.number * g->stride + c;                                                                     \
        for (int i = 0; i < high; i++) {                                                                              \
          UNROLL for (int j = 0; j < 6; j++) d[j] = *(const T *)(pixel[i][j] + c);                                    \
          INPUT_6(T, d, rows[i]);                                                                                     \
        }                                                                                                             \
        for (int j = 0; j < 6; j++) {                                                                                 \
          if (high == 1) {                                                                                            \
            *(T *)(to + j * g->point_pitch) = rows[0][j];                                                             \
            continue;                                                                                                 \
          }                                                                                                           \
          UNROLL for (int i = 0; i < 6; i++) d[i] = rows[i][j];                                                       \
          INPUT_6(T, d, out);                                                                                         \
          UNROLL for (int i = 0; i < 6; i++) *(T *)(to + (i * 6 + j) * g->point_pitch) = out[i];                      \
        }                                                                                                             \
      }                                                                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
                                                                                                                      \
  static void winograd_output_##SUFFIX(const tk_winograd *g, const float *m, const float *bias, const float *base,    \
                                       float slope, float *y) {                                                       \
    int high = g->is_image ? 6 : 1, out_high = g->is_image ? 4 : 1;                                                   \
    FOR_EACH_TILE(t, g) {                                                                                             \
      for (ptrdiff_t c = 0; c < g->stride; c += sizeof(T) / sizeof(float)) {                                          \
        T columns[6][4], d[6], out[4], tile[4][4];                                                                    \
        const float *from = m + t.number * g->stride + c;                                                             \
        for (int i = 0; i < high; i++) {                                                                              \
          UNROLL for (int j = 0; j < 6; j++) d[j] = *(const T *)(from + (i * 6 + j) * g->point_pitch);                \
          OUTPUT_4(T, d, columns[i]);                                                                                 \
        }                                                                                                             \
        for (int j = 0; j < 4; j++) {                                                                                 \
          if (high == 1) {                                                                                            \
            tile[0][j] = columns[0][j];                                                                               \
            continue;                                                                                                 \
          }                                                                                                           \
          UNROLL for (int i = 0; i < 6; i++) d[i] = columns[i][j];                                                    \
          OUTPUT_4(T, d, out);                                                                                        \
          UNROLL for (int i = 0; i < 4; i++) tile[i][j] = out[i];                                                     \
        }                                                                                                             \
        T shift = bias ? *(const T *)(bias + c) : (T){0};                                                             \
        for (int i = 0; i < out_high; i++)                                                                            \
          for (int j = 0; j < 4; j++) {                                                                               \
            ptrdiff_t at = tile_pixel(g, &t, i, j);                                                                   \
            if (at < 0) continue;                                                                                     \
            T value = tile[i][j] + shift;                                                                             \
            if (base) value += *(const T *)(base + at + c);                                                           \
            if (slope != 1) value = SELECT(value > 0, value, value * slope);                                          \
            *(T *)(y + at + c) = value;                                                                               \
          }                                                                                                           \
      }                                                                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
                                                                                                                      \
  static void winograd_output_back_##SUFFIX(const tk_winograd *g, const float *dy, float *dm) {                       \
    int high = g->is_image ? 4 : 1;                                                                                   \
    FOR_EACH_TILE(t, g) {                                                                                             \
      const float *pixel[4][4];                                                                                       \
      for (int i = 0; i < high; i++)                                                                                  \
        for (int j = 0; j < 4; j++) {                                                                                 \
          ptrdiff_t at = tile_pixel(g, &t, i, j);                                                                     \
          pixel[i][j] = at < 0 ? g->zeros : dy + at;                                                                  \
        }                                                                                                             \
      for (ptrdiff_t c = 0; c < g->stride; c += sizeof(T) / sizeof(float)) {                                          \
        T rows[4][6], d[4], out[6];                                                                                   \
        float *to = dm + t.number * g->stride + c;                                                                    \
        for (int i = 0; i < high; i++) {                                                                              \
          UNROLL for (int j = 0; j < 4; j++) d[j] = *(const T *)(pixel[i][j] + c);                                    \
          OUTPUT_4_BACK(T, d, rows[i]);                                                                               \
        }                                                                                                             \
        for (int j = 0; j < 6; j++) {                                                                                 \
          if (high == 1) {                                                                                            \
            *(T *)(to + j * g->point_pitch) = rows[0][j];                                                             \
            continue;                                                                                                 \
          }                                                                                                           \
          UNROLL for (int i = 0; i < 4; i++) d[i] = rows[i][j];                                                       \
          OUTPUT_4_BACK(T, d, out);                                                                                   \
          UNROLL for (int i = 0; i < 6; i++) *(T *)(to + (i * 6 + j) * g->point_pitch) = out[i];                      \
        }                                                                                                             \
      }                                                                                                               \
    }                                                                                                                 \
  }

WINOGRAD_LOOPS(8, vector8)
#if BLOCK >= 16
WINOGRAD_LOOPS(16, vector16)
#define WINOGRAD(NAME, g, ...) \
  do {                         \
    if ((g)->stride % 16 == 0) \
      NAME##_16(__VA_ARGS__);  \
    else                       \
      NAME##_8(__VA_ARGS__);   \
  } while (0)
#else
#define WINOGRAD(NAME, g, ...) NAME##_8(__VA_ARGS__)
#endif

static void winograd_input(const tk_winograd *g, const float *x, float *v) { WINOGRAD(winograd_input, g, g, x, v); }

static void winograd_output(const tk_winograd *g, const float *m, const float *bias, const float *base, float slope,
                            float *y) {
  WINOGRAD(winograd_output, g, g, m, bias, base, slope, y);
}

static void winograd_output_back(const tk_winograd *g, const float *dy, float *dm) {
  WINOGRAD(winograd_output_back, g, g, dy, dm);
}

static void winograd_weights(ptrdiff_t is_image, ptrdiff_t reversed, ptrdiff_t inputs, ptrdiff_t output_lanes,
                             const float *packed, float *points) {
  for (ptrdiff_t from = 0, block; from < output_lanes; from += block) {
    block = tk_block(output_lanes - from, BLOCK);
    ptrdiff_t plane = inputs * block, taps_high = is_image ? 3 : 1, taps = 3 * taps_high;
    const float *g = packed + from * inputs * taps + (reversed ? (taps - 1) * plane : 0);
    float *u = points + from * inputs * (is_image ? 36 : 6);
    ptrdiff_t step = reversed ? -plane : plane;
    for (ptrdiff_t i = 0; i < plane; i += TK_LANES) {
      vector8 taps[3], rows[3][6], out[6];
      for (int row = 0; row < taps_high; row++) {
        UNROLL for (int k = 0; k < 3; k++) taps[k] = *(const vector8 *)(g + i + (row * 3 + k) * step);
        taps_6(taps, rows[row]);
      }
      for (int column = 0; column < 6; column++) {
        if (!is_image) {
          *(vector8 *)(u + i + column * plane) = rows[0][column];
          continue;
        }
        UNROLL for (int k = 0; k < 3; k++) taps[k] = rows[k][column];
        taps_6(taps, out);
        UNROLL for (int k = 0; k < 6; k++) *(vector8 *)(u + i + (k * 6 + column) * plane) = out[k];
      }
    }
  }
}

static void winograd_weights_back(ptrdiff_t is_image, ptrdiff_t inputs, ptrdiff_t output_lanes, const float *points,
                                  float *packed) {
  for (ptrdiff_t from = 0, block; from < output_lanes; from += block) {
    block = tk_block(output_lanes - from, BLOCK);
    ptrdiff_t plane = inputs * block;
    const float *u = points + from * inputs * (is_image ? 36 : 6);
    float *g = packed + from * inputs * (is_image ? 9 : 3);
    for (ptrdiff_t i = 0; i < plane; i += TK_LANES) {
      vector8 points_6[6], columns[3][6], taps[3];
      for (int column = 0; column < 6; column++) {
        if (!is_image) {
          columns[0][column] = *(const vector8 *)(u + i + column * plane);
          continue;
        }
        UNROLL for (int k = 0; k < 6; k++) points_6[k] = *(const vector8 *)(u + i + (k * 6 + column) * plane);
        taps_6_back(points_6, taps);
        UNROLL for (int k = 0; k < 3; k++) columns[k][column] = taps[k];
      }
      for (int row = 0; row < (is_image ? 3 : 1); row++) {
        taps_6_back(columns[row], taps);
        UNROLL for (int k = 0; k < 3; k++) *(vector8 *)(g + i + (row * 3 + k) * plane) = taps[k];
      }
    }
  }
}

/// The products of one point: tiles as pixels of a dense layer.
static tk_convolution point_product(ptrdiff_t tiles, ptrdiff_t inputs, ptrdiff_t input_stride, ptrdiff_t output_stride,
                                    ptrdiff_t block) {
  return (tk_convolution){.height = 1, .width = tiles, .kernel_height = 1, .kernel_width = 1, .dilation = 1,
                          .inputs = inputs, .input_stride = input_stride, .input_pitch = 0,
                          .output_stride = output_stride, .output_lanes = block, .direction = 1};
}

static void winograd_product(ptrdiff_t points, ptrdiff_t tiles, ptrdiff_t inputs, ptrdiff_t input_stride,
                             ptrdiff_t output_lanes, const float *v, ptrdiff_t v_pitch, const float *u, float *m,
                             ptrdiff_t m_pitch) {
  for (ptrdiff_t from = 0, block; from < output_lanes; from += block) {
    block = tk_block(output_lanes - from, BLOCK);
    tk_convolution g = point_product(tiles, inputs, input_stride, output_lanes, block);
    for (ptrdiff_t point = 0; point < points; point++)
      convolve(&g, v + point * v_pitch, u + (from * points + point * block) * inputs, 0, 0, 1,
               m + point * m_pitch + from);
  }
}

static void winograd_gradient(ptrdiff_t points, ptrdiff_t tiles, ptrdiff_t inputs, ptrdiff_t input_stride,
                              ptrdiff_t output_lanes, const float *v, ptrdiff_t v_pitch, const float *dm,
                              ptrdiff_t m_pitch, float *du) {
  for (ptrdiff_t from = 0, block; from < output_lanes; from += block) {
    block = tk_block(output_lanes - from, BLOCK);
    tk_convolution g = point_product(tiles, inputs, input_stride, output_lanes, block);
    for (ptrdiff_t point = 0; point < points; point++)
      weight_gradient(&g, v + point * v_pitch, dm + point * m_pitch + from, 0,
                      du + (from * points + point * block) * inputs);
  }
}
