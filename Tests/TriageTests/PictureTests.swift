// What a person is shown of a scan agrees with what was scored.

import Im2Spec
import Microscopy
import Testing
import Triage

@Suite struct PictureTests {
  private func triage(_ scan: Scan, stride: Int, model: FakeModel) async throws -> TriageResult {
    var rules = TriageRules()
    rules.stridePixels = stride
    return try await ScanTriage(model: model, rules: rules).triage(scan, keepsMaps: true)
  }

  @Test(arguments: [(1, 160, 200), (2, 160, 160), (3, 100, 400)])
  func `a cell of a picture is the largest score of its places`(stride: Int, rows: Int, columns: Int) async throws {
    let model = try FakeModel().calibrated()
    let scan = SquareFilm.withSpot(SquareFilm.scan(rows: rows, columns: columns), row: 60, column: 90, value: 3)
    let result = try await triage(scan, stride: stride, model: model)
    let maps = try #require(result.maps)
    let grid = try #require(result.grid)
    let pairs: [(ScorePicture.Name, Raster)] = [
      (.combined, maps.combined), (.roundTrip, maps.roundTrip), (.novelty, maps.novelty), (.ensemble, maps.ensemble),
      (.predictedError, maps.predictedError),
    ]
    #expect(result.pictures.map(\.name) == pairs.map(\.0))
    for (picture, (_, map)) in zip(result.pictures, pairs) {
      #expect(max(picture.values.rows, picture.values.columns) <= 160)
      let factor = Int((picture.rowStep / Double(stride)).rounded())
      for row in 0..<picture.values.rows {
        for column in 0..<picture.values.columns {
          var largest = -Float.infinity
          for r in row * factor..<min((row + 1) * factor, map.rows) {
            for c in column * factor..<min((column + 1) * factor, map.columns) { largest = max(largest, map[r, c]) }
          }
          #expect(picture.values[row, column] == largest)
        }
      }
      let middle = Double(factor - 1) / 2 * Double(stride)
      #expect(
        picture.firstRow == Double(grid.rows[0]) + middle && picture.firstColumn == Double(grid.columns[0]) + middle)
    }
  }

  @Test func `pictures are the same whether whole maps are kept or not`() async throws {
    let model = try FakeModel().calibrated()
    let triage = try ScanTriage(model: model, rules: TriageRules())
    let (with, without) = (
      try await triage.triage(SquareFilm.scan(), keepsMaps: true),
      try await triage.triage(SquareFilm.scan(), workers: 2, keepsMaps: false)
    )
    #expect(without.maps == nil)
    let isSame = with.pictures == without.pictures
    #expect(isSame)
    #expect(with.targets == without.targets)
  }

  @Test func `the training tiles shown are turned as the target's tile is`() async throws {
    let model = try FakeModel().calibrated()
    let result = try await triage(SquareFilm.scan(seed: 77), stride: 1, model: model)
    for target in result.targets {
      #expect(target.similarTiles.count == 3)
      #expect(target.similarTiles.map(\.distance) == target.similarTiles.map(\.distance).sorted())
      // Turned alike, the nearest tile's quarters are as bright as the target's, quarter by quarter.
      let (own, other) = (quarters(target.tile), quarters(try #require(target.similarTiles.first).tile))
      for (a, b) in zip(own, other) { #expect(abs(a - b) < 0.35) }
    }
  }

  private func quarters(_ tile: Raster) -> [Float] {
    [(0, 0), (0, 8), (8, 0), (8, 8)].map { row, column in
      var sum: Float = 0
      for r in row..<row + 8 { for c in column..<column + 8 { sum += tile[r, c] } }
      return sum / 64
    }
  }

  @Test func `a scan refused before scoring has no score pictures`() async throws {
    let model = try FakeModel().calibrated()
    let result = try await triage(SquareFilm.scan(pixelSizeNM: nil), stride: 2, model: model)
    #expect(result.verdict == .refused && result.pictures.isEmpty)
  }
}
