// Thermo Fisher AutoScript: (x, y) in 0…1 of the field of view, and a program that moves the beam there.

import Microscopy
import StrictJSON
import TargetStore

/// JSON, and Python for AutoScript TEM.
struct AutoScriptFormat: ExportFormat {
  let name = "autoscript"
  let program = "Thermo Fisher AutoScript"
  let coordinates = "(x, y) in 0…1 of the field of view"

  private static let frame =
    "x runs right and y down over the scan's field of view, (0, 0) top left, (1, 1) bottom right, before scan rotation; "
    + "row and column are pixels of the scan"

  func text(_ export: TargetExport) -> String {
    export.document(name, frame: Self.frame, [.init("scans", .array(export.scans.map(Self.json)))])
  }

  private static func json(_ scan: ExportedScan) -> JSONValue {
    let width = scan.frame.pixelSizeNM.map { $0 * Double(scan.frame.columns) }
    return .object(
      scan.identity + [
        .init("field_width_nm", JSONValue(width)),
        .init(
          "targets",
          .array(
            scan.targets.map { target in
              let place = scan.frame.fraction(of: scan.position(target))
              return scan.json(target, [.init("x", .double(place.x)), .init("y", .double(place.y))])
            })),
      ])
  }

  func snippet(listAt path: [UInt8]) -> String? {
    #"""
    """Moves the paused beam of an AutoScript TEM to the targets of an EELScout list, one after another.

    Stop the scan first, with the field of view and the rotation of the scan in the list. Put your measurement into
    `measure`. The beam goes back to where it was and is blanked, whatever happens.
    """

    import json
    import os
    import time

    TARGETS = os.fsdecode(\#(PythonText.bytes(path)))
    HOST = None  # None: the microscope of this computer


    def measure(microscope, target):
        """What is done at a target; the beam stands there."""
        time.sleep(target["dwell_ms"] / 1000)


    \#(PythonText.load)


    def connect():
        from autoscript_tem_microscope_client import TemMicroscopeClient

        microscope = TemMicroscopeClient()
        microscope.connect(*([HOST] if HOST else []))
        return microscope


    def visit(microscope, scans=None, measure=None):
        """Visits every target of the list; returns their ids."""
        measure = measure or globals()["measure"]
        optics, visited = microscope.optics, []
        before = optics.paused_scan_beam_position
        try:
            for scan in scans or load():
                shown, listed = optics.scan_field_of_view * 1e9, scan["field_width_nm"]
                if listed is not None and abs(shown - listed) > 0.02 * listed:
                    raise RuntimeError(f"scan {scan['scan']} is {listed:g} nm wide, the microscope shows {shown:g} nm")
                for target in scan["targets"]:
                    optics.paused_scan_beam_position = [target["x"], target["y"]]
                    measure(microscope, target)
                    visited.append(target["id"])
        finally:
            optics.blanker.blank()
            optics.paused_scan_beam_position = before
        return visited


    if __name__ == "__main__":
        print("visited", ", ".join(visit(connect())) or "nothing: the list is empty")
    """# + "\n"
  }
}
