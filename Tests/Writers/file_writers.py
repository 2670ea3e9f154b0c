"""One image by each library of the field, written as its users write it: `file_writers.py FOLDER FRAMES`."""

import pathlib
import sys

import h5py
import mrcfile
import numpy
import tifffile
from nion.data import Calibration, DataAndMetadata
from nionswift_plugin.DM_IO import dm3_image_utils

from film import PIXEL_NM, film


def digital_micrograph(folder: pathlib.Path) -> None:
    nm = Calibration.Calibration(0, PIXEL_NM, "nm")
    for version in (3, 4):
        image = DataAndMetadata.new_data_and_metadata(film(version), dimensional_calibrations=[nm, nm])
        with open(folder / f"nion.dm{version}", "wb", buffering=32 << 20) as file:
            dm3_image_utils.save_image(image, file, version)


def hyperspy(folder: pathlib.Path) -> None:
    import hyperspy.api as hs
    for name, seed in [("hyperspy.hspy", 10), ("hyperspy.emd", 11), ("hyperspy.tif", 12)]:
        axes = [{"name": axis, "size": 96, "scale": PIXEL_NM, "units": "nm"} for axis in "yx"]
        image = hs.signals.Signal2D(film(seed), axes=axes)
        image.metadata.General.title = "HAADF"
        image.save(folder / name, overwrite=True)
    si = hs.signals.Signal1D(numpy.random.default_rng(13).poisson(5, size=(20, 20, 64)).astype("<u2"))
    si.axes_manager[-1].units = "eV"
    si.save(folder / "spectrum-image.hspy", overwrite=True)


def ncempy(folder: pathlib.Path) -> None:
    from ncempy.io.emd import fileEMD
    emd = fileEMD(str(folder / "ncempy.emd"), readonly=False)
    axis = numpy.arange(96) * PIXEL_NM
    emd.put_emdgroup("HAADF", film(20), [(axis, "y", "[n_m]"), (axis, "x", "[n_m]")])
    del emd


def tiff(folder: pathlib.Path) -> None:
    # ImageJ's convention: pixels for one unit.
    resolution = (1 / PIXEL_NM, 1 / PIXEL_NM)
    tifffile.imwrite(folder / "imagej.tif", film(30), imagej=True, resolution=resolution, metadata={"unit": "nm"})
    size = {"PhysicalSizeX": PIXEL_NM, "PhysicalSizeXUnit": "nm", "PhysicalSizeY": PIXEL_NM, "PhysicalSizeYUnit": "nm"}
    tifffile.imwrite(folder / "ome.ome.tif", film(31), ome=True, metadata=size | {"Channel": {"Name": "HAADF"}})
    tifffile.imwrite(folder / "plain.tif", film(32))
    tifffile.imwrite(folder / "stack.tif", numpy.stack([film(33), film(34)]))


def mrc(folder: pathlib.Path) -> None:
    for name, compression in [("mrcfile.mrc", None), ("mrcfile.mrc.gz", "gzip")]:
        with mrcfile.new(folder / name, data=film(40), compression=compression) as file:
            file.voxel_size = PIXEL_NM * 10


def nobodys(folder: pathlib.Path) -> None:
    """HDF5 that is no microscope's, and a table beside it."""
    with h5py.File(folder / "table.h5", "w") as file:
        file["values"] = numpy.arange(10)
    (folder / "notes.csv").write_text("time,current\n0,1\n")


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True)
    for writer in (digital_micrograph, hyperspy, ncempy, tiff, mrc, nobodys):
        print(writer.__name__, flush=True)
        writer(target)
