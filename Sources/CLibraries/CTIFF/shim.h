// libtiff: its codecs unpack strips and tiles; its writer makes the files of tests.
#pragma once
#include <tiffio.h>

// TIFFSetField is variadic, which Swift cannot call.
static inline int eelscout_tiff_set(TIFF *tiff, uint32_t tag, uint32_t value) { return TIFFSetField(tiff, tag, value); }
