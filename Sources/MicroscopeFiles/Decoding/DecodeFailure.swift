// Why a file's content cannot be used, in the words of the verdict.

/// The end of decoding: what the daemon shall do with the file, and a sentence for the person who asks why.
struct DecodeFailure: Error, Equatable {
  /// `incomplete`: look again when it changes. `rejected`: it will never be usable. `ignored`: fine, but not for us.
  enum Kind: Equatable { case incomplete, rejected, ignored }

  var kind: Kind
  var reason: String
  /// Whether more memory than what is allowed is all that it lacks.
  var isTooLarge = false

  static func incomplete(_ reason: String) -> DecodeFailure { DecodeFailure(kind: .incomplete, reason: reason) }
  static func rejected(_ reason: String) -> DecodeFailure { DecodeFailure(kind: .rejected, reason: reason) }
  static func ignored(_ reason: String) -> DecodeFailure { DecodeFailure(kind: .ignored, reason: reason) }
}
