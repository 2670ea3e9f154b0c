"""Images for the writers: square particles on a lattice in noise, each seed another one."""

import numpy

PIXEL_NM = 1.5


def film(seed: int, pixels: int = 96) -> numpy.ndarray:
    y, x = numpy.mgrid[:pixels, :pixels] * PIXEL_NM
    particles = (y % 15 < 12) & (x % 15 < 12) & (x > 30)
    noise = numpy.random.default_rng(seed).normal(scale=0.12, size=(pixels, pixels))
    return (200 * (particles + noise) + 300).astype("<f4")


def sidecar() -> dict:
    """What Nion Swift's export writes beside an array."""
    calibration = {"offset": 0.0, "scale": PIXEL_NM, "units": "nm"}
    return {
        "version": 1, "spatial_calibrations": [calibration, calibration], "title": "HAADF",
        "metadata": {"hardware_source": {"channel_name": "HAADF", "pixel_time_us": 4.0}},
    }
