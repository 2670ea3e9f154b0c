// Every kind of warning and error that the service can log, with an id that stays the same for ever.

import Logging

/// A kind of message, found in the journal with `journalctl MESSAGE_ID=…` and explained by `journalctl -x` from
/// `systemd/eelscout.catalog`. The raw value is a 128-bit id that never changes and is never used again.
public enum ServiceMessage: String, CaseIterable, Sendable {
  /// A watched folder is missing.
  case folderAbsent = "6cc4b4463ca043a08ce86c777c0ff1fa"
  /// The kernel can't announce changes in a folder.
  case folderPolled = "13221253da9640b88db119630e4be083"
  /// A directory below a watched folder can't be listed.
  case folderPartlyUnreadable = "9711304815064eac9c322d568168d16b"
  /// A file can't be read as a scan, and won't be tried again.
  case fileRejected = "cad916bb2b464712bd9310b3f64fb642"
  /// A file never became complete.
  case fileIncomplete = "519648ef3ce64379a7aebe5eb590b471"
  /// The system does not let a file be read.
  case fileUnreadable = "f6c533f37ad7496abb4af6dade94b1b7"
  /// A file was in hand when the service ended uncleanly more than once.
  case fileQuarantined = "e3997501a5f64361bd5851c0dbe15da9"
  /// A scan lies outside the model's domain.
  case scanRefused = "490c5c11945b4b87b414c97d9e247787"
  /// The database can't be written or read.
  case databaseTrouble = "f629ea6365b3425ea2160d671450f0a9"
  /// The database is not one that this version can use.
  case databaseRefused = "77eea2f6d1634ebe9b88c8f8ecaa51d6"
  /// The database is damaged.
  case databaseDamaged = "590b802c55e740aea3efe844638d32f5"
  /// The database could not be backed up.
  case backupFailed = "37d627ff3a1c4ff289a5f22919c82541"
  /// The disk that holds the database is full.
  case stateDiskFull = "9c626aab55834e01a0829f559369b147"
  /// The configuration is wrong.
  case configurationBad = "3dd58b1665d546baa452bbdba69011cd"
  /// A reload was refused: configuration, rules or model are wrong, and the old ones stay.
  case reloadRefused = "1c0caa0f0e834ded8c782c923bf3b627"
  /// A changed setting holds only after a restart.
  case restartNeeded = "6b17579a9a594852b29cae57a2c17882"
  /// An environment variable looks like a misspelt setting.
  case variableUnknown = "132421393134490d8583c7f7a0624e0a"
  /// The metrics file can't be written.
  case metricsUnwritable = "57953309cbac4ef8b670bb950bf7d9eb"
  /// The rules are wrong.
  case rulesBad = "1db2c8bc560a4d4cacab0b90c0a05ac3"
  /// The model can't be used.
  case modelBad = "4ec50c7981cb46c99283dcac68e2be4f"
  /// Scans arrive faster than they are worked through.
  case overloaded = "5a409c8d3c554298a3810b9476618fca"
  /// A scan needs more memory than the budget allows.
  case scanTooLarge = "aaaa70488acc458c927ce22f0ab5a19c"
  /// The scores of a large scan find no room while it is ranked.
  case scoresWithoutRoom = "223f8024b2504fd9a9515e4ffcdbdd14"
  /// A loop of the service proves no progress.
  case workerStalled = "3d4cdcd8117042ce86f920389faac6e2"
  /// Work was still going on when the time for stopping ran out.
  case shutdownTimedOut = "d5e2af5adf39437386e9abf20ddd9e46"
  /// The service manager could not be told.
  case notificationFailed = "176c9dc16d4947cba1e6342874ed95a5"
  /// Something happened that the program did not expect.
  case internalFault = "d009fe7758084071b3e5d7279edcd5e0"

  /// The kind in words, for labels and lists: `folder_absent`.
  public var name: String {
    var words = ""
    for character in String(describing: self) {
      words += character.isUppercase ? "_" + character.lowercased() : String(character)
    }
    return words
  }

  /// How serious it is.
  var level: Logger.Level {
    switch self {
    case .folderAbsent, .folderPolled, .folderPartlyUnreadable, .fileRejected, .fileIncomplete, .fileUnreadable,
      .scanRefused, .overloaded, .scanTooLarge, .scoresWithoutRoom, .notificationFailed, .restartNeeded,
      .variableUnknown, .metricsUnwritable, .backupFailed:
      .warning
    case .fileQuarantined, .databaseTrouble, .stateDiskFull, .rulesBad, .reloadRefused, .shutdownTimedOut,
      .internalFault:
      .error
    case .databaseRefused, .databaseDamaged, .configurationBad, .modelBad, .workerStalled: .critical
    }
  }
}

extension Logger {
  /// Logs a message of a known kind, at that kind's level.
  public func report(
    _ kind: ServiceMessage, _ text: @autoclosure () -> Logger.Message, metadata: Logger.Metadata = [:],
    file: String = #fileID, function: String = #function, line: UInt = #line
  ) {
    log(
      level: kind.level, text(),
      metadata: metadata.merging([JournalEntry.messageIDKey: .string(kind.rawValue)]) { $1 }, file: file,
      function: function, line: line)
  }
}
