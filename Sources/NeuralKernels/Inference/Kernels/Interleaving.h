// Between rows of samples, as callers hold them, and lane vectors.

static void gather(const float *x, ptrdiff_t stride, int32_t count, int32_t channels, int32_t plane, float *y,
                   ptrdiff_t channelStride) {
  for (int channel = 0; channel < channels; channel++, x += plane, y += channelStride)
    for (int lane = 0; lane < LANES; lane++)
      for (int place = 0; place < plane; place++)
        y[place * LANES + lane] = lane < count ? x[lane * stride + place] : 0;
}

static void scatter(const float *x, ptrdiff_t channelStride, int32_t count, int32_t channels, int32_t plane, float *y,
                    ptrdiff_t stride) {
  for (int channel = 0; channel < channels; channel++, x += channelStride, y += plane)
    for (int lane = 0; lane < count; lane++)
      for (int place = 0; place < plane; place++) y[lane * stride + place] = x[place * LANES + lane];
}
