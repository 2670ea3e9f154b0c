// Micro-benchmarks of the rooms: time an item, arithmetic rate, and the ratio to a matrix product of the same moment.

import ArgumentParser
import Foundation
import Im2Spec
import NeuralKernels
import SystemPackage

@main
struct Microbenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Microbenchmarks",
    abstract: "Times the inner parts of EELScout, one core, processor time.",
    discussion: """
      Ratios are to a 512×512×512 single-precision matrix product timed in between, so they travel between machines of
      the same kind better than seconds do.
      """)

  @Option(help: "Model bundle.") var model = "Sources/Im2Spec/Resources/ft-io-film.safetensors"
  @Option(help: "Folder with files of common formats.") var corpus: String?
  @Option(help: "Only benchmarks whose name contains this.") var filter = ""
  @Option(help: "Ratios to compare with.") var compare: String?
  @Option(help: "Where to write the ratios.") var record: String?

  /// Ratios on a shared machine scatter by less than this.
  private static let tolerance = 1.25

  func run() throws {
    let folder = FilePath(FileManager.default.temporaryDirectory.path).appending("eelscout-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder.string) }
    let bundle = try ModelBundle(contentsOf: model)
    let benchmarks =
      try TrainingSuite.benchmarks(model: bundle) + ScanSuite.benchmarks(model: bundle)
      + FileSuite.benchmarks(folder: folder, corpus: corpus)
    let recorded = try compare.map { try RecordedRatios(contentsOf: $0) }
    let yardstick = Yardstick()
    let rate = Yardstick.flops / yardstick.seconds() * 1e-9
    print(
      "\(RecordedRatios.thisProcessor), training loops: \(String(cString: tk_best().pointee.name)), "
        + String(format: "matrix product %.0f GFLOP/s", rate))
    if let recorded { print("recorded on: \(recorded.processor)") }
    print(row("benchmark", "time", "GFLOP/s", "ratio", recorded == nil ? "" : "recorded"))
    var measurements: [Measurement] = []
    for benchmark in benchmarks where filter.isEmpty || benchmark.name.contains(filter) {
      let result = try Stopwatch.measure(benchmark, yardstick: yardstick)
      measurements.append(result)
      print(line(result, recorded?.ratios[result.name]))
    }
    if let record { try RecordedRatios(measurements).write(to: record) }
  }

  private func line(_ result: Measurement, _ recorded: Double?) -> String {
    var note = recorded.map { String(format: "%.4g", $0) } ?? ""
    if let recorded, result.ratio > recorded * Self.tolerance { note += "  SLOWER" }
    if let recorded, result.ratio < recorded / Self.tolerance { note += "  faster" }
    return row(
      result.name, "\(duration(result.secondsAnItem)) a \(result.unit)",
      result.gigaflops.map { String(format: "%.1f", $0) } ?? "", String(format: "%.4g", result.ratio), note)
  }

  private func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<1e-6: String(format: "%.2f ns", seconds * 1e9)
    case ..<1e-3: String(format: "%.2f µs", seconds * 1e6)
    default: String(format: "%.2f ms", seconds * 1e3)
    }
  }

  private func row(_ name: String, _ time: String, _ rate: String, _ ratio: String, _ note: String) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    return padded(name, 66) + padded(time, 24) + padded(rate, 9) + padded(ratio, 10) + note
  }
}
