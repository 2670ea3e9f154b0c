// Pictures of scans, and what is shown of a target, in and out of the database.

import Foundation
internal import GRDB

extension TargetStore {
  /// Keeps a picture of a scan in place of an earlier one.
  static func put(_ picture: PictureRecord, scan: Int, _ database: Database) throws {
    try database.cachedStatement(sql: putPicture).execute(
      arguments: [
        "scan": scan, "name": picture.name.rawValue, "rows": picture.rows, "columns": picture.columns,
        "row": picture.firstRow, "column": picture.firstColumn, "rowStep": picture.rowStep,
        "columnStep": picture.columnStep, "low": picture.low, "high": picture.high, "values": Data(picture.values),
      ])
  }

  private static let putPicture = """
    INSERT OR REPLACE INTO scan_picture (
      scan, name, "rows", "columns", first_row, first_column, row_step, column_step, low, high, "values")
    VALUES (:scan, :name, :rows, :columns, :row, :column, :rowStep, :columnStep, :low, :high, :values)
    """
}

extension TargetStoreReader {
  /// A picture of a scan; nil when there is none (any more).
  public func picture(_ name: PictureName, ofScan scan: Int) throws(TargetStoreError) -> PictureRecord? {
    try read { database in
      try Row.fetchOne(
        database, sql: "SELECT * FROM scan_picture WHERE scan = ? AND name = ?", arguments: [scan, name.rawValue]
      ).map(PictureRecord.init(row:))
    }
  }

  /// The names of the pictures that are kept of a scan.
  public func pictureNames(ofScan scan: Int) throws(TargetStoreError) -> Set<PictureName> {
    try read { database in
      let names = try String.fetchAll(database, sql: "SELECT name FROM scan_picture WHERE scan = ?", arguments: [scan])
      return Set(names.compactMap(PictureName.init(rawValue:)))
    }
  }
}

extension PictureRecord {
  init(row: Row) throws {
    let bytes: Data = try row.value("values")
    self.init(
      name: try row.word("name"), rows: try row.value("rows"), columns: try row.value("columns"),
      firstRow: try row.value("first_row"), firstColumn: try row.value("first_column"),
      rowStep: try row.value("row_step"), columnStep: try row.value("column_step"), low: try row.value("low"),
      high: try row.value("high"), values: [UInt8](bytes))
    guard rows > 0, columns > 0, values.count == rows * columns else {
      throw TargetStoreError(.corrupt, "a picture of \(values.count) bytes is not \(rows) × \(columns) pixels")
    }
  }
}

/// What is shown of a target beside its numbers.
struct TargetLook {
  var spectrum: StoredSpectrum?
  var spread: [Float]?
  var tile: TileRecord?
  var roundTripTile: TileRecord?

  init(of target: StoredTarget, _ database: Database) throws {
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT p.*, s.spectrum_units, a.energies
        FROM target_spectrum p JOIN scan s ON s.id = ? LEFT JOIN energy_axis a ON a.id = s.energy_axis
        WHERE p.target = ?
        """, arguments: [target.scan, target.id])
    guard let row else { return }
    let energies: Data = try row.optional("energies") ?? Data()
    let units: String = try row.value("spectrum_units")
    spectrum = try row.floats("values").map {
      StoredSpectrum(energyEV: LittleEndian.doubles(energies), values: $0, units: units)
    }
    spread = try row.floats("spread")
    tile = try row.tile("tile")
    roundTripTile = try row.tile("round_trip_tile")
  }
}

extension NeighbourRecord {
  /// The training tiles like a target's, nearest first.
  static func all(of target: String, _ database: Database) throws -> [NeighbourRecord] {
    try Row.fetchAll(
      database, sql: "SELECT * FROM target_neighbour WHERE target = ? ORDER BY place", arguments: [target]
    ).map { row in
      guard let tile = try row.tile("tile") else { throw TargetStoreError(.corrupt, "a training tile has no pixels") }
      return NeighbourRecord(distance: try row.value("distance"), tile: tile)
    }
  }
}

extension Row {
  fileprivate func floats(_ column: String) throws -> [Float]? {
    let data: Data? = try optional(column)
    return data.map(LittleEndian.floats)
  }

  /// A tile of the size that the row states.
  fileprivate func tile(_ column: String) throws -> TileRecord? {
    guard let values = try floats(column) else { return nil }
    let tile = TileRecord(rows: try value("tile_rows"), columns: try value("tile_columns"), values: values)
    guard tile.rows > 0, tile.columns > 0, tile.values.count == tile.rows * tile.columns else {
      throw TargetStoreError(.corrupt, "a tile of \(tile.values.count) values is not \(tile.rows) × \(tile.columns)")
    }
    return tile
  }
}
