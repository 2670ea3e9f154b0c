// Means of listed places: average pooling, nearest up-sampling (a mean of one), and layers that work place by place.

static void means(const KernelMeans *g, const float *x, const KernelFinish *f) {
  const Lanes share = splat(1.0f / (float)g->window);
  for (int channel = 0; channel < g->channels; channel++, x += g->inputStride) {
    ChannelFinish c = channelFinish(f, channel);
    const int32_t *read = g->reads;
    for (int place = 0; place < g->places; place++) {
      Lanes sum = load(x + *read++);
      for (int i = 1; i < g->window; i++) sum += load(x + *read++);
      finish(&c, place * LANES, g->window == 1 ? sum : sum * share);
    }
  }
}
