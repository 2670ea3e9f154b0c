// What features are standardised with.

/// Mean and population standard deviation of each column of an (n, columns) array.
struct ColumnStatistics {
  let mean: [Float]
  let deviation: [Float]

  init(_ values: [Float], columns: Int) {
    let rows = values.count / columns
    var sum = [Double](repeating: 0, count: columns)
    var square = sum
    for row in 0..<rows {
      for column in 0..<columns {
        let value = Double(values[row * columns + column])
        sum[column] += value
        square[column] += value * value
      }
    }
    let n = Double(max(1, rows))
    mean = sum.map { Float($0 / n) }
    deviation = zip(sum, square).map { Float(max(0, $1 / n - ($0 / n) * ($0 / n)).squareRoot()) }
  }
}
