"""Exported targets in a headless Nion Swift with the simulated microscope: `nion_exports.py FOLDER FRAMES`.

Scans a context that is rotated, subscans of it that are turned, and one that is not square; the daemon records them; their
exported lists are visited by the exported program. The probe must stand on each target: by its number on whole scans,
by what the images show there on subscans.
"""

import contextlib
import io
import math
import os
import pathlib
import sys
import tempfile

import numpy
from nion.data import DataAndMetadata
from nion.swift.test import TestContext
from nion.usim_device import DeviceConfiguration
from nion.utils import Geometry
from nionswift_plugin.DM_IO import dm3_image_utils
from scipy import ndimage

import targets
from nion_session import PATIENCE_S, DiskContext, Session

FIELD_NM = 120.0


class Exports(Session):
    def run(self) -> None:
        listener = self.scan.data_channel_updated_event.listen(self.note_frame)
        with tempfile.TemporaryDirectory() as name:
            self.work = pathlib.Path(name)
            self.whole((192, 256), rotation_deg=90)
            self.whole((256, 224), rotation_deg=0)
            # The simulator draws subscans true to scale in square contexts only.
            context = self.whole((256, 256), rotation_deg=33)
            for centre, size, turn in [((0.45, 0.6), (0.4, 0.3), 0.5), ((0.5, 0.45), (0.3, 0.42), -1.2)]:
                self.part(context, centre, size, turn)
        listener.close()

    def image(self):
        """One finished frame, as it stands on the disk in the end."""
        self.scan.start_playing(sync_timeout=PATIENCE_S)
        self.frame_seen = frame = self.scan.get_next_xdatas_to_finish(PATIENCE_S)[0]
        self.scan.stop_playing(sync_timeout=PATIENCE_S)
        self.settle()
        return ndimage.gaussian_filter(numpy.array(frame.data, dtype=float), 2)

    def set_context(self, shape: tuple, rotation_deg: float, field_nm: float = FIELD_NM) -> None:
        parameters = self.scan.get_current_frame_parameters()
        parameters.size = Geometry.IntSize(*shape)
        parameters.fov_nm, parameters.rotation_rad = field_nm, math.radians(rotation_deg)
        parameters.pixel_time_us = 8
        self.scan.set_current_frame_parameters(parameters)
        self.settle(0.1)

    def whole(self, shape: tuple, rotation_deg: float):
        print(f"context of {shape} pixels at {rotation_deg} degrees", flush=True)
        self.set_context(shape, rotation_deg)
        image = self.image()
        scan = targets.scan_of(shape, self.folder)
        assert math.isclose(scan["rotation_rad"], math.radians(rotation_deg), abs_tol=1e-9)
        pixels = [(0, 0), (shape[0] - 1, shape[1] - 1), (17, 101), (150, 33)]
        targets.put(scan, pixels)
        program = targets.load(targets.export(scan, "nion", self.work)[1])
        seen = self.visit(program)
        for (y, x), (row, column) in zip(seen, pixels, strict=True):
            assert math.isclose(y * shape[0] - 0.5, row, abs_tol=1e-9), (y, row)
            assert math.isclose(x * shape[1] - 0.5, column, abs_tol=1e-9), (x, column)
        self.refusals(program, shape, rotation_deg)
        return image

    def refusals(self, program, shape: tuple, rotation_deg: float) -> None:
        """Another scan is set up, or one is running: the probe stays where it is."""
        self.set_context(shape, rotation_deg, FIELD_NM / 2)
        self.fails(program.visit, "field of view, nm: the list is for 120, the scan is set to 60")
        self.set_context(shape, rotation_deg + 5)
        self.fails(program.visit, "rotation")
        self.set_context((shape[0] // 2, shape[1]), rotation_deg)
        self.fails(program.visit, f"the list is for {shape[0]} x {shape[1]} pixels")
        self.set_context(shape, rotation_deg)
        self.scan.start_playing(sync_timeout=PATIENCE_S)
        self.fails(program.visit, "a scan is running")
        self.scan.stop_playing(sync_timeout=PATIENCE_S)
        self.settle()

    def part(self, context, centre: tuple, size: tuple, turn: float) -> None:
        print(f"subscan of {size} at {centre}, turned by {turn} rad", flush=True)
        self.scan.subscan_enabled = True
        self.scan.subscan_region = Geometry.FloatRect.from_center_and_size(centre, size)
        self.scan.subscan_rotation = turn
        image = self.image()
        scan = targets.scan_of(image.shape, self.folder)
        pixels = [(row, column) for row in range(3, image.shape[0] - 3, 7) for column in range(3, image.shape[1] - 3, 7)]
        targets.put(scan, pixels)
        seen = self.visit(targets.load(targets.export(scan, "nion", self.work)[1]))
        self.scan.subscan_enabled = False
        self.settle(0.1)
        there = numpy.array(seen).T * context.shape[0] - 0.5
        wanted = [image[pixel] for pixel in pixels]
        agreement = numpy.corrcoef(wanted, ndimage.map_coordinates(context, there, order=1))[0, 1]
        # As it would be if y ran up, or the turn had the other sign.
        mirrored = ndimage.map_coordinates(context, [2 * centre[0] * context.shape[0] - there[0], there[1]], order=1)
        print(f"   {len(pixels)} targets; context at the probe against the subscan's pixel: {agreement:.3f}")
        assert agreement > 0.95 > numpy.corrcoef(wanted, mirrored)[0, 1]
        self.exported(scan)

    def exported(self, scan: dict) -> None:
        """Nion Swift's export for DigitalMicrograph says as well where the subscan lies."""
        name = f"part-{scan['id']}.dm4"
        with open(self.folder / name, "wb", buffering=32 << 20) as file:
            dm3_image_utils.save_image(brighter(self.frame_seen), file, 4)
        copy = targets.scan_of(tuple(scan["shape"]), self.folder, name)
        assert scan["geometry"]["subscan_rotation_rad"] and copy["geometry"] == scan["geometry"], copy["geometry"]

    def visit(self, program) -> list:
        """Where the instrument says the probe stands at each target."""
        before, seen = (0.25, 0.125), []
        self.scan.probe_position = before
        with contextlib.redirect_stdout(io.StringIO()) as talk:
            visited = program.visit(measure=lambda target: seen.append(tuple(self.instrument.probe_position)))
        assert len(visited) == len(seen) and "note: scan" in talk.getvalue()
        assert tuple(self.instrument.probe_position) == before
        assert self.scan.probe_state == "parked"

        def fail(target):
            raise RuntimeError("the camera is off")

        self.fails(lambda: program.visit(measure=fail), "the camera is off")
        assert tuple(self.instrument.probe_position) == before, "a probe left on a target after an error"
        return seen

    @staticmethod
    def fails(action, words: str) -> None:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                action()
        except RuntimeError as error:
            assert words in str(error), error
        else:
            raise AssertionError(f"it went on, although: {words}")


def brighter(frame):
    """Other values: a scan of its own."""
    return DataAndMetadata.new_data_and_metadata(
        frame.data + 1, frame.intensity_calibration, frame.dimensional_calibrations, frame.metadata)


def main(folder: pathlib.Path, frames: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)  # the simulator keeps its settings in the working directory
        DiskContext.folder, DiskContext.cache = folder, pathlib.Path(scratch)
        setup = TestContext.TestSetup()
        with DiskContext(DeviceConfiguration.AcquisitionContextConfiguration(), is_eels=True, is_app=True) as session:
            exports = Exports(session, folder, frames)
            exports.instrument = session.instrument
            exports.run()
        del setup


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2]).absolute())
