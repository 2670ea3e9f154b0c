// The names a person may call a scan by.

internal import GRDB

extension TargetStoreReader {
  /// Fewer digits of a hash than this are no name.
  private static let shortestHash = 4

  /// The number of the scan that goes by a number, the beginning of a hash, or a file's name or path; of several files
  /// of one name the scan that was seen last.
  static func scanNumber(_ name: String, _ database: Database) throws -> Int {
    if let number = Int(name),
      try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM scan WHERE id = ?)", arguments: [number]) == true
    {
      return number
    }
    let byHash = try scanNumbers(hashPrefix: name.lowercased(), database)
    if let number = byHash.first {
      guard byHash.count == 1 else {
        throw TargetStoreError(
          .ambiguousScan, "several scans begin with \(name): number \(list(byHash)). Give more digits, or the number.")
      }
      return number
    }
    let byFile = try Int.fetchOne(
      database,
      sql: """
        SELECT scan FROM scan_file
        WHERE scan IS NOT NULL AND (path_text = :name OR substr(path_text, -length(:name) - 1) = '/' || :name)
        ORDER BY id DESC LIMIT 1
        """, arguments: ["name": name])
    guard let byFile else { throw noScan(name) }
    return byFile
  }

  static func noScan(_ name: String) -> TargetStoreError {
    TargetStoreError(
      .noSuchScan,
      "no scan goes by \"\(name)\". Give its number, \(shortestHash) or more digits of its hash, or its file name.")
  }

  private static func scanNumbers(hashPrefix: String, _ database: Database) throws -> [Int] {
    let isPrefix = hashPrefix.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    guard isPrefix, (shortestHash...64).contains(hashPrefix.utf8.count) else { return [] }
    return try Int.fetchAll(
      database, sql: "SELECT id FROM scan WHERE scan_sha256 BETWEEN :low AND :low || 'g' ORDER BY id",
      arguments: ["low": hashPrefix])
  }

  private static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }
}
