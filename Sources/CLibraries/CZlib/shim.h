// zlib: CRC-32 and raw inflate for ZIP members, deflate for tests.
#pragma once
#include <zlib.h>

// inflateInit2 and deflateInit2 are macros that Swift cannot see.
static inline int eelscout_inflateInit2(z_streamp stream, int windowBits) { return inflateInit2(stream, windowBits); }
