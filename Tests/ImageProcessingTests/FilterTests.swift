// Smoothing, means and gradients against SciPy 1.17.1 and NumPy 2.4.6 on `testPattern`.

import ImageProcessing
import Microscopy
import Testing

@Suite("Filters")
struct FilterTests {
  @Test(
    "Gaussian smoothing equals scipy.ndimage.gaussian_filter(pattern(5, 7), 1.2)",
    arguments: [
      (
        Border.zero,
        [
          0.171874553, 0.26709491, 0.327346176, 0.340419263, 0.342702776, 0.33111155, 0.250258625, 0.253912866,
          0.376450211, 0.454184145, 0.466165125, 0.442739487, 0.405367494, 0.307418138, 0.300030947, 0.429297507,
          0.507222056, 0.516114414, 0.467145354, 0.391659558, 0.279356956, 0.295230985, 0.404729545, 0.46492061,
          0.481244564, 0.439410865, 0.349781424, 0.230837911, 0.220574334, 0.291477233, 0.323884606, 0.345300317,
          0.330858886, 0.266153514, 0.173718244,
        ]
      ),
      (
        Border.nearest,
        [
          0.335081995, 0.430928171, 0.50390625, 0.518452883, 0.539732277, 0.561032712, 0.526979566, 0.407351971,
          0.456513613, 0.512054145, 0.520434618, 0.507756114, 0.511114478, 0.514972091, 0.467893898, 0.489555359,
          0.529812753, 0.533280671, 0.4912889, 0.45101288, 0.437248439, 0.495800018, 0.495751083, 0.51538533,
          0.529468536, 0.495895594, 0.430656016, 0.38630113, 0.480887055, 0.473802716, 0.472057134, 0.502985418,
          0.505818129, 0.455209702, 0.42161572,
        ]
      ),
      (
        Border.reflect,
        [
          0.36673665, 0.432370991, 0.497267485, 0.513224244, 0.529931962, 0.559277534, 0.562886, 0.410193145,
          0.455848843, 0.510660946, 0.519448757, 0.50617075, 0.510955036, 0.520118177, 0.46212244, 0.488310814,
          0.529723167, 0.533321142, 0.491095841, 0.450362802, 0.435063839, 0.493270516, 0.496237278, 0.517278194,
          0.53110075, 0.495682836, 0.428732365, 0.384302288, 0.497373104, 0.482996762, 0.484838843, 0.513070166,
          0.504187524, 0.442018956, 0.393819898,
        ]
      ),
    ] as [(Border, [Float])])
  func gaussian(border: Border, expected: [Float]) {
    let smoothed = GaussianFilter.apply(testPattern(5, 7), sigma: 1.2, border: border)
    expectClose(smoothed.values, expected, within: 2e-7)
  }

  /// SciPy: `gaussian_filter(pattern(5, 7), 6, mode=..., truncate=3)` at (0, 0), (2, 3), (4, 6).
  @Test(
    "a Gaussian far wider than the image follows its border",
    arguments: [
      (Border.zero, [0.05896201, 0.069607683, 0.058895059]),
      (Border.nearest, [0.373110473, 0.423405677, 0.458097994]),
      (Border.reflect, [0.484152496, 0.484274775, 0.484484464]),
    ] as [(Border, [Float])])
  func wideGaussian(border: Border, expected: [Float]) {
    let smoothed = GaussianFilter.apply(testPattern(5, 7), sigma: 6, truncate: 3, border: border)
    expectClose([smoothed[0, 0], smoothed[2, 3], smoothed[4, 6]], expected, within: 3e-7)
  }

  /// SciPy: `gaussian_filter(pattern(40, 700), 9, mode='constant', truncate=3)`; columns on both sides of 512.
  @Test("an image wider than one strip has no seam")
  func strips() {
    let smoothed = GaussianFilter.apply(testPattern(40, 700), sigma: 9, truncate: 3, border: .zero)
    let picked = [smoothed[0, 0], smoothed[20, 350], smoothed[39, 699], smoothed[17, 511], smoothed[3, 512]]
    expectClose(picked, [0.13664487, 0.487710863, 0.13642177, 0.485211432, 0.326344132], within: 5e-7)
  }

  @Test(
    "smoothing keeps constants, single pixels, single lines and empty images", arguments: [Border.nearest, .reflect])
  func degenerate(border: Border) {
    for (rows, columns) in [(1, 1), (1, 9), (9, 1), (3, 4)] {
      let constant = Raster(rows: rows, columns: columns, repeating: 2.5)
      for sigma in [0, 0.1, 3, 50] {
        let smoothed = GaussianFilter.apply(constant, sigma: sigma, border: border)
        #expect(smoothed.rows == rows && smoothed.columns == columns)
        expectClose(smoothed.values, constant.values, within: 2e-6)
      }
      expectClose(MeanFilter.apply(constant, window: 5, border: border).values, constant.values, within: 0)
    }
    let empty = Raster(rows: 0, columns: 0, values: [])
    #expect(GaussianFilter.apply(empty, sigma: 2, border: border) == empty)
    #expect(MeanFilter.apply(empty, window: 3, border: border) == empty)
  }

  /// SciPy: `uniform_filter(pattern(5, 7), 3)`, then size 5 with `nearest` and size 3 with `constant`
  /// at (0, 0), (2, 3), (4, 6).
  @Test("window means equal scipy.ndimage.uniform_filter")
  func means() {
    let reflected: [Float] = [
      0.311111122, 0.445555568, 0.478888899, 0.51222223, 0.545555532, 0.578888893, 0.601111114, 0.354444444,
      0.48888889, 0.522222221, 0.555555582, 0.476666659, 0.50999999, 0.532222211, 0.475555539, 0.49777776,
      0.531111121, 0.564444423, 0.485555559, 0.406666666, 0.428888887, 0.484444439, 0.50666666, 0.540000021,
      0.573333323, 0.49444446, 0.415555567, 0.325555563, 0.527777791, 0.437777787, 0.471111119, 0.50444442,
      0.537777781, 0.458888888, 0.368888885,
    ]
    let pattern = testPattern(5, 7)
    expectClose(MeanFilter.apply(pattern, window: 3, border: .reflect).values, reflected, within: 1e-7)
    let five = MeanFilter.apply(pattern, window: 5, border: .nearest)
    expectClose([five[0, 0], five[2, 3], five[4, 6]], [0.391200006, 0.501600027, 0.450399995], within: 1e-7)
    let zero = MeanFilter.apply(pattern, window: 3, border: .zero)
    expectClose([zero[0, 0], zero[2, 3], zero[4, 6]], [0.145555556, 0.564444423, 0.156666666], within: 1e-7)
  }

  /// NumPy: `numpy.hypot(*numpy.gradient(pattern(4, 5)))`.
  @Test("gradient length equals numpy.gradient")
  func gradient() {
    let expected: [Float] = [
      0.917877972, 0.407185465, 0.217082947, 0.217082933, 0.407185465, 0.722374558, 0.217082918, 0.217082947,
      0.361178637, 0.407185465, 0.662193298, 0.361178637, 0.407185465, 0.361178607, 0.662193298, 0.407185435,
      0.850779116, 0.217082933, 0.217082947, 0.662193298,
    ]
    expectClose(Gradient.magnitude(of: testPattern(4, 5)).values, expected, within: 1e-7)
    #expect(Gradient.magnitude(of: Raster(rows: 1, columns: 1, repeating: 7)).values == [0])
    #expect(Gradient.magnitude(of: Raster(rows: 1, columns: 3, values: [1, 2, 5])).values == [1, 2, 3])
  }
}
