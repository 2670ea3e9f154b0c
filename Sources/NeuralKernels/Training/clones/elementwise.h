// Loops over single values; the compiler turns them into vectors of the clone's width.

static void activate(ptrdiff_t count, float slope, const float *x, float *y) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] = x[i] > 0 ? x[i] : slope * x[i];
}

static void activate_back(ptrdiff_t count, float slope, const float *y, const float *dy, const float *base, float *dx) {
  if (base)
    for (ptrdiff_t i = 0; i < count; i++) dx[i] = base[i] + (y[i] > 0 ? dy[i] : slope * dy[i]);
  else
    for (ptrdiff_t i = 0; i < count; i++) dx[i] = y[i] > 0 ? dy[i] : slope * dy[i];
}

/// sums (stride) += the sum over rows of x.
static void column_sums(ptrdiff_t rows, ptrdiff_t stride, const float *x, float *sums) {
  for (ptrdiff_t c = 0; c < stride; c += TK_LANES) {
    vector8 part[4] = {{0}};
    ptrdiff_t r = 0;
    for (; r + 4 <= rows; r += 4)
      UNROLL for (int k = 0; k < 4; k++) part[k] += *(const vector8 *)(x + (r + k) * stride + c);
    for (; r < rows; r++) part[0] += *(const vector8 *)(x + r * stride + c);
    *(vector8 *)(sums + c) += (part[0] + part[1]) + (part[2] + part[3]);
  }
}

static void pad(ptrdiff_t height, ptrdiff_t width, ptrdiff_t stride, ptrdiff_t margin, float slope, const float *y,
                const float *x, float *restrict out, float *sums) {
  ptrdiff_t count = width * stride, edge = margin * stride;
  for (ptrdiff_t row = 0; row < height; row++, x += count, out += count + 2 * edge) {
    for (ptrdiff_t i = 0; i < edge; i++) out[i] = out[edge + count + i] = 0;
    float *restrict to = out + edge;
    if (y) {
      for (ptrdiff_t i = 0; i < count; i++) to[i] = y[i] > 0 ? x[i] : slope * x[i];
      y += count;
    } else {
      for (ptrdiff_t i = 0; i < count; i++) to[i] = x[i];
    }
    if (sums) column_sums(width, stride, to, sums);
  }
}

static void sum(ptrdiff_t count, ptrdiff_t sources, const float *const *x, float *y) {
  // In pieces that stay in the first cache while the sources pass.
  enum { piece = 1024 };
  for (ptrdiff_t from = 0; from < count; from += piece) {
    ptrdiff_t n = count - from < piece ? count - from : piece;
    float *restrict to = y + from;
    memcpy(to, x[0] + from, (size_t)n * sizeof(float));
    for (ptrdiff_t s = 1; s < sources; s++) {
      const float *restrict source = x[s] + from;
      for (ptrdiff_t i = 0; i < n; i++) to[i] += source[i];
    }
  }
}

static void add(ptrdiff_t count, const float *restrict x, float *restrict y) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] += x[i];
}

static void adam(ptrdiff_t count, tk_adam k, const float *restrict gradients, float *restrict first,
                 float *restrict second, float *restrict parameters) {
  for (ptrdiff_t i = 0; i < count; i++) {
    first[i] = k.first_momentum * first[i] + (1 - k.first_momentum) * gradients[i];
    second[i] = k.second_momentum * second[i] + (1 - k.second_momentum) * gradients[i] * gradients[i];
    parameters[i] -= k.step_size * first[i] / (__builtin_sqrtf(second[i]) / k.correction + k.epsilon);
  }
}
