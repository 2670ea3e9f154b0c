// Which detector channels count as HAADF.

/// Recognises annular dark-field channels by the names that instruments give them.
///
/// `HAADF`, `ADF` and `DF` with a number or a suffix (`DF4`, `ADF-O`, `HAADF Subscan`) and "dark field" count; the
/// medium- and low-angle rings (`MAADF`, `LAADF`) see diffraction contrast and do not.
public struct ChannelRule: Equatable, Sendable {
  private let alsoAccepted: Set<String>

  /// - Parameter alsoAccepted: further channel names of this instrument, compared without regard to case.
  public init(alsoAccepted: [String] = []) {
    self.alsoAccepted = Set(alsoAccepted.map { $0.lowercased() })
  }

  public func accepts(_ channel: String) -> Bool {
    let name = channel.lowercased()
    if alsoAccepted.contains(name) { return true }
    if name.contains("dark field") || name.contains("dark-field") || name.contains("darkfield") {
      return !["medium", "low", "middle"].contains(where: name.contains)
    }
    return name.split { !$0.isLetter && !$0.isNumber }.contains { word in
      ["haadf", "adf", "df"].contains { stem in
        word.hasPrefix(stem) && word.dropFirst(stem.count).allSatisfy(\.isNumber)
      }
    }
  }
}
