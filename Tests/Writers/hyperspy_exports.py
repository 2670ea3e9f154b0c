"""Exported targets drawn by HyperSpy: `hyperspy_exports.py FOLDER FRAMES`.

HyperSpy itself writes images whose axes begin somewhere else and count in other units; the daemon records them. A signal
loaded from the same file must get its markers on the targets' pixels, by value and on the drawn canvas.
"""

import pathlib
import sys
import tempfile

import matplotlib

matplotlib.use("Agg")

import hyperspy.api as hs
import matplotlib.pyplot
import numpy

import targets
from film import PIXEL_NM, film

AXES = [("nm", 1.0, (0.0, 0.0)), ("µm", 1e-3, (-3.5, 12.25)), ("nm", 1.0, (-700.5, 41.0))]
PIXELS = [(0, 0), (70, 95), (13, 64), (48, 9), (33, 33)]


def main(folder: pathlib.Path, frames: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        for index, (units, scale, origin) in enumerate(AXES):
            print(f"axes in {units} from {origin}", flush=True)
            check(folder, pathlib.Path(name), index, units, scale, origin)


def check(folder: pathlib.Path, work: pathlib.Path, index: int, units: str, scale: float, origin: tuple) -> None:
    # Not square, and another height each time: scans are told apart by their shape.
    rows = 80 + index
    image = hs.signals.Signal2D(film(300 + index)[:rows])
    image.metadata.General.title = "HAADF"
    for axis, start in zip(image.axes_manager.signal_axes, reversed(origin)):
        axis.units, axis.scale, axis.offset = units, PIXEL_NM * scale, start * scale
    image.save(folder / f"image-{index}.hspy")
    scan = targets.scan_of((rows, 96), folder)
    targets.put(scan, PIXELS)
    program = targets.load(targets.export(scan, "hyperspy", work)[1])
    listed = program.load()[0]
    signal = hs.load(folder / f"image-{index}.hspy")
    x_axis, y_axis = signal.axes_manager.signal_axes

    # The list's own offsets, in nm on the file's axes.
    for (x, y), (row, column) in zip(listed["offsets"], PIXELS, strict=True):
        assert (y_axis.value2index(y * scale), x_axis.value2index(x * scale)) == (row, column), (x, y)
    # A signal whose bright pixels are the targets.
    signal.data[:] = 0
    for row, column in PIXELS:
        signal.data[row, column] = 1
    signal.plot()
    program.add(signal, listed)
    places = numpy.array(signal._plot.signal_plot.ax_markers[0].get_current_kwargs()["offsets"])
    assert len(places) == len(PIXELS)
    for x, y in places:
        assert signal.isig[float(x), float(y)].data[0] == 1, (x, y)
    on_the_canvas(signal, rows)
    matplotlib.pyplot.close("all")


def on_the_canvas(signal, rows: int) -> None:
    """The circles' centres as drawn, seen as pixels of the drawn image."""
    axes = signal._plot.signal_plot.ax
    axes.figure.canvas.draw()
    picture = axes.images[0]
    circles = next(c for c in axes.collections if len(c.get_offsets()) == len(PIXELS))
    left, right, bottom, top = picture.get_extent()
    data = axes.transData.inverted().transform(circles.get_offset_transform().transform(circles.get_offsets()))
    for (x, y), (row, column) in zip(data, PIXELS, strict=True):
        assert int((x - left) / (right - left) * 96) == column and int((y - top) / (bottom - top) * rows) == row, (x, y)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2]).absolute())
