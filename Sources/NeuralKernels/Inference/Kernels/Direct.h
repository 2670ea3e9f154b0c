// F(1,3): one output of a kernel of three in its three products, for the narrow tiles between wider ones.
//
//   Bᵀ = I   G = I   Aᵀ = [1 1 1]

INLINE void directForward(const Lanes *d, Lanes *v) {
  v[0] = d[0];
  v[1] = d[1];
  v[2] = d[2];
}

INLINE void directInverse(const Lanes *m, Lanes *y) { y[0] = m[0] + m[1] + m[2]; }

static const Line LineDirect = {3, 3, 1, directForward, directInverse};
