// The algorithms on signals and the pairs of them on images that exist as code.

#define EACH_SIGNAL(DO) DO(Winograd2) DO(Winograd4) DO(Winograd5) DO(Winograd6) DO(Upsampled) DO(Upsampled4)

#define EACH_IMAGE(DO)                                                                                                 \
  DO(Direct, Direct) DO(Direct, Winograd2) DO(Direct, Winograd4)                                                       \
  DO(Winograd2, Direct) DO(Winograd2, Winograd2) DO(Winograd2, Winograd4)                                              \
  DO(Winograd4, Direct) DO(Winograd4, Winograd2) DO(Winograd4, Winograd4)                                              \
  DO(Winograd4, Winograd6) DO(Winograd6, Winograd4) DO(Winograd6, Winograd6)                                           \
  DO(Upsampled, Upsampled) DO(Upsampled4, Upsampled4) EACH_FUSED_IMAGE(DO)

// The inputs of F(5,3) are differences of differences: with two roundings each, an image loses twice what PyTorch does.
#if IS_FUSED
#define EACH_FUSED_IMAGE(DO)                                                                                           \
  DO(Winograd4, Winograd5) DO(Winograd5, Winograd4) DO(Winograd5, Winograd5)                                           \
  DO(Winograd5, Winograd6) DO(Winograd6, Winograd5)
#else
#define EACH_FUSED_IMAGE(DO)
#endif

#define SIGNAL_KERNELS(a)                                                                                              \
  static void forwardSignals##a(const KernelTiles *g, const float *x) { forwardSignals(g, x, Line##a); }               \
  static void inverseSignals##a(const KernelTiles *g, const KernelFinish *f) { inverseSignals(g, f, Line##a); }

#define IMAGE_KERNELS(a, b)                                                                                            \
  static void forwardImages##a##b(const KernelTiles *g, const float *x) { forwardImages(g, x, Line##a, Line##b); }     \
  static void inverseImages##a##b(const KernelTiles *g, const KernelFinish *f) {                                       \
    inverseImages(g, f, Line##a, Line##b);                                                                             \
  }

EACH_SIGNAL(SIGNAL_KERNELS)
EACH_IMAGE(IMAGE_KERNELS)

#define PAIR(rows, columns) ((rows) * KernelLineCount + (columns))

#define SIGNAL_CASE(a)                                                                                                 \
  case PAIR(KernelNoLine, Kernel##a):                                                                                  \
    return (KernelAlgorithm){Line##a.reads, Line##a.points, Line##a.writes, forwardSignals##a, inverseSignals##a};

#define IMAGE_CASE(a, b)                                                                                               \
  case PAIR(Kernel##a, Kernel##b):                                                                                     \
    return (KernelAlgorithm){Line##a.reads * Line##b.reads, Line##a.points * Line##b.points,                           \
                             Line##a.writes * Line##b.writes, forwardImages##a##b, inverseImages##a##b};

static KernelAlgorithm algorithm(KernelLine rows, KernelLine columns) {
  switch (PAIR(rows, columns)) {
    EACH_SIGNAL(SIGNAL_CASE)
    EACH_IMAGE(IMAGE_CASE)
  default: return (KernelAlgorithm){0};
  }
}
