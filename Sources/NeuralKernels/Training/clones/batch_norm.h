// Batch norm's passes over one sample; `stride` channels of each pixel stand together.

static void scale_shift(ptrdiff_t pixels, ptrdiff_t stride, const float *scale, const float *shift, const float *x,
                        float *y) {
  for (ptrdiff_t p = 0; p < pixels; p++, x += stride, y += stride)
    for (ptrdiff_t c = 0; c < stride; c++) y[c] = x[c] * scale[c] + shift[c];
}

static void squares(ptrdiff_t pixels, ptrdiff_t stride, const float *centre, const float *x, float *restrict sums) {
  for (ptrdiff_t p = 0; p < pixels; p++, x += stride)
    for (ptrdiff_t c = 0; c < stride; c++) sums[c] += (x[c] - centre[c]) * (x[c] - centre[c]);
}

static void norm_sums(ptrdiff_t pixels, ptrdiff_t stride, const float *mean, const float *inverse, const float *x,
                      const float *dy, float *restrict sums, float *restrict products) {
  for (ptrdiff_t p = 0; p < pixels; p++, x += stride, dy += stride) {
    for (ptrdiff_t c = 0; c < stride; c++) {
      sums[c] += dy[c];
      products[c] += dy[c] * ((x[c] - mean[c]) * inverse[c]);
    }
  }
}

static void norm_back(ptrdiff_t pixels, ptrdiff_t stride, const float *a, const float *b, const float *c,
                      const float *x, const float *dy, const float *base, float *dx) {
  for (ptrdiff_t p = 0; p < pixels; p++) {
    ptrdiff_t at = p * stride;
    if (base)
      for (ptrdiff_t k = 0; k < stride; k++) dx[at + k] = base[at + k] + (a[k] * dy[at + k] + b[k] * x[at + k] + c[k]);
    else
      for (ptrdiff_t k = 0; k < stride; k++) dx[at + k] = a[k] * dy[at + k] + b[k] * x[at + k] + c[k];
  }
}
