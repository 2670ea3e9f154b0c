// How much a client may ask for and how long it may take.

/// Limits of the server. Each holds for one connection unless it says otherwise.
package struct ServingLimits: Sendable {
  /// Request line and headers, bytes. Browsers send 1 to 2 kB.
  package var headBytes = 8_192
  /// Header lines.
  package var headerCount = 64
  /// Body of a request, bytes. A mark with its reason is 1 kB.
  package var bodyBytes = 4_096
  /// Connections of all clients together. A browser opens up to six.
  package var connections = 64
  /// Event streams of all clients together, one for each open page.
  package var eventStreams = 16
  /// A request must have arrived whole within this time from its first byte on.
  package var requestTime = Duration.seconds(10)
  /// A connection may rest so long between two requests.
  package var idleTime = Duration.seconds(30)
  /// A client must take each 64 kB within this time.
  package var writeTime = Duration.seconds(10)
  /// How long a wrong token's answer takes.
  package var wrongTokenDelay = Duration.milliseconds(500)
  /// How often the database is looked at while somebody watches.
  package var lookInterval = Duration.milliseconds(500)
  /// An event stream is told so often that all is as it was; so a client that has gone away is noticed.
  package var pulseInterval = Duration.seconds(5)

  package init() {}
}
