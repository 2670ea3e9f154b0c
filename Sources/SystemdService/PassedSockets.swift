// Sockets that the service manager opened and hands over (systemd.socket(5)).

/// Listening sockets that this process was started with.
public enum PassedSockets {
  /// Their descriptors; none where there are none. They are handed out once.
  public static func take() -> [Int32] { SystemdCalls.takePassedDescriptors() }
}
