// Bias, activation, batch norm and the cascade's sum, while a result is still in a register.

/// `KernelFinish` with one channel's constants in registers. A cascade's sum takes
/// a·c + b·l + n·y with y = scale·l + shift, that is a·c + (b + n·scale)·l + n·shift.
typedef struct {
  Lanes bias, slope, scale, shift, ofLinear, ofActivated, constant;
  float *output, *sum;
  int startsSum;
} ChannelFinish;

INLINE ChannelFinish channelFinish(const KernelFinish *f, int channel) {
  const float scale = f->scale ? f->scale[channel] : 1, shift = f->shift ? f->shift[channel] : 0;
  ChannelFinish c;
  c.bias = splat(f->bias ? f->bias[channel] : 0);
  c.slope = splat(f->slope);
  c.scale = splat(scale);
  c.shift = splat(shift);
  c.ofLinear = splat(f->shareOfLinear);
  c.ofActivated = splat(f->shareOfActivated + f->shareOfNormalised * scale);
  c.constant = splat(f->shareOfNormalised * shift);
  c.output = f->output ? f->output + channel * f->channelStride : NULL;
  c.sum = f->sum ? f->sum + channel * f->channelStride : NULL;
  c.startsSum = f->startsSum;
  return c;
}

INLINE void finish(const ChannelFinish *f, int place, Lanes value) {
  const Lanes c = value + f->bias;
  const Lanes negative = f->slope * c;
  const Lanes l = c > negative ? c : negative;  // the slope is between 0 and 1
  if (f->output) store(f->output + place, f->scale * l + f->shift);
  if (f->sum) {
    const Lanes s = f->ofLinear * c + (f->ofActivated * l + f->constant);
    store(f->sum + place, f->startsSum ? s : load(f->sum + place) + s);
  }
}
