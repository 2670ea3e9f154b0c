// A scan, or one of its score maps, as people look at it.

/// Which picture of a scan.
public enum PictureName: String, CaseIterable, Sendable {
  /// The scan itself.
  case scan
  /// Its score maps.
  case combined, roundTrip = "round_trip", novelty, ensemble, predictedError = "predicted_error"
}

/// A reduced image, one byte a pixel, row-major.
public struct PictureRecord: Equatable, Sendable {
  public var name: PictureName
  public var rows: Int
  public var columns: Int
  /// Where the centre of the first pixel lies in the scan, pixels of the file.
  public var firstRow: Double
  public var firstColumn: Double
  /// Pixels of the file between two pixels of the picture.
  public var rowStep: Double
  public var columnStep: Double
  /// Byte b stands for low + b / 255 · (high − low): detector units for the scan, the score for a map.
  public var low: Double
  public var high: Double
  public var values: [UInt8]

  public init(
    name: PictureName, rows: Int, columns: Int, firstRow: Double, firstColumn: Double, rowStep: Double,
    columnStep: Double, low: Double, high: Double, values: [UInt8]
  ) {
    self.name = name
    self.rows = rows
    self.columns = columns
    self.firstRow = firstRow
    self.firstColumn = firstColumn
    self.rowStep = rowStep
    self.columnStep = columnStep
    self.low = low
    self.high = high
    self.values = values
  }
}
