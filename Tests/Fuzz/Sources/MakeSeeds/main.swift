// Writes the seed corpus: for each format a folder with one whole file, made by the tests' own builders.

import Foundation

let root = URL(fileURLWithPath: CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "seeds")
for (name, bytes) in FormatFixtures.ready {
  let folder = root.appendingPathComponent(name)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  try Data(bytes).write(to: folder.appendingPathComponent("seed"))
}
print(FormatFixtures.ready.keys.sorted().joined(separator: "\n"))
