"""A headless Nion Swift session with the simulated microscope: `nion_session.py FOLDER FRAMES`.

Nion Swift's own code writes every file into FOLDER: a recorded image, live view, a subscan, a snapshot, exports as
.ndata1, .npy and .dm4, a synchronized spectrum image, one that is stopped half-way, a deletion. Prints one line for each.
FRAMES gets the content hash of every finished frame, since live items are rewritten in place.
"""

import copy
import os
import pathlib
import sys
import tempfile
import time

from nion.instrumentation import scan_base
from nion.instrumentation import stem_controller
from nion.instrumentation.test import AcquisitionTestContext
from nion.swift import Facade
from nion.swift.model import Cache, FileStorageSystem, ImportExportManager, Profile
from nion.swift.test import TestContext
from nion.usim_device import DeviceConfiguration
from nion.utils import Geometry
from nionswift_plugin.DM_IO import dm3_image_utils
from nionswift_plugin.nion_instrumentation_ui import ScanAcquisition

from content import content_sha256

# The default gives a synchronized scan up when another program takes the processor for a moment.
scan_base.SYNCHRONIZED_SCAN_TIMEOUT = 300.0
# Only hopelessness ends a wait: a busy machine is slow.
PATIENCE_S = 300.0


class DiskContext(AcquisitionTestContext.AcquisitionTestContext):
    """Nion Swift's test context, with a project on disk instead of in memory."""

    folder = pathlib.Path()

    def create_profile(self, add_project=True):
        library = FileStorageSystem.MemoryPersistentStorageSystem(
            library_properties={"version": FileStorageSystem.PROFILE_VERSION})
        library.load_properties()
        profile = Profile.Profile(storage_system=library, cache_factory=Cache.DbCacheFactory(self.cache, "X"))
        profile.storage_system = library
        profile.profile_context = None
        profile.create_project(self.folder, "Session")
        return profile


def main(folder: pathlib.Path, frames: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)  # the simulator keeps its settings in the working directory
        DiskContext.folder, DiskContext.cache = folder, pathlib.Path(scratch)
        setup = TestContext.TestSetup()
        with DiskContext(DeviceConfiguration.AcquisitionContextConfiguration(), is_eels=True, is_app=True) as session:
            Session(session, folder, frames).run()
        del setup


class Session:
    def __init__(self, context: DiskContext, folder: pathlib.Path, frames: pathlib.Path) -> None:
        self.folder, self.frames = folder, frames
        self.window = context.document_controller
        self.model = context.document_model
        self.scan = context.scan_hardware_source
        self.camera = context.camera_hardware_source

    def note_frame(self, event, xdata) -> None:
        if event.state == "complete":
            with open(self.frames, "a") as file:
                print(content_sha256(xdata.data, xdata.dimensional_calibrations[1].scale), file=file)

    def run(self) -> None:
        listener = self.scan.data_channel_updated_event.listen(self.note_frame)
        self.record(256)
        self.view(frames=4, pixels=256)
        self.subscan()
        image = next(item for item in self.model.data_items if item.data_shape == (256, 256))
        self.snapshot(image)
        self.export(image)
        self.spectrum_image(8)
        self.spectrum_image(16, stop_after_s=1.0)
        self.delete_snapshot()
        listener.close()

    def settle(self, seconds: float = 0.5) -> None:
        """Lets the window's event loop run, as it would between two clicks."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.window.periodic()
            time.sleep(0.02)

    def frame(self, pixels: int):
        parameters = self.scan.get_current_frame_parameters()
        parameters.size = Geometry.IntSize(pixels, pixels)
        return parameters

    def record(self, pixels: int) -> None:
        print(f"record {pixels} x {pixels}", flush=True)
        self.scan.set_record_frame_parameters(self.frame(pixels))
        self.scan.start_recording(sync_timeout=PATIENCE_S)
        while self.scan.is_recording:
            self.settle(0.1)
        self.settle()

    def view(self, frames: int, pixels: int) -> None:
        print(f"live view, {frames} frames", flush=True)
        self.scan.set_current_frame_parameters(self.frame(pixels))
        self.scan.start_playing(sync_timeout=PATIENCE_S)
        for _ in range(frames):
            self.scan.get_next_xdatas_to_finish(PATIENCE_S)
            self.settle(0.2)
        self.scan.stop_playing(sync_timeout=PATIENCE_S)
        self.settle()

    def subscan(self) -> None:
        print("subscan", flush=True)
        self.scan.subscan_enabled = True
        self.view(frames=1, pixels=256)
        self.scan.subscan_enabled = False

    def snapshot(self, item) -> None:
        print("snapshot", flush=True)
        display = self.model.get_display_item_for_data_item(item)
        self.shot = self.model.get_display_item_snapshot_new(display)
        self.settle()

    def spectrum_image(self, pixels: int, stop_after_s: float | None = None) -> None:
        print(f"synchronized spectrum image {pixels} x {pixels}" + (", stopped" if stop_after_s else ""), flush=True)
        specifier = stem_controller.ScanSpecifier()
        specifier.scan_context = copy.deepcopy(self.scan.scan_context)
        specifier.size = pixels, pixels
        controller = ScanAcquisition.ScanAcquisitionController(
            Facade.get_api("~1.0", "~1.0"), Facade.DocumentWindow(self.window), Facade.HardwareSource(self.scan),
            Facade.HardwareSource(self.camera), specifier)
        controller.start(ScanAcquisition.ScanAcquisitionProcessing.SUM_PROJECT,
                         ScanAcquisition.ScanProcessing(True, False))
        if stop_after_s:
            self.settle(stop_after_s)
            controller.cancel()
        controller._wait(PATIENCE_S)
        self.settle()

    def export(self, item) -> None:
        display = self.model.get_display_item_for_data_item(item)
        for handler, extension in [
            (ImportExportManager.NDataImportExportHandler("ndata1-io-handler", "NData 1", ["ndata1"]), "ndata1"),
            (ImportExportManager.NumPyImportExportHandler("numpy-io-handler", "NumPy", ["npy"]), "npy"),
        ]:
            print(f"export as .{extension}", flush=True)
            handler.write_display_item(display, self.folder / f"exported.{extension}", extension)
        print("export as .dm4", flush=True)
        with open(self.folder / "exported.dm4", "wb", buffering=32 << 20) as file:
            dm3_image_utils.save_image(item.xdata, file, 4)

    def delete_snapshot(self) -> None:
        print("delete the snapshot", flush=True)
        self.model.remove_display_item(self.shot)
        self.settle()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2]).absolute())
