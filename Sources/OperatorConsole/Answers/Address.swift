// The addresses that this server knows.

/// What a path asks for.
enum Address: Equatable, Sendable {
  case page, icon, alive, login, logout
  case health, events, files, scans, targets
  /// A scan by its number, or `latest`.
  case scan(String)
  case targetsOfScan(String)
  case thumbnail(scan: String)
  case picture(scan: String, name: String)
  case target(String)
  case mark(target: String)

  /// Nil where nothing is.
  init?(path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
    switch parts.first {
    case "api" where parts.count > 1: self.init(question: Array(parts[1...]))
    case let name? where parts.count == 1 && Self.plain[name] != nil: self = Self.plain[name] ?? .page
    default: return nil
    }
  }

  private static let plain: [String: Address] = [
    "": .page, "icon.svg": .icon, "healthz": .alive, "login": .login, "logout": .logout,
  ]

  private static let lists: [String: Address] = [
    "health": .health, "events": .events, "files": .files, "scans": .scans, "targets": .targets,
  ]

  private init?(question parts: [String]) {
    switch (parts[0], parts.count) {
    case (let name, 1):
      guard let list = Self.lists[name] else { return nil }
      self = list
    case ("scans", 2): self = .scan(parts[1])
    case ("scans", 3) where parts[2] == "targets": self = .targetsOfScan(parts[1])
    case ("scans", 3) where parts[2] == "thumbnail.png": self = .thumbnail(scan: parts[1])
    case ("scans", 4) where parts[2] == "pictures": self = .picture(scan: parts[1], name: parts[3])
    case ("targets", 2): self = .target(parts[1])
    case ("targets", 3) where parts[2] == "mark": self = .mark(target: parts[1])
    default: return nil
    }
  }

  /// Whether it changes something, so that only POST is answered there.
  var isChange: Bool {
    switch self {
    case .login, .logout, .mark: true
    default: false
    }
  }
}
