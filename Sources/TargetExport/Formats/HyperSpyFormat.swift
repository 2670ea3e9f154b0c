// HyperSpy: markers in calibrated units, x first, and a program that draws them.

import Microscopy
import StrictJSON
import TargetStore

/// JSON, and Python for `hs.plot.markers`.
struct HyperSpyFormat: ExportFormat {
  let name = "hyperspy"
  let program = "HyperSpy"
  let coordinates = "[x, y] in nm on the signal's axes"
  let selection = ExportSelection.newestScan
  let needsNanometres = true

  private static let frame =
    "offsets are [x, y] in nm on the scan's own axes, whose value at the first pixel is origin_nm [y, x] ([0, 0] where the "
    + "file states none); x runs right, y down; row and column are pixels of the scan"

  func text(_ export: TargetExport) -> String {
    export.document(name, frame: Self.frame, [.init("scans", .array(export.scans.map(Self.json)))])
  }

  private static func json(_ scan: ExportedScan) -> JSONValue {
    let origin = scan.geometry?.originNM ?? PlanePoint(y: 0, x: 0)
    let offsets = scan.targets.map { target -> JSONValue in
      guard let place = scan.frame.nanometres(of: scan.position(target)) else { return .null }
      return JSONValue([origin.x + place.x, origin.y + place.y])
    }
    return .object(
      scan.identity + [
        .init("origin_nm", JSONValue([origin.y, origin.x])), .init("offsets", .array(offsets)),
        .init("targets", .array(scan.targets.map { scan.json($0, []) })),
      ])
  }

  func snippet(listAt path: [UInt8]) -> String? {
    #"""
    """Draws the targets of an EELScout list into a HyperSpy plot of their scan: `python THIS SCAN`.

    Or: signal.plot(); add(signal, scan), with a scan of load().
    """

    import json
    import os
    import sys

    import hyperspy.api as hs

    TARGETS = os.fsdecode(\#(PythonText.bytes(path)))
    COLOURS = {"anomaly": "orange", "error": "deepskyblue", "anchor": "limegreen"}


    \#(PythonText.load)


    def offsets(signal, scan):
        """[x, y] of every target on the axes of the signal, whatever their origin and units."""
        x_axis, y_axis = signal.axes_manager.signal_axes
        if [y_axis.size, x_axis.size] != scan["shape"]:
            raise ValueError(f"the signal is {y_axis.size} x {x_axis.size} pixels, the scan {scan['shape']}")
        return [[x_axis.index2value(target["column"]), y_axis.index2value(target["row"])] for target in scan["targets"]]


    def markers(signal, scan):
        """Circles and ranks, for signal.add_marker."""
        places = offsets(signal, scan)
        if not places:
            return []
        colours = [COLOURS.get(target["kind"], "white") for target in scan["targets"]]
        ranks = [str(target["rank"]) for target in scan["targets"]]
        return [
            hs.plot.markers.Points(offsets=places, sizes=60, facecolor="none", edgecolor=colours),
            hs.plot.markers.Texts(offsets=places, texts=ranks, color=colours, horizontalalignment="left"),
        ]


    def add(signal, scan, permanent=False):
        for marker in markers(signal, scan):
            signal.add_marker(marker, permanent=permanent)


    if __name__ == "__main__":
        picture = hs.load(sys.argv[1])
        shape = [axis.size for axis in reversed(picture.axes_manager.signal_axes)]
        chosen = [scan for scan in load() if scan["shape"] == shape]
        if len(chosen) != 1:
            sys.exit(f"{len(chosen)} scans of the list have {shape} pixels; export one with --scan")
        picture.plot()
        add(picture, chosen[0])
        import matplotlib.pyplot

        matplotlib.pyplot.show()
    """# + "\n"
  }
}
