// Puts a limiter before a log handler.

import Logging

/// A handler whose repeated messages are summed up.
package struct LimitedLogHandler<Base: LogHandler>: LogHandler {
  private var base: Base
  private let limiter: MessageLimiter

  package init(_ base: Base, limiter: MessageLimiter) {
    self.base = base
    self.limiter = limiter
  }

  package var logLevel: Logger.Level {
    get { base.logLevel }
    set { base.logLevel = newValue }
  }

  package var metadata: Logger.Metadata {
    get { base.metadata }
    set { base.metadata = newValue }
  }

  package var metadataProvider: Logger.MetadataProvider? {
    get { base.metadataProvider }
    set { base.metadataProvider = newValue }
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { base[metadataKey: key] }
    set { base[metadataKey: key] = newValue }
  }

  package func log(event: LogEvent) {
    let base = base
    limiter.log(event) { base.log(event: $0) }
  }
}
