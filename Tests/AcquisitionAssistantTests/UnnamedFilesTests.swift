import AcquisitionAssistant
import AssistantTestKit
import Foundation
import Microscopy
import SeededRandom
import SystemPackage
import Testing

@Suite("Scores on the disk")
struct UnnamedFilesTests {
  private let place: Workplace
  private let files: UnnamedFiles

  init() throws {
    place = try Workplace()
    files = UnnamedFiles(folder: place.root, memoryBytes: 8 << 20)
  }

  /// Just more than is kept in memory.
  private static let rows = 531
  private static let columns = 521

  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: place.root.string) }

  @Test("a large raster lies in a file that nobody sees, a small one in memory")
  func whereTheyLie() throws {
    let before = try names()
    let large = try files.raster(rows: Self.rows, columns: Self.columns)
    #expect(large.heldBytes == 0)
    #expect(try files.raster(rows: 512, columns: 512).heldBytes == UnnamedFiles.smallBytes)
    #expect(try names() == before)
    #expect(try large.piece(rows: 500..<503, columns: 0..<Self.columns).values.allSatisfy { $0 == 0 })
  }

  @Test("rectangles of any shape, written from many threads, are those of a raster in memory")
  func rectangles() async throws {
    let disk = try files.raster(rows: Self.rows, columns: Self.columns)
    var memory = Raster(rows: Self.rows, columns: Self.columns, repeating: 0)
    var generator = SeededGenerator(seed: 5)
    func range(_ side: Int) -> Range<Int> {
      let (a, b) = (Int(generator.uniform() * Double(side)), Int(generator.uniform() * Double(side)))
      return min(a, b)..<max(a, b) + 1
    }
    // Bands of rows that do not touch, with rectangles in them: the order of the threads is no matter.
    var pieces: [(piece: Raster, row: Int, column: Int)] = []
    for first in stride(from: 0, to: Self.rows - 40, by: 40) {
      let (rows, columns) = (range(40), first % 80 == 0 ? 0..<Self.columns : range(Self.columns))
      let piece = Raster(
        rows: rows.count, columns: columns.count,
        values: (0..<rows.count * columns.count).map { _ in Float(generator.normal()) })
      pieces.append((piece, first + rows.lowerBound, columns.lowerBound))
      memory.paste(piece, row: first + rows.lowerBound, column: columns.lowerBound)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (piece, row, column) in pieces { group.addTask { try disk.write(piece, row: row, column: column) } }
      try await group.waitForAll()
    }
    #expect(try disk.whole() == memory)
    for _ in 0..<20 {
      let (rows, columns) = (range(Self.rows), range(Self.columns))
      #expect(try disk.piece(rows: rows, columns: columns) == memory.piece(rows: rows, columns: columns))
    }
  }

  @Test(
    "without a disk for it a raster lies in memory as far as the budget goes; then the error says what to do",
    arguments: ["/nonexistent", "/dev/null", "/proc"])
  func noDisk(folder: String) throws {
    let files = UnnamedFiles(folder: FilePath(folder), memoryBytes: 8 << 20)
    #expect(try files.raster(rows: Self.rows, columns: Self.columns).heldBytes == 4 * Self.rows * Self.columns)
    let error = #expect(throws: (any Error).self) { try files.raster(rows: 1_500, columns: 1_500) }
    let words = "\(error.map { "\($0)" } ?? "")"
    #expect(words.contains("in \(folder)") && words.contains("4 files of 8 MiB want 68 MiB to be free"), "\(words)")
    #expect(words.contains("TMPDIR"))
  }

  @Test("a raster takes no more than an eighth of what is free")
  func leavesRoom() throws {
    var disk = statvfs()
    try #require(statvfs(place.root.string, &disk) == 0)
    // A side whose square needs a seventh of the disk.
    let side = Int((Double(disk.f_bavail) * Double(disk.f_frsize) / 7 / 4).squareRoot())
    #expect(throws: (any Error).self) { try files.raster(rows: side, columns: side) }
  }
}
