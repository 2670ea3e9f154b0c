// The paper's ten digitised pairs as a set of arrays.

import Foundation
import MicroscopeFiles
import SharedData
import SystemPackage

enum SeedPairs {
  /// Writes `seed_haadf.npy`, `seed_spectra.npy`, `seed_positions.npy` and `energy_eV.npy`.
  static func write(to folder: String) throws {
    let archive = "seed_scan/pairs.npz"
    let image = try SharedData.array("seed_scan/haadf_62x75_8bit.npy")
    let positions = try SharedData.array("rowcol", inArchive: archive)
    let spectra = try SharedData.array("spectra", inArchive: archive)
    let energies = try SharedData.array("energy_ev", inArchive: archive)
    func path(_ name: String) -> FilePath { FilePath("\(folder)/\(name).npy") }
    try NPYWriter.write(image.floats, shape: image.shape, to: path("seed_haadf"))
    try NPYWriter.write(positions.values.map { Int16($0) }, shape: positions.shape, to: path("seed_positions"))
    try NPYWriter.write(spectra.floats, shape: spectra.shape, to: path("seed_spectra"))
    try NPYWriter.write(energies.values, shape: energies.shape, to: path("energy_eV"))
  }
}
