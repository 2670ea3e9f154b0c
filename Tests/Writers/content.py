"""The content hash of an image, computed independently of the daemon's own code.

It is documented in the package's ContentHash: a text, the number of dimensions and each of them, the pixel size in
femtometres, then every value as a double.
"""

import hashlib
import struct

import numpy


def content_sha256(image: numpy.ndarray, pixel_size_nm: float) -> str:
    digest = hashlib.sha256(b"eelscout content 1\n")
    header = [image.ndim, *image.shape, round(pixel_size_nm * 1e6)]
    digest.update(struct.pack(f"<{len(header)}q", *header))
    digest.update(numpy.ascontiguousarray(image, dtype="<f8").tobytes())
    return digest.hexdigest()
