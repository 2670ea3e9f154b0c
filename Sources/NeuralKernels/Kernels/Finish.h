// Bias, activation, batch norm and the cascade's sum, while a result is still in a register.

/// `KernelFinish` with one channel's constants in registers.
typedef struct {
  Lanes bias, slope, scale, shift, linear, activated, normalised;
  float *output, *sum;
  int isNormalised, startsSum;
} ChannelFinish;

INLINE ChannelFinish channelFinish(const KernelFinish *f, int channel) {
  ChannelFinish c;
  c.bias = splat(f->bias ? f->bias[channel] : 0);
  c.slope = splat(f->slope);
  c.isNormalised = f->scale != NULL;
  c.scale = splat(f->scale ? f->scale[channel] : 1);
  c.shift = splat(f->scale ? f->shift[channel] : 0);
  c.linear = splat(f->shareOfLinear);
  c.activated = splat(f->shareOfActivated);
  c.normalised = splat(f->shareOfNormalised);
  c.output = f->output ? f->output + channel * f->channelStride : NULL;
  c.sum = f->sum ? f->sum + channel * f->channelStride : NULL;
  c.startsSum = f->startsSum;
  return c;
}

INLINE void finish(const ChannelFinish *f, int place, Lanes value) {
  Lanes c = value + f->bias;
  Lanes l = c > 0 ? c : f->slope * c;
  Lanes y = f->isNormalised ? f->scale * l + f->shift : l;
  if (f->output) store(f->output + place, y);
  if (f->sum) {
    Lanes s = f->linear * c + f->activated * l + f->normalised * y;
    store(f->sum + place, f->startsSum ? s : load(f->sum + place) + s);
  }
}
