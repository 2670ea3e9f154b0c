// Rows of the views → records.

internal import GRDB
import StrictJSON

extension StoredTarget {
  init(row: Row) throws {
    self.init(
      id: try row.value("id"), scan: try row.value("scan"), scanSHA256: try row.value("scan_sha256"),
      rank: try row.value("rank"), priority: try row.value("priority"), kind: try row.value("kind"),
      reason: try row.value("reason"), status: try row.word("status"), row: try row.value("row"),
      column: try row.value("column"), xNM: try row.optional("x_nm"), yNM: try row.optional("y_nm"),
      xFraction: try row.value("x_fraction"), yFraction: try row.value("y_fraction"),
      widthNM: try row.optional("width_nm"), heightNM: try row.optional("height_nm"),
      dwellMS: try row.value("dwell_ms"), novelty: try row.optional("novelty"),
      roundTripError: try row.optional("round_trip_error"), predictedError: try row.optional("predicted_error"),
      predictedErrorLow: try row.optional("predicted_error_low"),
      predictedErrorHigh: try row.optional("predicted_error_high"), model: try row.value("model"),
      rules: try row.value("rules"), createdAt: try row.value("created_at"), statusBy: try row.value("status_by"),
      statusAt: try row.value("status_at"), statusWhy: try row.optional("status_why"),
      claimedBy: try row.optional("claimed_by"), leaseExpiresAt: try row.optional("lease_expires_at"),
      spectrumFile: try row.optional("spectrum_file"), estimatedSeconds: try row.optional("estimated_seconds"),
      dosePerNM2: try row.optional("dose_e_per_nm2"), visitOrder: try row.optional("visit_order"),
      fitsBudget: try row.optional("fits_budget"))
  }
}

extension TargetEvent {
  init(row: Row) throws {
    let from: String? = try row.optional("from_status")
    self.init(
      at: try row.value("at"), by: try row.value("by"), from: from.flatMap(TargetStatus.init(rawValue:)),
      to: try row.word("to_status"), why: try row.optional("why"))
  }
}

extension ScanSummary {
  init(row: Row) throws {
    let reasons: String = try row.value("reasons")
    self.init(
      id: try row.value("id"), scanSHA256: try row.value("scan_sha256"), file: try row.optional("file") ?? "",
      rows: try row.value("rows"), columns: try row.value("columns"), pixelSizeNM: try row.optional("pixel_size_nm"),
      rotationRad: try row.optional("rotation_rad"), dwellUS: try row.optional("dwell_us"),
      channelName: try row.optional("channel_name"), instrumentScanID: try row.optional("instrument_scan_id"),
      acquiredAt: try row.optional("acquired_at"), voltageV: try row.optional("voltage_v"),
      verdict: try row.word("verdict"),
      reasons: try JSONValue.parse(reasons.utf8).array?.compactMap(\.string) ?? [], targets: try row.value("targets"),
      model: try row.value("model"), rules: try row.value("rules"), rulesRevision: try row.value("rules_revision"),
      backgroundLevel: try row.optional("background_level"), particleLevel: try row.optional("particle_level"),
      createdAt: try row.value("created_at"), latencyMS: try row.optional("latency_ms"),
      supersededBy: try row.optional("superseded_by"), prunedAt: try row.optional("pruned_at"),
      geometry: try row.optional("geometry"), budget: try row.optional("budget"))
  }
}

extension StoreHealth {
  init(row: Row, isDaemonRunning: Bool?, lastScan: ScanSummary?) throws {
    self.init(
      report: DaemonReport(
        state: try row.word("state"), status: try row.value("status"), action: try row.optional("action"),
        see: try row.optional("see")),
      isDaemonRunning: isDaemonRunning, startedAt: try row.optional("started_at"),
      heartbeatAt: try row.optional("heartbeat_at"), version: try row.optional("version"),
      model: try row.optional("model"), rules: try row.optional("rules"), counts: try StoreCounts(row: row),
      lastScan: lastScan, lastBackupAt: try row.optional("last_backup_at"),
      lastCheckAt: try row.optional("last_check_at"), prunedScans: try row.value("pruned_scans"))
  }
}

extension StoreCounts {
  init(row: Row) throws {
    self.init(
      scans: try row.value("scans"), refusedScans: try row.value("refused_scans"),
      markedScans: try row.value("marked_scans"), targets: try row.value("targets"),
      newTargets: try row.value("new_targets"), waitingFiles: try row.value("waiting_files"),
      incompleteFiles: try row.value("incomplete_files"), rejectedFiles: try row.value("rejected_files"),
      ignoredFiles: try row.value("ignored_files"), failedFiles: try row.value("failed_files"))
  }
}
