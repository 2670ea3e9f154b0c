// The name of a file or directory within its directory: bytes, not text.

import SystemPackage

/// A name within a directory, as bytes. Unlike `FilePath.Component` it costs next to nothing to make, hash and hand to
/// the system, of which each listing does a great deal.
struct EntryName: Hashable, Comparable, Sendable {
  /// Ends with a zero, as the system's calls want it.
  let bytes: [CChar]

  /// - Parameter bytes: without the zero at the end; not empty, no slash.
  init(_ bytes: some Sequence<CChar>) { self.bytes = Array(bytes) + [0] }

  init(_ component: FilePath.Component) {
    bytes = component.withPlatformString { pointer in
      var length = 0
      while pointer[length] != 0 { length += 1 }
      return (0...length).map { pointer[$0] }
    }
  }

  static func < (one: Self, other: Self) -> Bool { one.bytes.lexicographicallyPrecedes(other.bytes) }
}

extension FilePath {
  /// The same path as `appending(_: Component)` gives, without taking the name apart once more.
  func appending(_ name: EntryName) -> FilePath {
    let directory = withPlatformString { pointer in (0..<length).map { pointer[$0] } }
    return FilePath(platformString: directory + [CChar(UInt8(ascii: "/"))] + name.bytes)
  }
}
