// Questions to the database that tests ask again and again.

import AssistantTestKit
import TargetStore
import Testing

func expectEventually(
  _ holds: () async throws -> Bool, at place: SourceLocation = #_sourceLocation
) async throws {
  let held = try await eventually(holds)
  #expect(held, sourceLocation: place)
}

func expectNow(_ holds: () throws -> Bool, at place: SourceLocation = #_sourceLocation) throws {
  let held = try holds()
  #expect(held, sourceLocation: place)
}

extension TargetStoreReader {
  /// Names and states of the files that are not ready, sidecars left out.
  var files: [String: FileState] {
    get throws {
      let states = try fileStates().filter { !$0.reason.contains("sidecar of") }
      return Dictionary(
        uniqueKeysWithValues: states.map { (String($0.pathText.split(separator: "/").last ?? ""), $0.state) })
    }
  }
}
