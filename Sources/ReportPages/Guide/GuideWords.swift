// The guide's words about the interval, the first ten minutes, and the house's terms.

import Markup
import TargetStore

enum GuideWords {
  static func interval(_ film: GuideFilm) -> Markup {
    func counted(_ kind: String) -> (inside: Int, all: Int) {
      let places = film.targets.filter { $0.record.kind == kind }
      return (places.count { $0.isWithinInterval }, places.count)
    }
    var table = Table(
      [
        .init("kind"), .init("targets", .right), .init("true e within its interval", .right),
        .init("largest true e", .right),
      ])
    for kind in ["anchor", "error", "anomaly"] {
      let (inside, all) = counted(kind)
      let largest = film.targets.filter { $0.record.kind == kind }.map(\.trueError).max()
      table.add(["\(kind)", "\(all)", "\(inside)", "\(NumberWords.short(largest))"])
    }
    return """
      <section id="interval"><h2>What the error and its interval mean</h2>
      <p><b>e</b> is the mean squared difference between the predicted and the true spectrum, in units of the mean squared training spectrum. 0 is perfect; 0.01 is what the
      model reaches on films like its training films; 1 is as wrong as predicting nothing.</p>
      <p>The <b>interval</b> (5 % to 95 %) holds the true e in nine cases of ten <b>on ordinary film</b>, because it was measured on ordinary film. In anomalies it promises
      nothing: nobody could measure there beforehand. On the film of this page:</p>
      \(table.markup)</section>

      """
  }

  static let firstMinutes: Markup = """
    <section id="minutes"><h2>The first ten minutes</h2>
    <ol class="steps">
    <li><b>Is it well?</b> <code>eelscout status</code>: <em>state: ok</em>. If not, the line <em>action</em> says what to do.</li>
    <li><b>Take a fast HAADF scan</b> as always, into the watched folder. Seconds later: <code>eelscout targets --watch --picture</code>.</li>
    <li><b>Look at the top line:</b> is the domain <em>in</em>? If it is marked or refused, see above.</li>
    <li><b>Look at the boxes</b> on the scan. Contamination, a fold, the edge of the grid? Say so, and nobody acquires it:
    <code>eelscout reject 12-7 --why contamination</code>. Your word beats the machine’s and survives restarts; <code>eelscout release 12-7</code> takes it back.</li>
    <li><b>Ask why</b> one of them is there: <code>eelscout why 12-7</code>.</li>
    <li><b>Acquire the anchors</b> (kind <em>anchor</em>, first in the list). <code>eelscout show 12-1</code> says where: nm and pixels from the top-left pixel, x right, y
    down, before scan rotation. Compare with the predicted spectrum.</li>
    <li><b>Anchors as predicted?</b> Go down the list. A script does the same with <code>eelscout claim</code> and <code>eelscout done</code>.</li>
    <li><b>At the end of the day:</b> <code>eelscout report --session -o today.html</code>.</li>
    </ol></section>

    """

  static let words: Markup = """
    <section id="words"><h2>Words</h2>
    <dl>
    <dt>scan</dt><dd>one HAADF image</dd>
    <dt>tile</dt><dd>the 16 × 16 pixels round a place</dd>
    <dt>spectrum</dt><dd>energy loss, 0.2 to 1.2 eV: the plasmons</dd>
    <dt>round trip</dt><dd>tile → spectrum → tile</dd>
    <dt>novelty</dt><dd>distance to the training films, in the few numbers (the latent) that the network reduces a tile to</dd>
    <dt>target</dt><dd>a place in the list; 12-7 is rank 7 of scan 12</dd>
    <dt>deviation</dt><dd>how far a score lies above ordinary film, in units of its usual scatter: 0 is ordinary, 3 is odd</dd>
    <dt>claim, lease</dt><dd>a target given to one acquisition for a while; without a word it is free again afterwards</dd>
    </dl></section>

    """
}
