// F(2,3): two outputs of a kernel of three in four products instead of six. Lavin and Gray 2016, section 4.1;
// interpolation at 0, ±1 and ∞.
//
//        ⎡1  0 −1  0⎤        ⎡ 1    0    0 ⎤        ⎡1  1  1  0⎤
//   Bᵀ = ⎢0  1  1  0⎥    G = ⎢1/2  1/2  1/2⎥   Aᵀ = ⎣0  1 −1 −1⎦
//        ⎢0 −1  1  0⎥        ⎢1/2 −1/2  1/2⎥
//        ⎣0  1  0 −1⎦        ⎣ 0    0    1 ⎦

INLINE void winograd2Forward(const Lanes *d, Lanes *v) {
  v[0] = d[0] - d[2];
  v[1] = d[1] + d[2];
  v[2] = d[2] - d[1];
  v[3] = d[1] - d[3];
}

INLINE void winograd2Inverse(const Lanes *m, Lanes *y) {
  y[0] = m[0] + m[1] + m[2];
  y[1] = m[1] - m[2] - m[3];
}

static const Line LineWinograd2 = {4, 4, 2, winograd2Forward, winograd2Inverse};
