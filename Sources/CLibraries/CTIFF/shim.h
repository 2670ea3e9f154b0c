// libtiff's writer, with which tests make TIFF files independently of the reader under test.
#pragma once
#include <tiffio.h>

// TIFFSetField is variadic, which Swift cannot call.
static inline int eelscout_tiff_set(TIFF *tiff, uint32_t tag, uint32_t value) { return TIFFSetField(tiff, tag, value); }
