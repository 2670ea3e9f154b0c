// Inner loops of networks, once for each instruction set. No state, no allocation; every size comes from the caller.
//
// Layout: a "lane vector" holds the same number of `lanes` different samples. A tensor is channels of places, each
// place one lane vector, so whatever the mathematics does to one number the kernels do to `lanes` samples at once, and
// a sample's result never depends on its neighbours.
//
// Places are named by their distance from the start of their channel, in floats. Behind its last place a channel keeps
// two more: one that stays zero, which convolutions read where they reach over the border, and one that is written
// where a tile of outputs reaches over it. They also keep channels from starting at multiples of 4096 bytes, where they
// would fall into the same cache sets.
#ifndef INFERENCE_KERNELS_H
#define INFERENCE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// What becomes of a linear layer's result c, by channel: l = max(c, slope·c), then y = scale·l + shift.
typedef struct {
  /// Added to c; null for none.
  const float *bias;
  float slope;
  /// Batch norm; both null for none.
  const float *scale;
  const float *shift;
  /// Takes y; null where nobody needs it.
  float *output;
  /// Takes, or adds, the sum of those of c, l and y whose share is 1; null for none.
  float *sum;
  float shareOfLinear, shareOfActivated, shareOfNormalised;
  int32_t startsSum;
  /// Floats from one channel to the next in `output` and `sum`.
  ptrdiff_t channelStride;
} KernelFinish;

/// Y (filters, places): y = Σ over inputs and taps of w·x. Places come in groups of `columns` (the table's).
typedef struct {
  int32_t inputs, filters, taps, places;
  ptrdiff_t inputStride;
  /// [group][tap][columns], the last group filled up.
  const int32_t *reads;
  /// [places].
  const int32_t *writes;
  /// [block of rows][input][tap][row]; the last block may be short.
  const float *weights;
} KernelConvolution;

/// Some of the tiles of Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A.
typedef struct {
  int32_t inputs, filters, tiles;
  ptrdiff_t inputStride;
  /// [tile][places that it reads].
  const int32_t *reads;
  /// [tile][places that it writes].
  const int32_t *writes;
  /// G g Gᵀ as [point][block of rows][input][row].
  const float *weights;
  /// Transformed inputs [point][input][tile] and products [point][filter][tile], with `pointStride` floats a point.
  float *transformed;
  float *products;
  ptrdiff_t pointStride;
} KernelTiles;

/// A part of a dense layer's input: `segments` runs of `run` lane vectors, `segmentStride` floats apart.
typedef struct {
  const float *x;
  int32_t segments, run;
  ptrdiff_t segmentStride;
} KernelPart;

/// y (outputs) = W x, where x is one part or two joined.
typedef struct {
  int32_t outputs, inputs;
  KernelPart parts[2];
  /// [block of rows][input][row]; blocks as even as can be.
  const float *weights;
  /// Output o is place o % plane of channel o / plane.
  int32_t plane;
  /// [outputs]; a bias an output, not a channel.
  const float *bias;
} KernelDense;

/// y (channels, places) = mean of `window` places of x.
typedef struct {
  int32_t channels, places, window;
  ptrdiff_t inputStride;
  /// [places][window].
  const int32_t *reads;
} KernelMeans;

/// The bilinear algorithms on a line (`Kernels/<name>.h`).
typedef enum {
  /// The rows of a signal.
  KernelNoLine,
  KernelDirect,
  KernelWinograd2,
  KernelWinograd4,
  KernelWinograd5,
  KernelWinograd6,
  KernelUpsampled,
  KernelUpsampled4,
  KernelLineCount
} KernelLine;

/// A bilinear algorithm for convolutions, in one or two dimensions.
typedef struct {
  /// Places that a tile reads and writes, and products that it takes.
  int32_t reads, points, writes;
  void (*forward)(const KernelTiles *tiles, const float *x);
  void (*inverse)(const KernelTiles *tiles, const KernelFinish *finish);
} KernelAlgorithm;

typedef struct {
  const char *name;
  /// Samples side by side in a lane vector.
  int32_t lanes;
  /// Filters and places of one block of registers.
  int32_t rows, columns;
  /// Outputs of one block of a dense layer.
  int32_t denseRows;
  void (*convolve)(const KernelConvolution *g, const float *x, const KernelFinish *finish);
  void (*multiply)(const KernelTiles *tiles, int32_t points);
  void (*dense)(const KernelDense *g, const KernelFinish *finish);
  void (*means)(const KernelMeans *g, const float *x, const KernelFinish *finish);
  /// The algorithm for images that runs `rows` down their columns and `columns` along their rows, or for signals;
  /// without points where there is none.
  KernelAlgorithm (*algorithm)(KernelLine rows, KernelLine columns);
  /// Rows of samples, `stride` floats each, to lane vectors and back; lanes from `count` on are zero.
  void (*gather)(const float *x, ptrdiff_t stride, int32_t count, int32_t channels, int32_t plane, float *y,
                 ptrdiff_t channelStride);
  void (*scatter)(const float *x, ptrdiff_t channelStride, int32_t count, int32_t channels, int32_t plane, float *y,
                  ptrdiff_t stride);
} NeuralKernelTable;

/// The kernels for an instruction set; null where this machine has not got it.
const NeuralKernelTable *neuralKernelsAVX512(void);
const NeuralKernelTable *neuralKernelsAVX2(void);
/// What every machine of this architecture has: SSE2, NEON, or whatever the compiler makes of four numbers.
const NeuralKernelTable *neuralKernelsBaseline(void);

#endif
