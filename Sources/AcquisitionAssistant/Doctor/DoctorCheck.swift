// One thing that is looked at, and what was found.

/// What a check found, in words.
public struct DoctorFinding: Hashable, Sendable {
  public enum Level: String, Sendable {
    case ok
    /// Worth knowing; nothing is wrong.
    case note
    case fault
  }

  public let level: Level
  public let text: String
  /// What to do; nil when nothing is needed.
  public let remedy: String?

  public static func ok(_ text: String) -> DoctorFinding { DoctorFinding(level: .ok, text: text, remedy: nil) }

  public static func note(_ text: String, _ remedy: String? = nil) -> DoctorFinding {
    DoctorFinding(level: .note, text: text, remedy: remedy)
  }

  public static func fault(_ text: String, _ remedy: String) -> DoctorFinding {
    DoctorFinding(level: .fault, text: text, remedy: remedy)
  }
}

/// One line of the list that the doctor works through.
struct DoctorCheck: Sendable {
  let name: String
  let run: @Sendable (DoctorCase) -> [DoctorFinding]
}
