// The model's file is replaced while the daemon works with the old one.

import AssistantTestKit
import Foundation
import StrictJSON
import Testing

@Suite("Replaced model", .serialized, .enabled(if: Program.areBuilt))
struct ReplacedModelTests {
  @Test("lists keep the model that made them, whatever stands in its file by now")
  func replaced() async throws {
    let place = try Workplace()
    let daemon = try await place.startDaemon()
    try place.deliver(1)
    try await place.settles(at: 1, daemon)
    // In place and under the same name: a mapped or reopened file would show.
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: place.model.string))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(repeating: 0x7B, count: 4_096))
    try file.close()
    try place.deliver(2)
    try await place.settles(at: 2, daemon)
    try FileManager.default.removeItem(atPath: place.model.string)
    try place.deliver(3)
    try await place.settles(at: 3, daemon)
    try await daemon.stop()
    let models = try #require(try await place.ask("scans").array).compactMap { $0["model"]?.string }
    #expect(Set(models).count == 1 && models.count == 3)
    try place.expectRows(of: try await Workplace.undisturbed(1...3))
  }
}
