// Nearest up-sampling by 2 and a kernel w of three in one: eight outputs from four values and their two neighbours.
// The even outputs are the kernel (w₀, w₁ + w₂) on the values from the left neighbour on, the odd ones the kernel
// (w₀ + w₁, w₂) from the first value on: F(4,2) twice, ten products instead of twenty-four. Interpolation at 0, ±1, 2, ∞.
//
//               ⎡2 −1 −2  1  0⎤             ⎡ 1/2    0 ⎤             ⎡1  1  1  1  0⎤
//               ⎢0 −2 −1  1  0⎥             ⎢−1/2  −1/2⎥             ⎢0  1 −1  2  0⎥
//   F(4,2): Bᵀ = ⎢0  2 −3  1  0⎥        G = ⎢−1/6   1/6⎥        Aᵀ = ⎢0  1  1  4  0⎥
//               ⎢0 −1  0  1  0⎥             ⎢ 1/6   1/3⎥             ⎣0  1 −1  8  1⎦
//               ⎣0  2 −1 −2  1⎦             ⎣  0     1 ⎦

INLINE void upsampled4Half(const Lanes *d, Lanes *v) {
  const Lanes outer = d[3] - d[1];
  v[0] = 2 * (d[0] - d[2]) + outer;
  v[1] = d[3] - d[2] - 2 * d[1];
  v[2] = d[3] - 3 * d[2] + 2 * d[1];
  v[3] = outer;
  v[4] = d[4] - d[2] - 2 * outer;
}

INLINE void upsampled4Forward(const Lanes *d, Lanes *v) {
  upsampled4Half(d, v);
  upsampled4Half(d + 1, v + 5);
}

INLINE void upsampled4Inverse(const Lanes *m, Lanes *y) {
#pragma clang loop unroll(full)
  for (int odd = 0; odd < 2; odd++, m += 5) {
    const Lanes sum = m[1] + m[2], difference = m[1] - m[2];
    y[odd] = m[0] + sum + m[3];
    y[odd + 2] = difference + 2 * m[3];
    y[odd + 4] = sum + 4 * m[3];
    y[odd + 6] = difference + 8 * m[3] + m[4];
  }
}

ALGORITHM(upsampled4, 6, 10, 8)
