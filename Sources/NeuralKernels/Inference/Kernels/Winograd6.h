// F(6,3): six outputs of a kernel of three in eight products instead of eighteen. Interpolation at 0, ±1, ±2, ±1/2, ∞
// (matrices: Cook–Toom, as wincnn gives them). One tile covers each phase of a 16×16 image dilated by 3.
//
//        ⎡1   0   −21/4    0    21/4     0   −1  0⎤        ⎡  1      0      0  ⎤
//        ⎢0   1     1   −17/4  −17/4    1     1  0⎥        ⎢−2/9   −2/9   −2/9 ⎥
//        ⎢0  −1     1    17/4  −17/4   −1     1  0⎥        ⎢−2/9    2/9   −2/9 ⎥
//   Bᵀ = ⎢0  1/2   1/4   −5/2   −5/4    2     1  0⎥    G = ⎢ 1/90   1/45   2/45⎥
//        ⎢0 −1/2   1/4    5/2   −5/4   −2     1  0⎥        ⎢ 1/90  −1/45   2/45⎥
//        ⎢0   2     4    −5/2    −5    1/2    1  0⎥        ⎢32/45  16/45   8/45⎥
//        ⎢0  −2     4     5/2    −5   −1/2    1  0⎥        ⎢32/45 −16/45   8/45⎥
//        ⎣0  −1     0    21/4     0   −21/4   0  1⎦        ⎣  0      0      1  ⎦
//
//   Aᵀ: row i is (δᵢ₀, 1, (−1)ⁱ, 2ⁱ, (−2)ⁱ, 2⁻ⁱ, (−2)⁻ⁱ, δᵢ₅)

INLINE void winograd6Forward(const Lanes *d, Lanes *v) {
  const Lanes even = d[2] + d[6] - 4.25f * d[4], odd = d[1] + d[5] - 4.25f * d[3];
  const Lanes even2 = d[6] + 0.25f * d[2] - 1.25f * d[4], odd2 = 0.5f * d[1] - 2.5f * d[3] + 2 * d[5];
  const Lanes evenHalf = d[6] + 4 * d[2] - 5 * d[4], oddHalf = 2 * d[1] - 2.5f * d[3] + 0.5f * d[5];
  v[0] = d[0] - d[6] + 5.25f * (d[4] - d[2]);
  v[1] = even + odd;
  v[2] = even - odd;
  v[3] = even2 + odd2;
  v[4] = even2 - odd2;
  v[5] = evenHalf + oddHalf;
  v[6] = evenHalf - oddHalf;
  v[7] = d[7] - d[1] + 5.25f * (d[3] - d[5]);
}

INLINE void winograd6Inverse(const Lanes *m, Lanes *y) {
  const Lanes sum = m[1] + m[2], difference = m[1] - m[2];
  const Lanes sum2 = m[3] + m[4], difference2 = m[3] - m[4];
  const Lanes sumHalf = m[5] + m[6], differenceHalf = m[5] - m[6];
  y[0] = m[0] + sum + sum2 + sumHalf;
  y[1] = difference + 2 * difference2 + 0.5f * differenceHalf;
  y[2] = sum + 4 * sum2 + 0.25f * sumHalf;
  y[3] = difference + 8 * difference2 + 0.125f * differenceHalf;
  y[4] = sum + 16 * sum2 + 0.0625f * sumHalf;
  y[5] = difference + 32 * difference2 + 0.03125f * differenceHalf + m[7];
}

static const Line LineWinograd6 = {8, 8, 6, winograd6Forward, winograd6Inverse};
