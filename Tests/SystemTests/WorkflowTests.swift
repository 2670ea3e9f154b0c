// The paper's workflow from outside: a raw spectrum image becomes a model that the daemon takes.

import AssistantTestKit
import Foundation
import StrictJSON
import SystemPackage
import Testing

@Suite("Workflow", .enabled(if: Program.areBuilt))
struct WorkflowTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private func path(_ name: String) -> String { place.root.appending(name).string }

  private let edge = 56
  private var positions: Int { (edge - 15) * (edge - 15) }
  /// Enough that a training can be interrupted.
  private let steps = "100"

  /// A raw spectrum image and its HAADF in a folder of their own.
  private func simulateRaw(_ seed: Int = 7) async throws -> String {
    let run = try await Program.eelscout.run([
      "simulate", "film", "--seed", "\(seed)", "--pixels", "\(edge)", "--raw", "-o", path("raw\(seed)"),
    ])
    #expect(run.status == 0, "\(run.talk)")
    return path("raw\(seed)/si.npy")
  }

  private func train(_ image: String, _ more: [String] = []) -> [String] {
    ["train", image, "-o", path("m.safetensors"), "--members", "2", "--latents", "3"]
      + (more.contains("--steps") ? more : more + ["--steps", "20"])
  }

  @Test func aRawSpectrumImageBecomesAModelThatIsJudgedHonestlyAndRanks() async throws {
    let image = try await simulateRaw()
    let training = try await Program.eelscout.run(train(image))
    #expect(training.status == 0, "\(training.talk)")
    for words in ["zero-loss peaks aligned", "zero-loss tail subtracted", "energy axis cut to 0.2", "spec2im, epoch"] {
      #expect(training.talk.contains(words), "\(words)")
    }
    #expect(!FileManager.default.fileExists(atPath: path("m.safetensors.training")))
    let info = try await Program.eelscout.run(["model", "info", path("m.safetensors"), "--json"]).json()
    let set = info["training"]?["training_sets"]?.array?.first
    #expect(set?["preparation"]?["settings"]?["zero_loss"] == "automatic")
    #expect(set?["preparation"]?["zero_loss_tail"]?["t_ev"]?.double != nil)

    let judged = try await Program.eelscout.run(["evaluate", path("m.safetensors"), image, "--json"])
    #expect(judged.status == 0, "\(judged.talk)")
    let result = try #require(try judged.json().array?.first)
    #expect(result["split"]?.string?.contains("corner kept back") == true)
    #expect((result["positions"]?.int ?? 0) < positions / 3)
    #expect(result["im2spec"]?["paper_error"]?.double != nil && result["spec2im"]?["nmse"]?.double != nil)

    let other = try await Program.eelscout.run(["evaluate", path("m.safetensors"), simulateRaw(8)])
    #expect(other.status == 0, "\(other.talk)")
    #expect(other.output.contains("mean spectrum everywhere") && other.output.contains("not in the model's record"))

    let ranked = try await Program.eelscout.run([
      "triage", path("raw7/haadf.npy"), "--model", path("m.safetensors"), "--json",
    ])
    #expect(ranked.status == 0, "\(ranked.talk)")
    #expect(try ranked.json().array?.first?["model"]?["id"] == info["id"])

    let renewed = try await Program.eelscout.run([
      "model", "calibrate", path("m.safetensors"), path("raw8/si.npy"), "-o", path("renewed.safetensors"),
    ])
    #expect(renewed.status == 0, "\(renewed.talk)")
    let after = try await Program.eelscout.run(["model", "info", path("renewed.safetensors"), "--json"]).json()
    #expect(after["calibration_positions"]?.int == positions)
  }

  /// Runs the program and kills it as soon as a file appears; false when it ended before.
  ///
  /// A shell watches for the file: threads of this process may be busy with other tests for seconds.
  private func killed(_ arguments: [String], onceThereIs file: String) async throws -> Bool {
    let script = """
      file=$1; shift
      "$@" & program=$!
      until [ -e "$file" ]; do kill -0 $program || exit 3; sleep 0.01; done
      kill -9 $program
      """
    let program = try #require(Program.eelscout.path)
    let shell = try RunningProgram("/bin/sh", ["-c", script, "sh", file, program] + arguments, [:])
    return try await shell.finish().status == 0
  }

  @Test func aKilledTrainingGoesOnToTheSameModel() async throws {
    let image = try await simulateRaw()
    let command = train(image, ["--threads", "1", "--steps", steps])
    #expect(try await killed(command, onceThereIs: path("m.safetensors.training/spec2im.safetensors")))
    #expect(!FileManager.default.fileExists(atPath: path("m.safetensors")))

    let changed = try await Program.eelscout.run(command + ["--seed", "5"])
    #expect(changed.status == 65 && changed.talk.contains("other settings"))
    let resumed = try await Program.eelscout.run(command)
    #expect(resumed.status == 0 && resumed.talk.contains("going on with an interrupted training"), "\(resumed.talk)")
    let whole = try await Program.eelscout.run(
      train(image, ["--threads", "2", "--steps", steps]).map {
        $0 == path("m.safetensors") ? path("whole.safetensors") : $0
      })
    #expect(whole.status == 0)
    func figures(_ name: String) async throws -> JSONValue? {
      try await Program.eelscout.run(["model", "info", path(name), "--json"]).json()["training"]?["figures"]
    }
    #expect(try await figures("m.safetensors") == figures("whole.safetensors"))
  }

  @Test func whatCannotBeLearnedFromIsToldWithItsStatus() async throws {
    let image = try await simulateRaw()
    let absent = try await Program.eelscout.run(train(path("absent.npy")))
    #expect(absent.status == 66 && absent.talk.contains("absent.npy"))
    let noSpectra = try await Program.eelscout.run(train(path("raw7/haadf.npy")))
    #expect(noSpectra.status == 65 && noSpectra.talk.contains("no spectrum image"))
    let noRoom = try await Program.eelscout.run(train(image, ["--energy-min", "1.1"]))
    #expect(noRoom.status == 65 && noRoom.talk.contains("32 are needed"))
    let usage = try await Program.eelscout.run(train(image, ["--tail-window", "0.2"]))
    #expect(usage.status == 64)
    let alone = try await Program.eelscout.run(["evaluate", path("m.safetensors")])
    #expect(alone.status == 64 && alone.talk.contains("spectrum image"))
  }
}
