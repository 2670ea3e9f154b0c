// The memory that one executor works in: one allocation, freed with it.

/// Activation buffers (and their gradients, for training) of up to `batch` samples.
///
/// Owned by one executor and used by one thread at a time; pointers never leave the module.
final class NetworkWorkspace<Scalar: NetworkScalar> {
  let activations: [UnsafeMutablePointer<Scalar>]
  let gradients: [UnsafeMutablePointer<Scalar>]
  let parameters: UnsafeMutablePointer<Scalar>
  let parameterGradients: UnsafeMutablePointer<Scalar>
  let columns: UnsafeMutablePointer<Scalar>
  private let storage: UnsafeMutablePointer<Scalar>

  init(plan: NetworkPlan, batch: Int, training: Bool) {
    let columnCount = plan.columnCount
    let sizes = plan.bufferSizes.map { Self.padded($0 * batch) }
    let activationCount = sizes.reduce(0, +)
    let parameterCount = Self.padded(plan.parameterCount)
    let total = (training ? 2 : 1) * (activationCount + parameterCount) + Self.padded(columnCount)
    storage = UnsafeMutablePointer.allocate(capacity: total)
    storage.initialize(repeating: 0, count: total)
    var next = storage
    func take(_ count: Int) -> UnsafeMutablePointer<Scalar> {
      defer { next += count }
      return next
    }
    parameters = take(parameterCount)
    columns = take(Self.padded(columnCount))
    activations = sizes.map(take)
    gradients = training ? sizes.map(take) : []
    parameterGradients = training ? take(parameterCount) : parameters
  }

  deinit { storage.deallocate() }

  /// Whole cache lines, and one more so that equally sized buffers do not share cache sets.
  private static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 + 16 }
}
