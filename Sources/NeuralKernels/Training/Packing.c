// Weights between PyTorch's layout and the tiles'.
#include "Packing.h"

void tk_pack(const tk_packing *p, ptrdiff_t block_limit, const float *flat, float *packed) {
  for (ptrdiff_t from = 0, block; from < p->output_lanes; from += block) {
    block = tk_block(p->output_lanes - from, block_limit);
    for (ptrdiff_t tap = 0; tap < p->taps; tap++)
      for (ptrdiff_t input = 0; input < p->inputs; input++, packed += block) {
        ptrdiff_t row = p->input_places[input];
        const float *source = flat + row * p->input_step + tap;
        for (ptrdiff_t k = 0; k < block; k++) {
          ptrdiff_t output = p->outputs[from + k];
          packed[k] = row < 0 || output < 0 ? 0 : source[output * p->output_step];
        }
      }
  }
}

void tk_unpack_add(const tk_packing *p, ptrdiff_t block_limit, const float *packed, float *flat) {
  for (ptrdiff_t from = 0, block; from < p->output_lanes; from += block) {
    block = tk_block(p->output_lanes - from, block_limit);
    for (ptrdiff_t tap = 0; tap < p->taps; tap++)
      for (ptrdiff_t input = 0; input < p->inputs; input++, packed += block) {
        ptrdiff_t row = p->input_places[input];
        if (row < 0) continue;
        float *target = flat + row * p->input_step + tap;
        for (ptrdiff_t k = 0; k < block; k++) {
          ptrdiff_t output = p->outputs[from + k];
          if (output >= 0) target[output * p->output_step] += packed[k];
        }
      }
  }
}
