// The first-day page: what the scores mean and what they can't see, shown on a film made for it.

import AcquisitionAssistant
import Markup
import TargetStore

/// A page for people who stand at the microscope for the first time with this list.
public struct GuidePage: Sendable {
  let film: GuideFilm
  let engine: TriageEngine

  /// Simulates a film and ranks it; the same model, rules and seed give the same page.
  /// - Parameter seed: of the film; nil for the usual one.
  /// - Throws: `CommandError` where the model makes nothing of it; `CancellationError`.
  public init(_ triage: OneShotTriage, seed: UInt64? = nil, workers: Int) async throws {
    engine = triage.engine
    film = try await GuideFilm(engine: triage.engine, seed: seed ?? GuideFilm.usualSeed, workers: workers)
  }

  public var html: String {
    Page(title: "What the scores mean, and what they can’t see", style: PageStyle.css, body: "<main>\n\(body)</main>")
      .html
  }

  private var body: Markup {
    introduction + GuidePictures(self).markup + GuideWords.interval(film) + invisible + refusal
      + GuideWords.firstMinutes
      + GuideWords.words + footer
  }

  private var introduction: Markup {
    """
    <header><h1>What the scores mean, and what they can’t see</h1>
    <p>A page for your first day with EELScout. It takes ten minutes.</p></header>
    <p>A HAADF scan takes a second, a spectrum 0.1 to 1 s <em>a pixel</em>. EELScout looks at each scan and gives you a short list of places where a
    slow spectrum is likely to teach you something. It <b>advises</b>: it never moves the stage or the beam, and it never writes into the
    acquisition folder. You decide.</p>
    <p>How it decides: for thousands of places it cuts out a <b>tile</b> of 16 × 16 pixels. Four networks predict the <b>spectrum</b> from the tile and its
    surroundings, a fifth one goes back from the spectrum to a tile: the <b>round trip</b>. Where the networks disagree, where the round trip fails, or
    where no tile of the training films looks like this one, the place is worth a look.</p>
    <p class="soft">Every picture and number on this page was computed when the page was made, on a simulated film (seed \("\(film.seed)")) with model
    \(engine.model.id) and rules \(engine.rules.identity). As the film is simulated, the true spectra are known: you see them dashed. At the microscope
    you don’t have them.</p>

    """
  }

  private var invisible: Markup {
    let place = film.dopant
    let top = SpectrumDrawing.top([(place.trueSpectrum, nil), (film.undoped, nil), (place.record.spectrum ?? [], nil)])
    let percent = Int((film.dopantStanding * 100).rounded())
    let rank = film.targets.first {
      max(abs($0.record.row - place.record.row), abs($0.record.column - place.record.column)) < 12
    }
    let listed: Markup =
      rank.map {
        " (Target \($0.record.rank) lies close by, but for another reason: it looks just as odd without the dopant.)"
          as Markup
      } ?? ""
    return """
      <section id="invisible"><h2>What no score can see</h2>
      <p>At row \(place.record.row), column \(place.record.column) a few particles have <b>another doping</b>. Their spectrum is another one. In HAADF they look
      like all the others, so the networks predict what they always predict, and nothing in the image contradicts them.</p>
      \(GuideCard("A dopant change", place, engine, top: top, other: film.undoped).markup)
      <p>Solid line: predicted. Dashed: the true spectrum there. Dotted: what it would be without the other doping. The true error is
      e = \(NumberWords.short(place.trueError)); the program promised \(NumberWords.short(place.record.predictedError)). The combined score there is
      higher than at \(percent) % of the places of this scan\(percent < 95 ? ": nothing that would bring it into the list" : ", which is chance: without the other doping it is the same").\(listed)</p>
      <p><b>On ten test scans such changes were found no better than by chance.</b> This is no fault that a better score could mend: what is not in the
      image can’t be read from the image. Only spectra can find it. That is one of the reasons for the anchors: ordinary places, spread over the scan, which you
      acquire although nothing seems to be there.</p></section>

      """
  }

  private var refusal: Markup {
    let reasons = film.refused.reasons.map { "<li>\($0)</li>" as Markup }
    let picture: Markup =
      film.refused.pictures[.scan].map {
        ScanDrawing(
          rows: film.scan.frame.rows, columns: film.scan.frame.columns, pixelSizeNM: film.scan.frame.pixelSizeNM,
          tileSide: film.records.tileSide, marks: []
        ).scan($0)
      } ?? ""
    return """
      <section id="refused"><h2>A scan is marked or refused: what to do</h2>
      <p>Before anything is ranked, the scan itself is judged. <span class="verdict in">in</span> is as the model knows it.
      <span class="verdict marked">marked</span> lies at the edge: the list is a hint. <span class="verdict refused">refused</span> gets no list, because its ranks
      would only pretend. Here is the same film out of focus:</p>
      <div class="pair"><figure class="scan">\(picture)<figcaption>verdict: \(film.refused.verdict.badge)</figcaption></figure>
      <div class="banner \(film.refused.verdict.rawValue)"><p><b>The program’s own words:</b></p><ul>\(reasons)</ul></div></div>
      <ol class="steps">
      <li>Read the reason: <code>eelscout scans</code>, then <code>eelscout report SCAN -o why.html</code>.</li>
      <li><b>No pixel size?</b> Calibrate the scan in the acquisition program, or set <code>scan.default_pixel_size_nm</code>. It is then ranked by itself.</li>
      <li><b>Out of focus, too noisy, too coarse, too small?</b> Scan again: the pixel size should be near \(NumberWords.short(engine.model.pixelSizeNM)) nm, the particles
      sharp, the field at least a few tiles (\(NumberWords.short(16 * engine.model.pixelSizeNM)) nm each) wide.</li>
      <li><b>Another lattice or material?</b> Then the refusal is right: this model has nothing to say. Train one on a spectrum image of yours:
      <code>eelscout train --help</code>.</li>
      <li><b>Marked?</b> Acquire the anchors first. If their spectra look as predicted, go on with the list.</li>
      </ol></section>

      """
  }

  private var footer: Markup {
    """
    <footer>Made by <code>eelscout guide</code> \(AssistantProgram.version), film of seed \("\(film.seed)"), model \(engine.model.id), rules \(engine.rules.identity).</footer>

    """
  }
}
