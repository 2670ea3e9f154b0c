// Which versions of the C libraries read the files.

import CHDF5
import CTIFF
import CZlib

/// The libraries behind the readers, as they are linked at this moment.
public enum FileLibraries {
  /// Name and version of each, such as `libhdf5 1.10.8`.
  public static var versions: [String] {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    H5get_libversion(&major, &minor, &release)
    // `LIBTIFF, Version 4.5.0` and a copyright notice.
    let tiff = String(cString: TIFFGetVersion()).split(separator: "\n").first?.split(separator: " ").last ?? "?"
    return ["libhdf5 \(major).\(minor).\(release)", "libtiff \(tiff)", "zlib \(String(cString: zlibVersion()))"]
  }
}
