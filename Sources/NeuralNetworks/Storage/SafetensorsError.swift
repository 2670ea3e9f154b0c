// Every way a safetensors file can be bad, by name.

/// Why a safetensors file was refused.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible {
  public enum Code: String, Sendable {
    case unreadable, tooLarge, truncatedHeader, headerTooLarge, headerNotJSON, headerNotObject, metadataNotText
    case tensorNotObject, unknownType, badShape, badOffsets, sizeMismatch, overlap, gap, duplicateName, missingTensor
    case wrongShape, wrongType, notFinite
  }
  public var code: Code
  public var message: String
  public var description: String { message }

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
