// Why the console can't start.

/// What is wrong, where, and what to do, in one line.
public struct ConsoleError: Error, CustomStringConvertible, Sendable {
  /// What kind of failure it is.
  public enum Kind: Sendable {
    /// Options, the token's file or the address are not usable: another start does not help.
    case configuration
    /// The system refused a socket.
    case inputOutput
  }

  public let kind: Kind
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
