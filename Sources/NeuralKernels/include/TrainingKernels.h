// Inner loops of training, in the best form that the processor runs. Single precision, one thread a call.
//
// Layout: a sample is (pixels, stride): the channels of one pixel stand together, `stride` is their number rounded up to
// a multiple of TK_LANES, and the lanes beyond the last channel are 0 and stay 0.
#pragma once
#include <stddef.h>

#pragma clang assume_nonnull begin

/// Granularity of channel strides: one 256-bit vector.
#define TK_LANES 8
/// Taps of the largest kernel, 15x15.
#define TK_MOST_TAPS 225

/// One convolution that keeps the size of its input: output (p, o) = sum over taps t and inputs i of
/// input (p + shift(t), i) * weight (o, i, t), with shift(t) = direction * ((ky - kernel_height / 2) * dilation rows,
/// (kx - kernel_width / 2) * dilation columns). direction +1 is the forward pass; -1 with inputs and outputs exchanged is
/// its transpose, which carries gradients back. A dense layer is the case of a 1x1 kernel whose pixels are samples.
typedef struct {
  ptrdiff_t height, width;
  ptrdiff_t kernel_height, kernel_width, dilation;
  ptrdiff_t inputs;         // channels summed over
  ptrdiff_t input_stride;   // floats from one input pixel to the next
  ptrdiff_t input_pitch;    // floats from one input row to the next
  ptrdiff_t output_stride;  // floats from one output pixel to the next
  ptrdiff_t output_lanes;   // outputs rounded up to a multiple of TK_LANES
  ptrdiff_t direction;
} tk_convolution;

/// Convolutions of three taps (three by three on an image) by Winograd's F(4,3): a sample's tiles of 4 (4x4) outputs.
typedef struct {
  ptrdiff_t is_image;
  ptrdiff_t height, width, dilation;
  ptrdiff_t stride;       // floats from one pixel to the next, and from one tile to the next
  ptrdiff_t point_pitch;  // floats from one of the 6 (36) points to the next
  const float *zeros;     // `stride` of them
} tk_winograd;

/// Adam's constants of one step (Kingma and Ba, ICLR 2015), bias corrections included.
typedef struct {
  float first_momentum, second_momentum, step_size, correction, epsilon;
} tk_adam;

/// One form of every loop, for one kind of processor.
typedef struct {
  const char *name;
  /// Outputs that one block of packed weights holds at most: 32, 16 or 8.
  ptrdiff_t block;

  /// y = act(convolution + bias + base): bias (output_lanes) and base (shaped as y; may be y itself) may be NULL;
  /// act multiplies what is not positive by slope, 1 for none. x points at the first pixel of row 0; rows have the
  /// horizontal padding that the taps reach. weights as tk_pack lays them.
  void (*convolve)(const tk_convolution *g, const float *x, const float *weights, const float *_Nullable bias,
                   const float *_Nullable base, float slope, float *y);
  /// Adds the gradient of the weights, laid out as by tk_pack: x as in convolve, dy rows `dy_pitch` floats apart.
  void (*weight_gradient)(const tk_convolution *g, const float *x, const float *dy, ptrdiff_t dy_pitch, float *gradient);

  /// Inputs of a sample to points of its tiles.
  void (*winograd_input)(const tk_winograd *g, const float *x, float *v);
  /// Points of a sample's tiles to its outputs, finished as by convolve.
  void (*winograd_output)(const tk_winograd *g, const float *m, const float *_Nullable bias,
                          const float *_Nullable base, float slope, float *y);
  /// Gradients of a sample's outputs to those of its points.
  void (*winograd_output_back)(const tk_winograd *g, const float *dy, float *dm);
  /// Packed weights to points; taps reversed for the transpose. By block: (points, inputs, outputs of the block).
  void (*winograd_weights)(ptrdiff_t is_image, ptrdiff_t reversed, ptrdiff_t inputs, ptrdiff_t output_lanes,
                           const float *packed, float *points);
  /// Gradients of points to gradients of packed weights.
  void (*winograd_weights_back)(ptrdiff_t is_image, ptrdiff_t inputs, ptrdiff_t output_lanes, const float *points,
                                float *packed);
  /// For each point, m (tiles, output_lanes) = v (tiles, inputs) u (inputs, outputs).
  void (*winograd_product)(ptrdiff_t points, ptrdiff_t tiles, ptrdiff_t inputs, ptrdiff_t input_stride,
                           ptrdiff_t output_lanes, const float *v, ptrdiff_t v_pitch, const float *u, float *m,
                           ptrdiff_t m_pitch);
  /// For each point, adds the gradient of u.
  void (*winograd_gradient)(ptrdiff_t points, ptrdiff_t tiles, ptrdiff_t inputs, ptrdiff_t input_stride,
                            ptrdiff_t output_lanes, const float *v, ptrdiff_t v_pitch, const float *dm,
                            ptrdiff_t m_pitch, float *du);

  /// y = x > 0 ? x : slope x.
  void (*activate)(ptrdiff_t count, float slope, const float *x, float *y);
  /// dx = (y > 0 ? dy : slope dy) + base (NULL: 0; may be dx).
  void (*activate_back)(ptrdiff_t count, float slope, const float *y, const float *dy, const float *_Nullable base,
                        float *dx);
  /// Copies a sample into rows with `margin` pixels of zeros on both sides. Where the output y of an activation is given,
  /// x is the gradient behind it and is brought before it; where sums (stride) are given, what is written is added up.
  void (*pad)(ptrdiff_t height, ptrdiff_t width, ptrdiff_t stride, ptrdiff_t margin, float slope, const float *_Nullable y,
              const float *x, float *out, float *_Nullable sums);
  /// Adds up rows of `stride` floats.
  void (*column_sums)(ptrdiff_t rows, ptrdiff_t stride, const float *x, float *sums);
  /// y = x0 + x1 + … of `sources` buffers.
  void (*sum)(ptrdiff_t count, ptrdiff_t sources, const float *_Nullable const *_Nonnull x, float *y);
  /// y += x.
  void (*add)(ptrdiff_t count, const float *x, float *y);
  /// y = x scale + shift by channel; y may be x.
  void (*scale_shift)(ptrdiff_t pixels, ptrdiff_t stride, const float *scale, const float *shift, const float *x,
                      float *y);
  /// Adds the sums over pixels of (x - centre)^2, by channel.
  void (*squares)(ptrdiff_t pixels, ptrdiff_t stride, const float *centre, const float *x, float *sums);
  /// Adds, by channel, the sums of dy and of dy (x - mean) inverse.
  void (*norm_sums)(ptrdiff_t pixels, ptrdiff_t stride, const float *mean, const float *inverse, const float *x,
                    const float *dy, float *sums, float *products);
  /// dx = a dy + b x + c by channel, plus base (NULL: 0; may be dx).
  void (*norm_back)(ptrdiff_t pixels, ptrdiff_t stride, const float *a, const float *b, const float *c, const float *x,
                    const float *dy, const float *_Nullable base, float *dx);
  /// One step of Adam.
  void (*adam)(ptrdiff_t count, tk_adam constants, const float *gradients, float *first, float *second,
               float *parameters);
} tk_kernels;

/// The best form that this processor runs.
const tk_kernels *tk_best(void);
/// Every form that this processor runs, best first; `index` from 0, NULL beyond the last.
const tk_kernels *_Nullable tk_form(int index);

/// Where packed weights come from: element (o, i, t) is flat[outputs[o] * output_step + input_places[i] * input_step + t];
/// an index of -1 stands for a lane without a channel.
typedef struct {
  ptrdiff_t output_lanes, inputs, taps;
  const int *outputs, *input_places;
  ptrdiff_t output_step, input_step;
} tk_packing;
/// Lays weights out for `convolve`: blocks of outputs, in each (taps, inputs, outputs of the block).
void tk_pack(const tk_packing *p, ptrdiff_t block, const float *flat, float *packed);
/// Adds packed gradients to flat ones.
void tk_unpack_add(const tk_packing *p, ptrdiff_t block, const float *packed, float *flat);

#pragma clang assume_nonnull end
