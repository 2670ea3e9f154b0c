// A folder of figures on disk.

import Foundation
import MicroscopeFiles
import ModelWorkshop
import Pictures
import StrictJSON
import SystemPackage

/// Writes figures, their data and the page that ties them together; the page comes last.
struct AnalysisFolder {
  let path: String

  init(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw WorkshopError("\(path) cannot be made a folder (\(error.localizedDescription)); choose another -o")
    }
    self.path = path
  }

  func write(_ figures: [Figure], summary: JSONValue, page: String) throws {
    for figure in figures {
      for panel in figure.panels { try PNGFile.write(panel.image, to: "\(path)/\(panel.file)") }
      for data in figure.data {
        switch data {
        case .array(let file, let shape, let values):
          try NPYWriter.write(values, shape: shape, to: FilePath("\(path)/\(file)"))
        case .json(let file, let value): try write(value.prettyText + "\n", file)
        }
      }
    }
    try write(summary.prettyText + "\n", "analysis.json")
    try write(page, "index.html")
  }

  private func write(_ text: String, _ file: String) throws {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"), options: .atomic)
    } catch { throw WorkshopError("\(path)/\(file) cannot be written: \(error.localizedDescription)") }
  }
}
