// Every way a checkpoint can be bad or hostile, by name.

/// Why a PyTorch checkpoint was refused. Nothing of a refused file has been executed; nothing ever is.
public struct TorchCheckpointError: Error, Equatable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The file around the pickle.
    case unknownFormat, legacyFormat, torchScript, brokenArchive, packedMember, damagedMember, missingMember, byteOrder
    /// The pickle as a program.
    case pickleTooLarge, truncatedPickle, unknownOpcode, refusedOpcode, refusedGlobal, refusedCall, refusedState
    case badStack, stackTooDeep, badMemo, integerTooLong, badText, trailingBytes
    /// What it builds.
    case nestedTooDeep, containsItself, badStorage, badTensor, tensorBeyondStorage, badNumber
  }
  public var code: Code
  public var message: String
  public var description: String { message }

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
