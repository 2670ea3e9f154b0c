// A page on disk: whole, or not at all.

import AcquisitionAssistant
import Foundation

public enum PageFile {
  /// Writes a page; one of the same name is replaced.
  /// - Throws: `CommandError` of status `inputOutput` that names path and cause.
  public static func write(_ html: String, to path: String) throws(CommandError) {
    do {
      try Data(html.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError
      let reason = cause.map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
      throw CommandError(
        .inputOutput, "\(path) can't be written: \(reason); check that its folder exists and may be written")
    }
  }
}
