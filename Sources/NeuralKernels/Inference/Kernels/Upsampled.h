// Nearest up-sampling by 2 and a kernel w of three in one: two outputs from one value x between its neighbours l and r,
// in three products instead of six, without a rounding more. With T = w₀ + w₁ + w₂:
//
//   y₀ = w₀ l + (w₁ + w₂) x = T x + w₀ (l − x)
//   y₁ = (w₀ + w₁) x + w₂ r = T x + w₂ (r − x)
//
//        ⎡0  1  0⎤        ⎡1 1 1⎤        ⎡1 1 0⎤
//   Bᵀ = ⎢1 −1  0⎥    G = ⎢1 0 0⎥   Aᵀ = ⎣1 0 1⎦
//        ⎣0 −1  1⎦        ⎣0 0 1⎦

INLINE void upsampledForward(const Lanes *d, Lanes *v) {
  v[0] = d[1];
  v[1] = d[0] - d[1];
  v[2] = d[2] - d[1];
}

INLINE void upsampledInverse(const Lanes *m, Lanes *y) {
  y[0] = m[0] + m[1];
  y[1] = m[0] + m[2];
}

static const Line LineUpsampled = {3, 3, 2, upsampledForward, upsampledInverse};
