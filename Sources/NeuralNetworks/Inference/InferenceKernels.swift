// Which inner loops run on this machine, and why.

import Foundation
import NeuralKernels

/// The ways in which a network can be run forward. All agree within rounding; each gives the same bytes every time.
public enum InferenceKernels: String, CaseIterable, Sendable {
  /// Compiled networks: sixteen, eight or four tiles side by side in vector registers.
  case avx512, avx2, baseline
  /// Layer by layer with OpenBLAS, as training runs them: the reference.
  case plain

  /// Forces a path, for diagnosis: one of the names above.
  public static let environmentVariable = "EELSCOUT_KERNELS"

  public var isAvailable: Bool { self == .plain || KernelSet(self) != nil }

  /// The path in use and the reason for it.
  public struct Choice: Equatable, Sendable {
    public let kernels: InferenceKernels
    public let reason: String
  }

  /// Made once: the environment does not change under a running process.
  public static let current = choice(for: ProcessInfo.processInfo.environment[environmentVariable])

  package static func choice(for wish: String?) -> Choice {
    let best = allCases.first(where: \.isAvailable) ?? .plain
    let reason =
      switch best {
      case .avx512: "this processor has AVX-512"
      case .avx2: "this processor has AVX2 and FMA, not AVX-512"
      case .baseline, .plain: "this processor has no wider vectors than its architecture promises"
      }
    guard let wish, !wish.isEmpty else { return Choice(kernels: best, reason: reason) }
    let names = allCases.map(\.rawValue).joined(separator: ", ")
    guard let wanted = InferenceKernels(rawValue: wish) else {
      return Choice(kernels: best, reason: "\(reason); \(environmentVariable)=\(wish) is none of \(names)")
    }
    guard wanted.isAvailable else {
      return Choice(kernels: best, reason: "\(reason); \(environmentVariable)=\(wish) needs a processor that has it")
    }
    return Choice(kernels: wanted, reason: "\(environmentVariable)=\(wish)")
  }
}
