// Where the model and the rules that come with the programs lie.

import Foundation
import SystemPackage

/// Finds the package's own files beside the running program, wherever the checkout or the installation was moved to.
///
/// SwiftPM puts resources into `eelscout_<Target>.resources` beside the executable; `make install` puts them into
/// `share/eelscout` beside `bin`. The build path that `Bundle.module` remembers is never asked.
public struct PackageResources: Sendable {
  static let modelName = "ft-io-film.safetensors"

  private let programDirectory: FilePath

  public init(programDirectory: FilePath) { self.programDirectory = programDirectory }

  /// Beside the running program, links to it followed.
  public init() {
    let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    self.init(programDirectory: FilePath(program ?? CommandLine.arguments.first ?? "").removingLastComponent())
  }

  /// The directory of the default triage rules.
  public func rules() throws(CommandError) -> FilePath {
    try find(
      ["eelscout_AcquisitionAssistant.resources/rules/triage", "../share/eelscout/rules/triage"], what: "rules",
      option: "--rules DIR")
  }

  /// The pretrained model.
  public func model() throws(CommandError) -> FilePath {
    let places: [FilePath] = [
      "eelscout_Im2Spec.resources", "eelscout_Im2Spec.resources/Resources", "../share/eelscout",
    ]
    return try find(places.map { $0.appending(Self.modelName) }, what: "model", option: "--model F")
  }

  private func find(_ places: [FilePath], what: String, option: String) throws(CommandError) -> FilePath {
    let candidates = places.map { programDirectory.pushing($0).lexicallyNormalized() }
    if let found = candidates.first(where: { (try? $0.stat()) != nil }) { return found }
    let looked = candidates.map(\.string).joined(separator: ", ")
    throw CommandError(
      .badConfiguration, "\(what): none found beside the program (looked for \(looked)); give \(option)",
      kind: what == "model" ? .modelBad : .rulesBad)
  }
}
