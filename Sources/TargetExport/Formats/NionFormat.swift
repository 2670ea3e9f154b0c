// Nion Swift: fractional (y, x) of the context scan, and a program that moves the probe there.

import Microscopy
import StrictJSON
import TargetStore

/// JSON, and Python for Nion Swift's instrument (`stem_controller`, nionswift-instrumentation).
struct NionFormat: ExportFormat {
  let name = "nion"
  let program = "Nion Swift"
  let coordinates = "fractional (y, x) of the context scan"

  private static let frame =
    "position is [y, x] as a fraction of the context scan, (0, 0) top left, (1, 1) bottom right, sharing its rotation "
    + "(positive counter-clockwise); fov_nm is the context's longest side; row and column are pixels of the scan itself"

  func text(_ export: TargetExport) -> String {
    export.document(name, frame: Self.frame, [.init("scans", .array(export.scans.map(Self.json)))])
  }

  private static func json(_ scan: ExportedScan) -> JSONValue {
    let subscan = scan.geometry?.subscan
    return .object(
      scan.identity + [
        .init("context", context(scan)),
        .init(
          "subscan",
          subscan.map {
            [
              "fractional_size": JSONValue([$0.size.y, $0.size.x]),
              "fractional_center": JSONValue([$0.centre.y, $0.centre.x]), "rotation_rad": .double($0.rotationRad),
            ]
          } ?? .null),
        .init(
          "targets",
          .array(
            scan.targets.map { target in
              let place = scan.frame.contextFraction(of: scan.position(target), in: scan.geometry)
              return scan.json(target, [.init("position", JSONValue([place.y, place.x]))])
            })),
      ])
  }

  /// The scan that positions refer to: what its file says, or the scan itself where it says nothing of a context.
  private static func context(_ scan: ExportedScan) -> JSONValue {
    let geometry = scan.geometry
    let isWhole = geometry?.subscan == nil
    let own = scan.frame.pixelSizeNM.map { $0 * Double(max(scan.frame.rows, scan.frame.columns)) }
    let size = geometry?.contextRows.flatMap { rows in geometry?.contextColumns.map { [rows, $0] } }
    return [
      // A subscan has an id of its own; the scan that it is a part of is known by what follows.
      "scan_id": isWhole ? JSONValue(scan.scan.instrumentScanID) : .null,
      "size": size.map { JSONValue($0) } ?? (isWhole ? JSONValue([scan.frame.rows, scan.frame.columns]) : .null),
      "fov_nm": JSONValue(geometry?.contextFieldOfViewNM ?? (isWhole ? own : nil)),
      "center_nm": geometry?.contextCentreNM.map { JSONValue([$0.y, $0.x]) } ?? .null,
      "rotation_rad": JSONValue(scan.frame.rotationRad),
    ]
  }

  func snippet(listAt path: [UInt8]) -> String? {
    #"""
    """Moves Nion Swift's probe to the targets of an EELScout list, one after another.

    Run it in Nion Swift while the context scan of the list is set up and no scan is running. Put your measurement
    into `measure`. The probe goes back to where it was, whatever happens.
    """

    import json
    import math
    import os
    import time

    from nion.utils import Registry

    TARGETS = os.fsdecode(\#(PythonText.bytes(path)))


    def measure(target):
        """What is done at a target; the probe stands there."""
        time.sleep(target["dwell_ms"] / 1000)


    \#(PythonText.load)


    def scan_controller():
        instrument = Registry.get_component("stem_controller")
        if not instrument or not instrument.scan_controller:
            raise RuntimeError("there is no microscope with a scan unit in this session")
        return instrument.scan_controller


    def mismatch(scan, context):
        """Why a position in the list's context scan is none in the present one; None when it is."""
        listed = scan["context"]
        if scan["subscan"] and not (listed["fov_nm"] and listed["size"]):
            return "the list does not say which context scan its subscan belongs to"
        if listed["size"]:
            (rows, columns), size = listed["size"], context.size
            if abs(rows * size.width - columns * size.height) > max(size.width, size.height, rows, columns):
                return f"the list is for {rows} x {columns} pixels, the scan is {size.height} x {size.width}"
        pairs = [("field of view, nm", listed["fov_nm"], context.fov_nm, 1e-6 * (context.fov_nm or 1))]
        if listed["rotation_rad"] is not None:
            turn = (listed["rotation_rad"] - context.rotation_rad + math.pi) % (2 * math.pi) - math.pi
            pairs.append(("rotation against the list, rad", 0.0, turn, 1e-6))
        if listed["center_nm"]:
            y, x = listed["center_nm"]
            pairs += [("centre y, nm", y, context.center_nm.y, 1e-3), ("centre x, nm", x, context.center_nm.x, 1e-3)]
        for what, wanted, present, tolerance in pairs:
            if wanted is not None and abs(wanted - present) > tolerance:
                return f"{what}: the list is for {wanted:g}, the scan is set to {present:g}"
        return None


    def visit(scans=None, measure=None):
        """Visits every target of the scans whose context is the present one; returns their ids."""
        measure = measure or globals()["measure"]
        controller = scan_controller()
        if controller.is_playing or controller.is_recording:
            raise RuntimeError("a scan is running; stop it first")
        before, visited = controller.probe_position, []
        try:
            for scan in scans or load():
                reason = mismatch(scan, controller.scan_context)
                if reason:
                    raise RuntimeError(f"scan {scan['scan']} is not the one that is set up: {reason}")
                for target in scan["targets"]:
                    controller.probe_position = tuple(target["position"])
                    measure(target)
                    visited.append(target["id"])
        finally:
            controller.probe_position = before
        return visited


    if __name__ == "__main__":
        print("visited", ", ".join(visit()) or "nothing: the list is empty")
    """# + "\n"
  }
}
