// File names as the shell gave them: bytes, which need not be UTF-8.

import Foundation
import SystemPackage

enum FileArguments {
  /// The paths of these arguments, with their own bytes where the argument parser saw replacement characters.
  static func paths(_ arguments: [String]) -> [FilePath] {
    var raw = commandLine.filter { String(validating: $0, as: UTF8.self) == nil }
    return arguments.map { argument in
      guard let index = raw.firstIndex(where: { String(decoding: $0, as: UTF8.self) == argument }) else {
        return FilePath(argument)
      }
      let bytes = raw.remove(at: index)
      return FilePath(platformString: bytes.map { CInterop.PlatformChar(bitPattern: $0) } + [0])
    }
  }

  /// The arguments of this process as the kernel keeps them.
  private static var commandLine: [[UInt8]] {
    guard let data = try? Data(contentsOf: URL(filePath: "/proc/self/cmdline")) else { return [] }
    return data.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
  }
}
