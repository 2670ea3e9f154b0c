// Nearest up-sampling by 2 and a kernel w of three in one, four values at a time: eight outputs in ten products instead
// of 24. The outputs at even places are a kernel of two, (w₀, w₁ + w₂), on the values before up-sampling; those at odd
// places are (w₀ + w₁, w₂), one value further on. Each is F(4,2), interpolated at 0, 1/2, −1, 2 and ∞, which rounds to
// half the error of 0, ±1, 2 and ∞:
//
//        ⎡1  −3/2 −3/2   1   0⎤        ⎡  1     0 ⎤        ⎡1  1   1  1  0⎤
//        ⎢0   −2   −1    1   0⎥        ⎢−8/9  −4/9⎥        ⎢0 1/2 −1  2  0⎥
//   Bᵀ = ⎢0    1  −5/2   1   0⎥    G = ⎢−2/9   2/9⎥   Aᵀ = ⎢0 1/4  1  4  0⎥
//        ⎢0  −1/2  1/2   1   0⎥        ⎢ 1/9   2/9⎥        ⎣0 1/8 −1  8  1⎦
//        ⎣0    1  −3/2 −3/2  1⎦        ⎣  0     1 ⎦

INLINE void pairForward(const Lanes *d, Lanes *v) {
  v[0] = d[0] + d[3] - 1.5f * (d[1] + d[2]);
  v[1] = d[3] - d[2] - 2 * d[1];
  v[2] = d[3] + d[1] - 2.5f * d[2];
  v[3] = d[3] + 0.5f * (d[2] - d[1]);
  v[4] = d[4] + d[1] - 1.5f * (d[2] + d[3]);
}

INLINE void pairInverse(const Lanes *m, Lanes *y) {
  y[0] = m[0] + m[1] + m[2] + m[3];
  y[2] = 0.5f * m[1] - m[2] + 2 * m[3];
  y[4] = 0.25f * m[1] + m[2] + 4 * m[3];
  y[6] = 0.125f * m[1] - m[2] + 8 * m[3] + m[4];
}

INLINE void upsampled4Forward(const Lanes *d, Lanes *v) {
  pairForward(d, v);
  pairForward(d + 1, v + 5);
}

INLINE void upsampled4Inverse(const Lanes *m, Lanes *y) {
  pairInverse(m, y);
  pairInverse(m + 5, y + 1);
}

static const Line LineUpsampled4 = {6, 10, 8, upsampled4Forward, upsampled4Inverse};
