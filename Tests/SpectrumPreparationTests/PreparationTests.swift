// From raw spectra to plasmon spectra, against spectra whose parts are known.

import Foundation
import Microscopy
import SpectrumPreparation
import Testing

@Suite("Spectrum preparation")
struct PreparationTests {
  private func prepare(
    _ raw: SpectrumImage, _ change: (inout PreparationSettings) -> Void = { _ in }
  ) throws -> PreparedSpectra {
    var settings = PreparationSettings()
    change(&settings)
    return try SpectrumPreparation.prepare(raw, settings)
  }

  @Test("drifted peaks come to 0 eV, the tail goes, the plasmons stay")
  func alignsAndSubtracts() throws {
    var raw = RawSpectra()
    raw.driftEV = { 0.02 + 0.004 * sin(Double($0)) }
    let prepared = try prepare(raw.image)
    let axis = prepared.image.energyAxis
    #expect(abs(axis.value(at: 0) - 0.2) < 1e-9)
    for position in [0, 17, 39] {
      let spectrum = Array(prepared.image.spectrum(at: PixelPosition(row: 0, column: position)))
      let height = Double(200 + 10 * position)
      for (channel, energy) in axis.values.enumerated() {
        // Linear interpolation of a peak of 50 meV on 5-meV channels errs by h²/8 σ² = 0.13 % of its height.
        let truth = raw.plasmon(position, energy)
        #expect(abs(Double(spectrum[channel]) - truth) < 0.02 * height, "\(position) at \(energy) eV")
      }
    }
    let shifts = try #require(prepared.record["zero_loss_alignment"])
    #expect(abs((shifts["median_shift_mev"]?.double ?? 0) + 20) < 4.5)
    #expect(shifts["unmeasured"]?.int == 0)
    #expect(prepared.record["zero_loss_tail"]?["t_ev"]?.double.map { (0.04...0.09).contains($0) } == true)
    for words in ["aligned", "tail subtracted", "cut to 0.2"] {
      #expect(prepared.steps.contains { $0.contains(words) }, "\(words)")
    }
  }

  @Test("a peak is placed to a tenth of a channel under counting noise")
  func alignmentUnderNoise() throws {
    var raw = RawSpectra()
    raw.tail = { _ in 0 }
    raw.noiseSeed = 3
    raw.zeroLossHeight = 2000
    raw.driftEV = { 0.0013 * Double($0 % 5) }
    let aligned = try prepare(raw.image) {
      $0.zeroLoss = .align
      $0.lowestEnergyEV = -0.1
    }
    for position in 0..<raw.positions {
      let spectrum = aligned.image.spectrum(at: PixelPosition(row: 0, column: position))
      let near = zip(aligned.image.energyAxis.values, spectrum).filter { abs($0.0) < 0.06 }
      let weight = near.map { Double($0.1) }.reduce(0, +)
      let centre = near.map { $0.0 * Double($0.1) }.reduce(0, +) / weight
      #expect(abs(centre) < 0.0012, "position \(position): \(centre) eV")
    }
  }

  @Test("an axis that runs from high to low gives the same spectra")
  func reversedAxis() throws {
    let raw = RawSpectra().image
    let axis = raw.energyAxis
    var counts = raw.counts
    for start in stride(from: 0, to: counts.count, by: axis.size) { counts[start..<start + axis.size].reverse() }
    let reversed = SpectrumImage(
      frame: raw.frame,
      energyAxis: Axis(
        name: axis.name, size: axis.size, scale: -axis.scale, offset: axis.value(at: axis.size - 1), units: "eV"),
      counts: counts)
    let (straight, turned) = (try prepare(raw), try prepare(reversed))
    #expect(straight.image.energyAxis.size == turned.image.energyAxis.size)
    #expect(zip(straight.image.counts, turned.image.counts).allSatisfy { abs($0 - $1) < 0.5 })
    #expect(turned.steps.contains { $0.contains("turned round") })
  }

  @Test("channels are summed, and their energies are the middles")
  func rebinning() throws {
    let raw = RawSpectra().image
    let whole = try prepare(raw)
    let binned = try prepare(raw) { $0.rebinning = 4 }
    #expect(binned.image.energyAxis.size == whole.image.energyAxis.size / 4)
    #expect(abs(binned.image.energyAxis.value(at: 0) - (0.2 + 1.5 * 0.005)) < 1e-9)
    let sum = whole.image.counts[0..<4].reduce(0, +)
    #expect(abs(binned.image.counts[0] - sum) < 1e-3 * max(1, abs(sum)))
  }

  @Test("an axis without 0 eV is taken as prepared, and said so; asked for, it is an error")
  func noZeroLoss() throws {
    var raw = RawSpectra()
    raw.axis.offset = 0.2
    let prepared = try prepare(raw.image)
    #expect(prepared.image.counts == raw.image.counts)
    #expect(prepared.steps.contains { $0.contains("does not cover it") })
    let failure = complaint { _ = try prepare(raw.image) { $0.zeroLoss = .subtract } }
    #expect(failure?.contains("no zero-loss peak to align") == true)
    #expect(failure?.contains("--zero-loss removed") == true)
  }

  @Test("an axis with 0 eV but no peak there is an error that names the way out")
  func noPeak() throws {
    var raw = RawSpectra()
    raw.zeroLossHeight = 0
    raw.tail = { _ in 5 }
    let failure = complaint { _ = try prepare(raw.image) }
    #expect(failure?.contains("no peak there that stands out") == true)
    #expect(try prepare(raw.image) { $0.zeroLoss = .removed }.image.energyAxis.value(at: 0) >= 0.2)
  }

  @Test("dead channels are named by channel and energy")
  func notANumber() {
    var raw = RawSpectra().image
    raw.counts[140] = .nan
    raw.counts[300 + 142] = .infinity
    let failure = complaint { _ = try prepare(raw) }
    #expect(failure?.contains("2 values") == true)
    #expect(failure?.contains("channels 140…142 (0.4…0.41 eV)") == true)
  }

  @Test("counts below zero are noise up to a point")
  func negativeCounts() throws {
    var raw = RawSpectra()
    raw.axis.offset = 0.2
    raw.tail = { _ in 0 }
    var image = raw.image
    for index in stride(from: 0, to: image.counts.count, by: 7) { image.counts[index] -= 1 }
    #expect(try prepare(image).steps.contains { $0.contains("negative values") })
    for index in image.counts.indices { image.counts[index] -= 100 }
    #expect(complaint { _ = try prepare(image) }?.contains("negative counts") == true)
    for index in image.counts.indices { image.counts[index] = -1 }
    #expect(complaint { _ = try prepare(image) }?.contains("0 or negative") == true)
  }

  @Test("too few channels, and a calibration without a step, are errors")
  func degenerateAxes() {
    let raw = RawSpectra().image
    #expect(complaint { _ = try prepare(raw) { $0.lowestEnergyEV = 1.1 } }?.contains("32 are needed") == true)
    var still = raw
    still.energyAxis.scale = 0
    #expect(complaint { _ = try prepare(still) }?.contains("calibrate it") == true)
  }

  @Test("settings survive the bundle")
  func settingsRoundTrip() {
    var settings = PreparationSettings()
    settings.zeroLoss = .align
    settings.tailWindowEV = 0.1...0.15
    settings.highestEnergyEV = 1.1
    settings.rebinning = 3
    #expect(PreparationSettings(json: settings.json) == settings)
    #expect(PreparationSettings(json: .null) == PreparationSettings())
  }
}
