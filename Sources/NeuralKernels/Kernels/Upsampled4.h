// Nearest up-sampling by 2 and a kernel w of three in one, four values at a time: eight outputs in ten products instead
// of 24. The outputs at even places are a kernel of two, (w₀, w₁ + w₂), on the values before up-sampling; those at odd
// places are (w₀ + w₁, w₂), one value further on. Each is F(4,2), interpolated at 0, ±1, 2 and ∞:
//
//        ⎡2 −1 −2  1  0⎤        ⎡ 1/2    0 ⎤        ⎡1  1  1  1  0⎤
//        ⎢0 −2 −1  1  0⎥        ⎢−1/2  −1/2⎥        ⎢0  1 −1  2  0⎥
//   Bᵀ = ⎢0  2 −3  1  0⎥    G = ⎢−1/6   1/6⎥   Aᵀ = ⎢0  1  1  4  0⎥
//        ⎢0 −1  0  1  0⎥        ⎢ 1/6   1/3⎥        ⎣0  1 −1  8  1⎦
//        ⎣0  2 −1 −2  1⎦        ⎣  0     1 ⎦

INLINE void pairForward(const Lanes *d, Lanes *v) {
  const Lanes t = d[3] - d[1];
  v[0] = t + 2 * (d[0] - d[2]);
  v[1] = d[3] - d[2] - 2 * d[1];
  v[2] = d[3] - 3 * d[2] + 2 * d[1];
  v[3] = t;
  v[4] = d[4] - d[2] - 2 * t;
}

INLINE void pairInverse(const Lanes *m, Lanes *y) {
  const Lanes sum = m[1] + m[2], difference = m[1] - m[2];
  y[0] = m[0] + sum + m[3];
  y[2] = difference + 2 * m[3];
  y[4] = sum + 4 * m[3];
  y[6] = difference + 8 * m[3] + m[4];
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
