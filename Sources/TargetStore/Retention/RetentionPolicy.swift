// How long what is kept.

/// Ages after which what nobody has touched may go. What a person or a script has touched stays for ever.
public struct RetentionPolicy: Hashable, Sendable {
  /// Target lists of scans, with their logs.
  public var listDays = 400.0
  /// Predicted spectra and round-trip tiles of targets.
  public var spectrumDays = 90.0
  /// Pictures of scans and of their score maps.
  public var pictureDays = 90.0
  /// Journal entries, and findings about versions of files that have changed since.
  public var journalDays = 400.0
  /// Beyond this size of the database the oldest lists go earlier; 0 for no limit.
  public var sizeLimitMiB = 0
  /// Nothing younger goes, whatever the size.
  public var leastDays = 14.0

  public init() {}
}

/// How much was pruned, or would be.
public struct PruneCount: Hashable, Sendable {
  /// Scans whose list went.
  public var lists = 0
  /// Targets of these lists.
  public var targets = 0
  /// Spectra with their tiles, those of pruned lists not counted.
  public var spectra = 0
  /// Scans whose pictures went, those of pruned lists not counted.
  public var pictures = 0
  /// Journal entries and outdated findings about files.
  public var notes = 0

  public init() {}

  public var isNothing: Bool { self == PruneCount() }

  public var text: String {
    "lists of \(lists) scans with \(targets) targets, \(spectra) predicted spectra and the pictures "
      + "of \(pictures) scans of others, \(notes) old entries"
  }

  static func += (sum: inout PruneCount, part: PruneCount) {
    sum.lists += part.lists
    sum.targets += part.targets
    sum.spectra += part.spectra
    sum.pictures += part.pictures
    sum.notes += part.notes
  }
}

/// What the rules would take now.
public struct PruneForecast: Hashable, Sendable {
  public let count: PruneCount
  /// Scans old enough whose list stays because somebody has touched a target of it.
  public let touchedLists: Int
  public let databaseMiB: Double
  /// Until the clock has run evenly for a week nothing is pruned; nil when it has.
  public let waitsUntil: String?
}
