// What the commands say about themselves: manual pages are made of it.

import Foundation
import StrictJSON
import Testing

@Suite("Help", .enabled(if: Program.areBuilt))
struct HelpTests {
  /// Every command without commands below it, with what it says.
  private static func leaves(_ command: JSONValue, _ names: [String] = []) -> [(name: String, command: JSONValue)] {
    let below = (command["subcommands"]?.array ?? []).filter {
      $0["shouldDisplay"]?.bool != false && $0["commandName"]?.string != "help"
    }
    let names = names + [command["commandName"]?.string ?? "?"]
    return below.isEmpty ? [(names.joined(separator: " "), command)] : below.flatMap { leaves($0, names) }
  }

  @Test func everyCommandSaysWhatItDoesAndGivesAnExample() async throws {
    let run = try await Program.eelscout.run(["--experimental-dump-help"])
    let commands = Self.leaves(try #require(try run.json()["command"]))
    #expect(commands.count > 20)
    for (name, command) in commands {
      let discussion = command["discussion"]?.string ?? ""
      #expect(command["abstract"]?.string?.isEmpty == false, "\(name)")
      #expect(discussion.contains(#/Examples?:/#) && discussion.contains(name), "\(name)")
      for line in discussion.split(separator: "\n") { #expect(line.count <= 120, "\(name): \(line)") }
      for argument in command["arguments"]?.array ?? [] where argument["shouldDisplay"]?.bool != false {
        #expect(argument["abstract"]?.string?.isEmpty == false, "\(name): \(argument["valueName"]?.string ?? "?")")
      }
    }
  }

  @Test func completionsKnowTheCommandsAndOptions() async throws {
    for shell in ["bash", "zsh", "fish"] {
      let run = try await Program.eelscout.run(["--generate-completion-script", shell])
      for word in ["report", "guide", "picture", "session", "sixel"] {
        #expect(run.output.contains(word), "\(word) for \(shell)")
      }
    }
  }
}
