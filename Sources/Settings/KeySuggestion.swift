// What the writer of an unknown word probably meant.

public enum KeySuggestion {
  /// The candidate nearest to `word`, when it is near enough to be a slip: a third of its letters, at least two edits.
  public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let ranked = candidates.map { (candidate: $0, distance: editDistance(word, $0)) }
    let best = ranked.min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }
    guard let best, best.distance <= max(2, word.count / 3), best.distance < word.count else { return nil }
    return best.candidate
  }

  /// `; did you mean …?` or nothing.
  static func hint(for word: String, among candidates: some Sequence<String>) -> String {
    nearest(to: word, among: candidates).map { "; did you mean \($0)?" } ?? ""
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
  private static func editDistance(_ first: String, _ second: String) -> Int {
    // Only the beginning of an absurdly long key is compared, so that the work stays small.
    let a = Array(first.utf8.prefix(200))
    let b = Array(second.utf8.prefix(200))
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var distance = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] { distance = min(distance, beforeLast[j - 1] + 1) }
        row.append(distance)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
