// A list that is shown again whenever the database changes.

import Foundation
import StrictJSON
import TargetStore
import UnixSignals

/// What `eelscout targets --watch` does until it is interrupted.
public struct ListWatch: Sendable {
  private let reader: TargetStoreReader
  private let filter: TargetFilter
  private let asJSON: Bool
  private let style: @Sendable () -> TextStyle
  private let picture: @Sendable (TargetListing, _ lines: Int) throws -> (text: String, lines: Int)?

  /// How often the files of the database are looked at.
  private static let interval = Duration.milliseconds(500)
  /// Ages in the list are renewed so often though nothing changed.
  private static let ageInterval = Duration.seconds(15)

  /// - Parameters:
  ///   - asJSON: one array a line and change, instead of tables.
  ///   - style: asked for each list, as a terminal may change its size.
  ///   - picture: what stands above the list on a terminal, at most so many lines high.
  public init(
    _ reader: TargetStoreReader, _ filter: TargetFilter, asJSON: Bool, style: @escaping @Sendable () -> TextStyle,
    picture: @escaping @Sendable (TargetListing, _ lines: Int) throws -> (text: String, lines: Int)? = { _, _ in nil }
  ) {
    (self.reader, self.filter, self.asJSON, self.style, self.picture) = (reader, filter, asJSON, style, picture)
  }

  /// Runs until SIGINT, SIGTERM or SIGHUP; a terminal is given back as it was.
  /// - Parameters:
  ///   - write: takes what goes to standard output where that is no terminal.
  ///   - talk: takes what went wrong there.
  /// - Throws: what the first look at the database throws; later troubles are told and waited out.
  public func run(write: (String) -> Void, talk: (String) -> Void) async throws {
    var stamp = reader.stamp
    var last = try TargetListing(reader, filter)
    // From here on a signal ends the loop, never the program in the middle of it.
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigwinch, .sigcont)
    let isScreen = style().isTerminal && !asJSON
    let screen = TerminalScreen()
    if isScreen { screen.enter() } else { write(text(last)) }
    defer { if isScreen { screen.leave() } }
    if isScreen { try draw(last) }
    var (trouble, drawn) = (String?.none, ContinuousClock.now)
    for await event in Self.events(signals) {
      if event == .end { return }
      let now = reader.stamp
      let isAged = isScreen && ContinuousClock.now - drawn > Self.ageInterval
      guard now != stamp || event != .look || isAged || trouble != nil else { continue }
      stamp = now
      do {
        let list = try TargetListing(reader, filter)
        if isScreen {
          if event == .resume { screen.enter() }
          if list != last || event != .look || isAged || trouble != nil {
            try draw(list)
            drawn = .now
          }
        } else if list != last {
          write(text(list))
        }
        (last, trouble) = (list, nil)
      } catch let error as TargetStoreError {
        if trouble != error.message {
          if isScreen { TerminalScreen.show(TextLayout.wrapped(error.message, indent: ""), rows: style().lines) }
          if !isScreen { talk(error.message) }
        }
        trouble = error.message
      }
    }
  }

  private func text(_ list: TargetListing) -> String { asJSON ? list.json.text + "\n" : list.table(style()) + "\n" }

  private func draw(_ list: TargetListing) throws {
    let style = style()
    TerminalScreen.show(
      list.table(style), picture: try picture(list, style.lines / 2), rows: style.lines)
  }

  private enum Event { case look, redraw, resume, end }

  /// Ticks and signals in one stream.
  private static func events(_ signals: UnixSignalsSequence) -> AsyncStream<Event> {
    AsyncStream { continuation in
      let ticks = Task {
        while !Task.isCancelled {
          try? await Task.sleep(for: interval)
          continuation.yield(.look)
        }
      }
      let listener = Task {
        for await signal in signals {
          switch signal {
          case .sigwinch: continuation.yield(.redraw)
          case .sigcont: continuation.yield(.resume)
          default: continuation.yield(.end)
          }
        }
      }
      continuation.onTermination = { _ in
        ticks.cancel()
        listener.cancel()
      }
    }
  }
}
