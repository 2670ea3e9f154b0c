// F(5,3): five outputs of a kernel of three in seven products instead of fifteen; with F(6,3) and F(4,3) it covers lines
// of nearly every length without waste. Interpolation at 0, ±1, ±2, 1/2 and ∞, which rounds less than the choices with
// three pairs ±a. The polynomials of F(4,3) with a factor x − 1/2 more:
//
//        ⎡−2  4   5/2  −5  −1/2   1   0⎤        ⎡−1/2     0     0  ⎤        ⎡1  1  1   1  1   1   0⎤
//        ⎢ 0  2  −2  −9/2   1/2   1   0⎥        ⎢−1/3   −1/3  −1/3 ⎥        ⎢0  1 −1   2 −2  1/2  0⎥
//        ⎢ 0 −2   6  −7/2  −3/2   1   0⎥        ⎢ 1/9   −1/9   1/9 ⎥   Aᵀ = ⎢0  1  1   4  4  1/4  0⎥
//   Bᵀ = ⎢ 0  1 −3/2 −2    3/2    1   0⎥    G = ⎢ 1/36   1/18  1/9 ⎥        ⎢0  1 −1   8 −8  1/8  0⎥
//        ⎢ 0 −1  5/2  0   −5/2    1   0⎥        ⎢−1/60   1/30 −1/15⎥        ⎣0  1  1  16 16  1/16 1⎦
//        ⎢ 0  4   0  −5    0      1   0⎥        ⎢32/45  16/45  8/45⎥
//        ⎣ 0 −2   4   5/2 −5    −1/2  1⎦        ⎣  0      0     1  ⎦

INLINE void winograd5Forward(const Lanes *d, Lanes *v) {
  Lanes e[6];
#pragma clang loop unroll(full)
  for (int i = 0; i < 6; i++) e[i] = d[i + 1] - 0.5f * d[i];
  winograd4Forward(e, v);
  v[6] = v[5];
  v[5] = 4 * d[1] + (d[5] - 5 * d[3]);
}

INLINE void winograd5Inverse(const Lanes *m, Lanes *y) {
  const Lanes sum = m[1] + m[2], difference = m[1] - m[2];
  const Lanes sum2 = m[3] + m[4], difference2 = m[3] - m[4];
  y[0] = m[0] + m[5] + sum + sum2;
  y[1] = 0.5f * m[5] + difference + 2 * difference2;
  y[2] = 0.25f * m[5] + sum + 4 * sum2;
  y[3] = 0.125f * m[5] + difference + 8 * difference2;
  y[4] = 0.0625f * m[5] + sum + 16 * sum2 + m[6];
}

static const Line LineWinograd5 = {7, 7, 5, winograd5Forward, winograd5Inverse};
