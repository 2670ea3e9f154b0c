// Which detector channels count as HAADF.

/// Recognises annular dark-field channels by the names that instruments give them.
///
/// `HAADF`, `ADF` and `DF` with a number or a suffix (`DF4`, `ADF-O`, `HAADF Subscan`) and "dark field" count; the
/// medium- and low-angle rings (`MAADF`, `LAADF`) see diffraction contrast and do not.
public struct ChannelRule: Equatable, Sendable {
  private let alsoAccepted: Set<String>
  private let unnamed: UnnamedImages

  /// What becomes of images whose file names no channel: plain NPY, TIFF, MRC and TIA files.
  public enum UnnamedImages: Equatable, Sendable {
    /// They are taken, unless the file's name tells another detector.
    case accepted
    /// They are taken where one of these texts stands in the file's name, compared without regard to case.
    case acceptedIfNamed([String])
    case ignored
  }

  /// - Parameters:
  ///   - alsoAccepted: further channel names of this instrument, compared without regard to case.
  ///   - unnamed: what becomes of images without a channel name.
  public init(alsoAccepted: [String] = [], unnamed: UnnamedImages = .accepted) {
    self.alsoAccepted = Set(alsoAccepted.map { $0.lowercased() })
    self.unnamed = unnamed
  }

  /// Detectors that are not taken, by the words that people put into file names.
  private static let otherDetectors: Set<String> = ["bf", "abf", "maadf", "laadf", "dpc", "idpc"]

  /// Why an image without a channel name is left alone; nil when it is taken.
  func reasonToIgnoreUnnamed(fileName: String) -> String? {
    let name = fileName.lowercased()
    switch unnamed {
    case .ignored: return "it names no channel, and the rules take only images that do"
    case .acceptedIfNamed(let texts):
      if texts.contains(where: { name.contains($0.lowercased()) }) { return nil }
      return "it names no channel, and its file name none of: \(texts.joined(separator: ", "))"
    case .accepted:
      let words = name.split { !$0.isLetter && !$0.isNumber }
      guard !accepts(fileName), let word = words.first(where: { Self.otherDetectors.contains(String($0)) }) else {
        return nil
      }
      return "its file name says \(word.uppercased()); only HAADF images are triaged"
    }
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
