// Where the scores of a large scan lie while it is ranked: in files without a name, which go with the process.

internal import CLinux
import Glibc
import Microscopy
import SystemPackage

/// Scores find no place to lie, or it failed; the scan is not at fault.
struct StorageTrouble: Error, CustomStringConvertible {
  let description: String
}

/// Small rasters in memory, large ones on the disk; in memory too where there is no disk for them and the budget allows.
package struct UnnamedFiles: RasterStorage {
  /// Bytes up to which a raster stays in memory: a scan of 1024 × 1024 pixels at a stride of 2.
  package static let smallBytes = 1 << 20
  /// Rasters that one scan has at a time.
  static let rastersAtOnce = 4

  private let folder: FilePath
  /// Largest raster that may lie in memory where it can't lie in a file.
  private let memoryBytes: Int

  package init(folder: FilePath, memoryBytes: Int) {
    self.folder = folder
    self.memoryBytes = memoryBytes
  }

  /// Those of a program with a budget for each scan.
  init(_ budget: MemoryBudget) {
    self.init(folder: Self.temporaryFolder, memoryBytes: budget.bytesBesideImage / Self.rastersAtOnce)
  }

  /// `TMPDIR`, or the one for large files.
  private static var temporaryFolder: FilePath {
    getenv("TMPDIR").map { FilePath(platformString: $0) }.flatMap { $0.isAbsolute ? $0 : nil } ?? "/var/tmp"
  }

  /// - Throws: `StorageTrouble` where there is neither disk nor memory for it.
  package func raster(rows: Int, columns: Int) throws -> any WritableRaster {
    let bytes = rows * columns * MemoryLayout<Float>.size
    if bytes <= Self.smallBytes { return MemoryStorage().raster(rows: rows, columns: columns) }
    do {
      return try RasterFile.make(rows: rows, columns: columns, in: folder)
    } catch {
      if bytes <= memoryBytes { return MemoryStorage().raster(rows: rows, columns: columns) }
      throw StorageTrouble(
        description:
          "the scores of \(rows) × \(columns) places find no room in \(folder) (\(error)), where \(Self.rastersAtOnce) files "
          + "of \(bytes >> 20) MiB want \((bytes * RasterFile.share) >> 20) MiB to be free: make room there, name another "
          + "folder in TMPDIR, or use a larger stride")
    }
  }
}

/// A raster in a file that has no name.
private final class RasterFile: WritableRaster {
  let rows: Int
  let columns: Int
  private let folder: FilePath
  private let descriptor: FileDescriptor

  private init(_ descriptor: FileDescriptor, rows: Int, columns: Int, folder: FilePath) {
    self.descriptor = descriptor
    self.rows = rows
    self.columns = columns
    self.folder = folder
  }

  /// A raster takes no more than this part of what is free: others write to that disk too.
  static let share = 8

  /// Takes the room for all of it at once.
  static func make(rows: Int, columns: Int, in folder: FilePath) throws -> RasterFile {
    let descriptor = try FileDescriptor.open(
      folder, .readWrite, options: [.closeOnExec, .init(rawValue: CInt(UNNAMED_FILE.rawValue))],
      permissions: .ownerReadWrite)
    let file = RasterFile(descriptor, rows: rows, columns: columns, folder: folder)
    let bytes = rows * columns * MemoryLayout<Float>.size
    var disk = statvfs()
    guard fstatvfs(descriptor.rawValue, &disk) == 0 else { throw Errno(rawValue: errno) }
    let free = Double(disk.f_bavail) * Double(disk.f_frsize)
    guard Double(bytes * share) <= free else { throw Errno.noSpace }
    var failure = EINTR
    while failure == EINTR { failure = posix_fallocate(descriptor.rawValue, 0, bytes) }
    guard failure == 0 else { throw Errno(rawValue: failure) }
    return file
  }

  deinit { try? descriptor.close() }

  var heldBytes: Int { 0 }

  func piece(rows: Range<Int>, columns: Range<Int>) throws -> Raster {
    try telling { try read(rows, columns) }
  }

  func write(_ piece: Raster, row: Int, column: Int) throws {
    try telling { try put(piece, row, column) }
  }

  private func telling<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      throw StorageTrouble(description: "the scores in \(folder) can't be read or written (\(error)): check that disk")
    }
  }

  private func read(_ rows: Range<Int>, _ columns: Range<Int>) throws -> Raster {
    let isWhole = columns == 0..<self.columns
    let lines = isWhole ? [rows.count * columns.count] : [Int](repeating: columns.count, count: rows.count)
    let values = try [Float](unsafeUninitializedCapacity: rows.count * columns.count) { buffer, filled in
      for (line, count) in lines.enumerated() {
        let part = UnsafeMutableBufferPointer(rebasing: buffer[filled..<filled + count])
        try read(UnsafeMutableRawBufferPointer(part), at: offset(rows.lowerBound + line, columns.lowerBound))
        filled += count
      }
    }
    return Raster(rows: rows.count, columns: columns.count, values: values)
  }

  private func put(_ piece: Raster, _ row: Int, _ column: Int) throws {
    try piece.values.withUnsafeBytes { bytes in
      let length = piece.columns * MemoryLayout<Float>.stride
      if piece.columns == columns {
        try descriptor.writeAll(toAbsoluteOffset: offset(row, 0), bytes)
        return
      }
      for line in 0..<piece.rows {
        try descriptor.writeAll(
          toAbsoluteOffset: offset(row + line, column),
          UnsafeRawBufferPointer(rebasing: bytes[line * length..<(line + 1) * length]))
      }
    }
  }

  private func offset(_ row: Int, _ column: Int) -> Int64 {
    Int64((row * columns + column) * MemoryLayout<Float>.stride)
  }

  private func read(_ part: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
    var done = 0
    while done < part.count {
      let count = try descriptor.read(
        fromAbsoluteOffset: offset + Int64(done), into: UnsafeMutableRawBufferPointer(rebasing: part[done...]))
      guard count > 0 else { throw Errno.ioError }
      done += count
    }
  }
}
