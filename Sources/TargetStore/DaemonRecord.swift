// What the daemon says about itself.

/// One word of health.
public enum DaemonState: String, CaseIterable, Sendable {
  case ok, degraded, waiting, stopped
}

/// The daemon at one moment, in the words of `zpool status`: state, status, action, see.
public struct DaemonReport: Hashable, Sendable {
  public var state: DaemonState
  /// What is the case, in one line.
  public var status: String
  /// What to do; nil when nothing is needed.
  public var action: String?
  /// Where to read more.
  public var see: String?

  public init(state: DaemonState, status: String, action: String? = nil, see: String? = nil) {
    self.state = state
    self.status = status
    self.action = action
    self.see = see
  }
}

/// A run of the daemon: what it works with.
public struct DaemonRun: Hashable, Sendable {
  public var version: String
  public var modelID: String
  public var rulesSHA256: String
  public var rulesRevision: String

  public init(version: String, modelID: String, rulesSHA256: String, rulesRevision: String) {
    self.version = version
    self.modelID = modelID
    self.rulesSHA256 = rulesSHA256
    self.rulesRevision = rulesRevision
  }
}
