// The study's reference scan.

import Microscopy
import SharedData

func referenceScan() throws -> Raster {
  let array = try SharedData.array("science/models/ref_haadf.npy")
  return Raster(rows: array.shape[0], columns: array.shape[1], values: array.floats)
}
