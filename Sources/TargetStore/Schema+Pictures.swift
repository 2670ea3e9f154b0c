// Schema version 4: what people look at, where a scan lies in its context, and what a target costs.

extension Schema {
  static let picturesOfVersion4 = """
    -- A scan, or one of its score maps, reduced: one byte a pixel.
    CREATE TABLE scan_picture (
      scan INTEGER NOT NULL REFERENCES scan (id),
      name TEXT NOT NULL CHECK (
        name IN ('scan', 'combined', 'round_trip', 'novelty', 'ensemble', 'predicted_error')),
      "rows" INTEGER NOT NULL CHECK ("rows" > 0),
      "columns" INTEGER NOT NULL CHECK ("columns" > 0),
      -- Pixels of the scan: where the centre of the first pixel lies, and how many lie between two.
      first_row REAL NOT NULL,
      first_column REAL NOT NULL,
      row_step REAL NOT NULL CHECK (row_step > 0),
      column_step REAL NOT NULL CHECK (column_step > 0),
      -- Byte b stands for low + b / 255 · (high − low).
      low REAL NOT NULL,
      high REAL NOT NULL CHECK (high >= low),
      -- Row-major.
      "values" BLOB NOT NULL CHECK (length("values") = "rows" * "columns"),
      PRIMARY KEY (scan, name)
    ) STRICT;

    ALTER TABLE target_spectrum ADD COLUMN spread BLOB CHECK (length(spread) = length("values"));
    ALTER TABLE target_spectrum ADD COLUMN tile BLOB CHECK (length(tile) = 4 * tile_rows * tile_columns);

    -- The training tiles that look most like a target's, the nearest in place 1.
    CREATE TABLE target_neighbour (
      target TEXT NOT NULL REFERENCES target (id),
      place INTEGER NOT NULL CHECK (place > 0),
      distance REAL NOT NULL CHECK (distance >= 0),
      tile_rows INTEGER NOT NULL,
      tile_columns INTEGER NOT NULL,
      -- Float32 little-endian, row-major.
      tile BLOB NOT NULL CHECK (length(tile) = 4 * tile_rows * tile_columns),
      PRIMARY KEY (target, place)
    ) STRICT;

    -- Where the scan lies in a larger one, and the budget it was ranked with: objects, for those who export it.
    ALTER TABLE scan ADD COLUMN geometry TEXT CHECK (
      geometry IS NULL OR json_valid(geometry) AND json_type(geometry) = 'object');
    ALTER TABLE scan ADD COLUMN budget TEXT CHECK (
      budget IS NULL OR json_valid(budget) AND json_type(budget) = 'object');

    ALTER TABLE target ADD COLUMN estimated_seconds REAL CHECK (estimated_seconds >= 0);
    ALTER TABLE target ADD COLUMN dose_e_per_nm2 REAL CHECK (dose_e_per_nm2 >= 0);
    ALTER TABLE target ADD COLUMN visit_order INTEGER CHECK (visit_order > 0);
    ALTER TABLE target ADD COLUMN fits_budget INTEGER CHECK (fits_budget IN (0, 1));

    DROP TRIGGER target_is_fixed;
    CREATE TRIGGER target_is_fixed BEFORE UPDATE OF
      id, scan, rank, "row", "column", x_nm, y_nm, x_fraction, y_fraction, width_nm, height_nm, kind, priority, reason,
      dwell_ms, novelty, round_trip_error, scores, predicted_error, predicted_error_low, predicted_error_high,
      estimated_seconds, dose_e_per_nm2, visit_order, fits_budget, created_at ON target
    BEGIN SELECT RAISE(ABORT, 'what a target is does not change; only its status does'); END;
    """

  /// The columns of the earlier versions in their order, then those that version 4 adds.
  static let viewsOfVersion4 = """
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
      t.claimed_by AS claimed_by, t.lease_expires_at AS lease_expires_at, t.spectrum_file AS spectrum_file,
      t.estimated_seconds AS estimated_seconds, t.dose_e_per_nm2 AS dose_e_per_nm2, t.visit_order AS visit_order,
      t.fits_budget AS fits_budget
    FROM target t JOIN scan s ON s.id = t.scan
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
      s.pruned_at AS pruned_at, s.geometry AS geometry, s.budget AS budget
    FROM scan s;

    CREATE VIEW latest_scan AS
    SELECT * FROM scan_summary WHERE id = (SELECT max(id) FROM scan);
    """ + health
}
