// F(4,3): four outputs of a kernel of three in six products instead of twelve. Lavin and Gray 2016, section 4.1;
// interpolation at 0, ±1, ±2 and ∞.
//
//        ⎡4  0 −5  0  1  0⎤        ⎡  1/4    0     0 ⎤        ⎡1  1  1  1  1  0⎤
//        ⎢0 −4 −4  1  1  0⎥        ⎢−1/6  −1/6  −1/6 ⎥        ⎢0  1 −1  2 −2  0⎥
//   Bᵀ = ⎢0  4 −4 −1  1  0⎥    G = ⎢−1/6   1/6  −1/6 ⎥   Aᵀ = ⎢0  1  1  4  4  0⎥
//        ⎢0 −2 −1  2  1  0⎥        ⎢ 1/24  1/12  1/6 ⎥        ⎣0  1 −1  8 −8  1⎦
//        ⎢0  2 −1 −2  1  0⎥        ⎢ 1/24 −1/12  1/6 ⎥
//        ⎣0  4  0 −5  0  1⎦        ⎣   0     0     1 ⎦

INLINE void winograd4Forward(const Lanes *d, Lanes *v) {
  const Lanes even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];
  const Lanes even2 = d[4] - d[2], odd2 = d[3] - d[1];
  v[0] = 4 * d[0] + (d[4] - 5 * d[2]);
  v[1] = even + odd;
  v[2] = even - odd;
  v[3] = even2 + 2 * odd2;
  v[4] = even2 - 2 * odd2;
  v[5] = 4 * d[1] + (d[5] - 5 * d[3]);
}

INLINE void winograd4Inverse(const Lanes *m, Lanes *y) {
  const Lanes sum = m[1] + m[2], difference = m[1] - m[2];
  const Lanes sum2 = m[3] + m[4], difference2 = m[3] - m[4];
  y[0] = m[0] + sum + sum2;
  y[1] = difference + 2 * difference2;
  y[2] = sum + 4 * sum2;
  y[3] = difference + 8 * difference2 + m[5];
}

static const Line LineWinograd4 = {6, 6, 4, winograd4Forward, winograd4Inverse};
