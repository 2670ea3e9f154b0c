// What the database can't do, as an answer.

import TargetStore

extension Response {
  /// The store's own words with a status that scripts understand.
  static func fault(_ error: TargetStoreError) -> Response {
    let status =
      switch error.code {
      case .noSuchScan, .noSuchTarget: 404
      case .notAllowed, .ambiguousScan: 409
      default: 503
      }
    return fault(status, error.message, code: error.code.rawValue)
  }
}
