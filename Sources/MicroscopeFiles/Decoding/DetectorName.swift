// Names of detectors in titles, for formats that have no field for the channel.

enum DetectorName {
  private static let stems: Set<String> = [
    "haadf", "maadf", "laadf", "adf", "abf", "bf", "df", "dpc", "idpc", "eels", "eds", "edx", "cl", "ebsd", "se", "bse",
  ]

  /// The title where a detector's name stands in it, else nil.
  static func inTitle(_ title: String) -> String? {
    let words = title.lowercased().split { !$0.isLetter && !$0.isNumber }
    let names = words.contains { word in
      stems.contains { word.hasPrefix($0) && word.dropFirst($0.count).allSatisfy(\.isNumber) }
    }
    return names ? title : nil
  }
}
