// Schema version 1: scans, files, targets, the daemon. Once released it never changes; later ones migrate.

extension Schema {
  /// Timestamps are UTC, ISO 8601 with milliseconds, so that text order is time order.
  /// Order of arrival is `scan.id`, never a clock.
  static let tablesOfVersion1 = """
    CREATE TABLE energy_axis (
      id INTEGER PRIMARY KEY,
      unit TEXT NOT NULL,
      -- Channel energies, float64 little-endian.
      energies BLOB NOT NULL CHECK (length(energies) > 0 AND length(energies) % 8 = 0),
      UNIQUE (unit, energies)
    ) STRICT;

    CREATE TABLE scan (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      scan_sha256 TEXT NOT NULL UNIQUE CHECK (length(scan_sha256) = 64 AND scan_sha256 NOT GLOB '*[^0-9a-f]*'),
      "rows" INTEGER NOT NULL CHECK ("rows" > 0),
      "columns" INTEGER NOT NULL CHECK ("columns" > 0),
      pixel_size_nm REAL CHECK (pixel_size_nm > 0),
      rotation_rad REAL,
      dwell_us REAL CHECK (dwell_us >= 0),
      channel_name TEXT,
      instrument_scan_id TEXT,
      acquired_at TEXT,
      voltage_v REAL,
      verdict TEXT NOT NULL CHECK (verdict IN ('in', 'marked', 'refused')),
      reasons TEXT NOT NULL CHECK (json_valid(reasons) AND json_type(reasons) = 'array'),
      model TEXT NOT NULL,
      rules TEXT NOT NULL,
      rules_revision TEXT NOT NULL,
      background_level REAL,
      particle_level REAL,
      latency_ms REAL CHECK (latency_ms >= 0),
      energy_axis INTEGER REFERENCES energy_axis (id),
      spectrum_units TEXT NOT NULL,
      superseded_by INTEGER REFERENCES scan (id),
      created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z')
    ) STRICT;

    -- Every version of every file that was looked at: a scan, or a reason why it is none.
    CREATE TABLE scan_file (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      path BLOB NOT NULL CHECK (length(path) > 0),
      path_text TEXT NOT NULL,
      device INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      size INTEGER NOT NULL CHECK (size >= 0),
      modified_ns INTEGER NOT NULL,
      changed_ns INTEGER NOT NULL,
      scan INTEGER REFERENCES scan (id),
      failure TEXT CHECK (failure IN ('incomplete', 'rejected', 'ignored', 'failed')),
      reason TEXT,
      created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
      CHECK ((scan IS NULL) = (failure IS NOT NULL)),
      CHECK ((failure IS NULL) = (reason IS NULL))
    ) STRICT;
    CREATE INDEX scan_file_path ON scan_file (path, id);
    CREATE INDEX scan_file_scan ON scan_file (scan, id);

    -- The present state of every file that is not ready.
    CREATE TABLE file_state (
      path BLOB NOT NULL PRIMARY KEY CHECK (length(path) > 0),
      path_text TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'incomplete', 'rejected', 'ignored', 'failed')),
      reason TEXT NOT NULL,
      since TEXT NOT NULL CHECK (since GLOB '????-??-??T??:??:??.???Z')
    ) STRICT;

    CREATE TABLE target (
      id TEXT NOT NULL PRIMARY KEY,
      scan INTEGER NOT NULL REFERENCES scan (id),
      rank INTEGER NOT NULL CHECK (rank > 0),
      "row" INTEGER NOT NULL CHECK ("row" >= 0),
      "column" INTEGER NOT NULL CHECK ("column" >= 0),
      x_nm REAL,
      y_nm REAL,
      x_fraction REAL NOT NULL CHECK (x_fraction BETWEEN 0 AND 1),
      y_fraction REAL NOT NULL CHECK (y_fraction BETWEEN 0 AND 1),
      width_nm REAL CHECK (width_nm > 0),
      height_nm REAL CHECK (height_nm > 0),
      kind TEXT NOT NULL,
      priority REAL NOT NULL CHECK (priority BETWEEN 0 AND 1),
      reason TEXT NOT NULL,
      dwell_ms REAL NOT NULL CHECK (dwell_ms > 0),
      novelty REAL,
      round_trip_error REAL,
      -- {"name": {"raw": number, "standardised": number}, …}
      scores TEXT NOT NULL CHECK (json_valid(scores) AND json_type(scores) = 'object'),
      predicted_error REAL CHECK (predicted_error >= 0),
      predicted_error_low REAL CHECK (predicted_error_low >= 0),
      predicted_error_high REAL CHECK (predicted_error_high >= predicted_error_low),
      created_at TEXT NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??.???Z'),
      status TEXT NOT NULL DEFAULT 'new' CHECK (
        status IN ('new', 'claimed', 'acquired', 'skipped', 'rejected', 'expired', 'superseded')),
      -- Who set the status, when and why; whoever changes status sets these three in the same UPDATE.
      status_by TEXT NOT NULL,
      status_at TEXT NOT NULL CHECK (status_at GLOB '????-??-??T??:??:??.???Z'),
      status_why TEXT,
      claimed_by TEXT,
      lease_expires_at TEXT CHECK (lease_expires_at GLOB '????-??-??T??:??:??.???Z'),
      UNIQUE (scan, rank),
      CHECK ((claimed_by IS NULL) = (lease_expires_at IS NULL))
    ) STRICT;
    CREATE INDEX target_status ON target (status, scan, rank);

    CREATE TABLE target_spectrum (
      target TEXT NOT NULL PRIMARY KEY REFERENCES target (id),
      -- Float32 little-endian, one a channel of the scan's energy axis.
      "values" BLOB CHECK (length("values") > 0 AND length("values") % 4 = 0),
      -- Float32 little-endian, row-major.
      round_trip_tile BLOB,
      tile_rows INTEGER,
      tile_columns INTEGER,
      CHECK (round_trip_tile IS NULL OR length(round_trip_tile) = 4 * tile_rows * tile_columns)
    ) STRICT;

    CREATE TABLE daemon_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      state TEXT NOT NULL CHECK (state IN ('ok', 'degraded', 'waiting', 'stopped')),
      status TEXT NOT NULL,
      "action" TEXT,
      see TEXT,
      version TEXT NOT NULL,
      model TEXT NOT NULL,
      rules TEXT NOT NULL,
      rules_revision TEXT NOT NULL,
      started_at TEXT NOT NULL CHECK (started_at GLOB '????-??-??T??:??:??.???Z'),
      heartbeat_at TEXT NOT NULL CHECK (heartbeat_at GLOB '????-??-??T??:??:??.???Z')
    ) STRICT;

    CREATE TABLE journal (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
      kind TEXT NOT NULL,
      message TEXT NOT NULL
    ) STRICT;
    """
}
