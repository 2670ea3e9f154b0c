// The target of libFuzzer: each input becomes a file of the format that FUZZ_FILE names and is inspected as the daemon does.

import Foundation
import MicroscopeFiles
import SystemPackage

/// Where the inputs are written; the name's extension chooses the reader.
private let path: FilePath = {
  let name = ProcessInfo.processInfo.environment["FUZZ_FILE"] ?? "a.npy"
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("eelscout-fuzz-\(UUID().uuidString)")
  try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return FilePath(folder.path).appending(name)
}()

private let inspector: FileInspector = {
  var limits = FileLimits()
  // Small enough that memory is never what stops a run.
  limits.pixelBytes = 64 << 20
  return FileInspector(limits: limits)
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = start.map { Data(bytes: $0, count: count) } ?? Data()
  guard (try? bytes.write(to: URL(fileURLWithPath: path.string))) != nil else { return -1 }
  _ = try? inspector.inspect(path, probes: [[0, 0], [1, 1, 1]])
  return 0
}

private typealias Target = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments?>, _ target: Target
) -> CInt

/// The package manager makes this the program's entry.
@_cdecl("FuzzReaders_main")
public func start(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments) { testOneInput($0, $1) }
}
