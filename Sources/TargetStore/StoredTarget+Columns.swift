// A target as the view `target_queue` shows it, column by column.

import StrictJSON

extension StoredTarget {
  /// Names and values of the columns of the view, in its order.
  public var columns: [JSONValue.Member] {
    [
      .init("id", .string(id)), .init("scan", .int(scan)), .init("scan_sha256", .string(scanSHA256)),
      .init("rank", .int(rank)), .init("priority", .double(priority)), .init("kind", .string(kind)),
      .init("reason", .string(reason)), .init("status", .string(status.rawValue)), .init("row", .int(row)),
      .init("column", .int(column)), .init("x_nm", JSONValue(xNM)), .init("y_nm", JSONValue(yNM)),
      .init("x_fraction", .double(xFraction)), .init("y_fraction", .double(yFraction)),
      .init("width_nm", JSONValue(widthNM)), .init("height_nm", JSONValue(heightNM)),
      .init("dwell_ms", .double(dwellMS)), .init("novelty", JSONValue(novelty)),
      .init("round_trip_error", JSONValue(roundTripError)), .init("predicted_error", JSONValue(predictedError)),
      .init("predicted_error_low", JSONValue(predictedErrorLow)),
      .init("predicted_error_high", JSONValue(predictedErrorHigh)), .init("model", .string(model)),
      .init("rules", .string(rules)), .init("created_at", .string(createdAt)), .init("status_by", .string(statusBy)),
      .init("status_at", .string(statusAt)), .init("status_why", JSONValue(statusWhy)),
      .init("claimed_by", JSONValue(claimedBy)), .init("lease_expires_at", JSONValue(leaseExpiresAt)),
      .init("spectrum_file", JSONValue(spectrumFile)), .init("estimated_seconds", JSONValue(estimatedSeconds)),
      .init("dose_e_per_nm2", JSONValue(dosePerNM2)), .init("visit_order", JSONValue(visitOrder)),
      .init("fits_budget", JSONValue(fitsBudget)),
    ]
  }

  /// The names of `columns`, for lists that may be empty.
  public static let columnNames = [
    "id", "scan", "scan_sha256", "rank", "priority", "kind", "reason", "status", "row", "column", "x_nm", "y_nm",
    "x_fraction", "y_fraction", "width_nm", "height_nm", "dwell_ms", "novelty", "round_trip_error", "predicted_error",
    "predicted_error_low", "predicted_error_high", "model", "rules", "created_at", "status_by", "status_at",
    "status_why", "claimed_by", "lease_expires_at", "spectrum_file", "estimated_seconds", "dose_e_per_nm2",
    "visit_order", "fits_budget",
  ]
}
