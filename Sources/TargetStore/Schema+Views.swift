// Schema version 1: the views that other programs rely on. Their columns are a promise: adding is free.

extension Schema {
  static let viewsOfVersion1 = """
    CREATE VIEW target_queue AS
    SELECT
      t.id AS id, t.scan AS scan, s.scan_sha256 AS scan_sha256, t.rank AS rank, t.priority AS priority,
      t.kind AS kind, t.reason AS reason, t.status AS status, t."row" AS "row", t."column" AS "column",
      t.x_nm AS x_nm, t.y_nm AS y_nm, t.x_fraction AS x_fraction, t.y_fraction AS y_fraction,
      t.width_nm AS width_nm, t.height_nm AS height_nm, t.dwell_ms AS dwell_ms, t.novelty AS novelty,
      t.round_trip_error AS round_trip_error, t.predicted_error AS predicted_error,
      t.predicted_error_low AS predicted_error_low, t.predicted_error_high AS predicted_error_high,
      s.model AS model, s.rules AS rules, t.created_at AS created_at
    FROM target t JOIN scan s ON s.id = t.scan
    ORDER BY t.scan DESC, t.rank;

    CREATE VIEW scan_summary AS
    SELECT
      s.id AS id, s.scan_sha256 AS scan_sha256,
      (SELECT f.path_text FROM scan_file f WHERE f.scan = s.id ORDER BY f.id DESC LIMIT 1) AS file,
      json_array(s."rows", s."columns") AS shape, s."rows" AS "rows", s."columns" AS "columns",
      s.pixel_size_nm AS pixel_size_nm, s.rotation_rad AS rotation_rad, s.dwell_us AS dwell_us,
      s.channel_name AS channel_name, s.instrument_scan_id AS instrument_scan_id, s.acquired_at AS acquired_at,
      s.voltage_v AS voltage_v, s.verdict AS verdict, s.reasons AS reasons,
      (SELECT count(*) FROM target t WHERE t.scan = s.id) AS targets,
      s.model AS model, s.rules AS rules, s.rules_revision AS rules_revision,
      s.background_level AS background_level, s.particle_level AS particle_level,
      s.created_at AS created_at, s.latency_ms AS latency_ms,
      (SELECT n.scan_sha256 FROM scan n WHERE n.id = s.superseded_by) AS superseded_by
    FROM scan s;

    CREATE VIEW latest_scan AS
    SELECT * FROM scan_summary WHERE id = (SELECT max(id) FROM scan);

    CREATE VIEW health AS
    SELECT
      coalesce(d.state, 'stopped') AS state,
      coalesce(d.status, 'no daemon has worked on this database yet') AS status,
      d."action" AS "action", d.see AS see, d.started_at AS started_at, d.heartbeat_at AS heartbeat_at,
      d.version AS version, d.model AS model, d.rules AS rules,
      (SELECT count(*) FROM scan) AS scans,
      (SELECT count(*) FROM scan WHERE verdict = 'refused') AS refused_scans,
      (SELECT count(*) FROM scan WHERE verdict = 'marked') AS marked_scans,
      (SELECT count(*) FROM target) AS targets,
      (SELECT count(*) FROM target WHERE status = 'new') AS new_targets,
      (SELECT count(*) FROM file_state WHERE state = 'waiting') AS waiting_files,
      (SELECT count(*) FROM file_state WHERE state = 'incomplete') AS incomplete_files,
      (SELECT count(*) FROM file_state WHERE state = 'rejected') AS rejected_files,
      (SELECT count(*) FROM file_state WHERE state = 'ignored') AS ignored_files,
      (SELECT count(*) FROM file_state WHERE state = 'failed') AS failed_files,
      l.id AS last_scan, l.file AS last_file, l.created_at AS last_scan_at, l.latency_ms AS last_latency_ms
    FROM (SELECT 1) LEFT JOIN daemon_state d ON d.id = 1 LEFT JOIN latest_scan l ON TRUE;
    """
}
