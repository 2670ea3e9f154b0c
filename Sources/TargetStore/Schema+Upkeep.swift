// Schema version 3: what may be pruned and what never is, the record of the upkeep, and the views that show both.

extension Schema {
  static let upkeepOfVersion3 = """
    -- When the scan's list was pruned; the scan itself stays known for ever.
    ALTER TABLE scan ADD COLUMN pruned_at TEXT CHECK (pruned_at GLOB '????-??-??T??:??:??.???Z');

    CREATE TABLE upkeep (
      task TEXT NOT NULL PRIMARY KEY CHECK (task IN ('backup', 'check', 'prune', 'clock')),
      tried_at TEXT NOT NULL CHECK (tried_at GLOB '????-??-??T??:??:??.???Z'),
      -- The last time it went well; NULL when it never did.
      done_at TEXT CHECK (done_at GLOB '????-??-??T??:??:??.???Z'),
      is_well INTEGER NOT NULL CHECK (is_well IN (0, 1)),
      -- What came of the last try, in words.
      finding TEXT NOT NULL
    ) STRICT;

    CREATE TRIGGER scan_pruned_untouched BEFORE UPDATE OF pruned_at ON scan
    WHEN NEW.pruned_at IS NULL OR EXISTS (
      SELECT 1 FROM target t JOIN target_event e ON e.target = t.id WHERE t.scan = OLD.id AND e.by <> 'eelscoutd')
    BEGIN SELECT RAISE(ABORT, 'a list that somebody has touched is never pruned'); END;

    CREATE TRIGGER scan_no_delete BEFORE DELETE ON scan
    BEGIN SELECT RAISE(ABORT, 'a scan stays known for ever'); END;

    CREATE TRIGGER target_no_delete BEFORE DELETE ON target
    WHEN (SELECT pruned_at FROM scan WHERE id = OLD.scan) IS NULL
    BEGIN SELECT RAISE(ABORT, 'targets go only when the list of their scan is pruned'); END;

    -- The log of a list that nobody has touched may go with the list, and nothing else of it ever.
    DROP TRIGGER target_event_no_delete;
    CREATE TRIGGER target_event_no_delete BEFORE DELETE ON target_event
    WHEN (SELECT s.pruned_at FROM target t JOIN scan s ON s.id = t.scan WHERE t.id = OLD.target) IS NULL
    BEGIN SELECT RAISE(ABORT, 'target_event is append-only'); END;
    """

  /// The columns of the earlier versions in their order, then those that version 3 adds.
  static let viewsOfVersion3 = """
    DROP VIEW target_queue;
    CREATE VIEW target_queue AS
    SELECT
      t.id AS id, t.scan AS scan, s.scan_sha256 AS scan_sha256, t.rank AS rank, t.priority AS priority,
      t.kind AS kind, t.reason AS reason, t.status AS status, t."row" AS "row", t."column" AS "column",
      t.x_nm AS x_nm, t.y_nm AS y_nm, t.x_fraction AS x_fraction, t.y_fraction AS y_fraction,
      t.width_nm AS width_nm, t.height_nm AS height_nm, t.dwell_ms AS dwell_ms, t.novelty AS novelty,
      t.round_trip_error AS round_trip_error, t.predicted_error AS predicted_error,
      t.predicted_error_low AS predicted_error_low, t.predicted_error_high AS predicted_error_high,
      s.model AS model, s.rules AS rules, t.created_at AS created_at,
      t.status_by AS status_by, t.status_at AS status_at, t.status_why AS status_why,
      t.claimed_by AS claimed_by, t.lease_expires_at AS lease_expires_at, t.spectrum_file AS spectrum_file
    FROM target t JOIN scan s ON s.id = t.scan
    ORDER BY t.scan DESC, t.rank;

    -- What can be claimed now, in the order in which it should be: newest scan first, then by rank.
    CREATE VIEW claimable_target AS
    SELECT t.id AS id, t.scan AS scan, t.rank AS rank
    FROM target t JOIN scan s ON s.id = t.scan
    WHERE t.status IN ('new', 'expired') AND s.superseded_by IS NULL
    ORDER BY t.scan DESC, t.rank;

    DROP VIEW health;
    DROP VIEW latest_scan;
    DROP VIEW scan_summary;
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
      (SELECT n.scan_sha256 FROM scan n WHERE n.id = s.superseded_by) AS superseded_by,
      s.pruned_at AS pruned_at
    FROM scan s;

    CREATE VIEW latest_scan AS
    SELECT * FROM scan_summary WHERE id = (SELECT max(id) FROM scan);
    """ + health

  /// The same in versions 3 and 4.
  static let health = """


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
      l.id AS last_scan, l.file AS last_file, l.created_at AS last_scan_at, l.latency_ms AS last_latency_ms,
      (SELECT done_at FROM upkeep WHERE task = 'backup') AS last_backup_at,
      (SELECT done_at FROM upkeep WHERE task = 'check') AS last_check_at,
      (SELECT count(*) FROM scan WHERE pruned_at IS NOT NULL) AS pruned_scans
    FROM (SELECT 1) LEFT JOIN daemon_state d ON d.id = 1 LEFT JOIN latest_scan l ON TRUE;
    """
}
