// Schema version 1: the audit log, which writes itself and can't be rewritten.

extension Schema {
  /// Triggers fill `target_event`, so that no program that changes a status can forget to.
  static let eventsOfVersion1 = """
    CREATE TABLE target_event (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      target TEXT NOT NULL REFERENCES target (id),
      at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
      by TEXT NOT NULL CHECK (by <> ''),
      from_status TEXT,
      to_status TEXT NOT NULL,
      why TEXT
    ) STRICT;
    CREATE INDEX target_event_target ON target_event (target, id);

    CREATE TRIGGER target_event_no_update BEFORE UPDATE ON target_event
    BEGIN SELECT RAISE(ABORT, 'target_event is append-only'); END;

    CREATE TRIGGER target_event_no_delete BEFORE DELETE ON target_event
    BEGIN SELECT RAISE(ABORT, 'target_event is append-only'); END;

    -- INSERT OR REPLACE deletes without firing the trigger above unless recursive triggers are on.
    CREATE TRIGGER target_event_no_replace BEFORE INSERT ON target_event
    WHEN EXISTS (SELECT 1 FROM target_event WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'target_event is append-only'); END;

    CREATE TRIGGER target_created AFTER INSERT ON target
    BEGIN
      INSERT INTO target_event (target, at, by, from_status, to_status, why)
      VALUES (NEW.id, NEW.status_at, NEW.status_by, NULL, NEW.status, NEW.status_why);
    END;

    CREATE TRIGGER target_status_changed AFTER UPDATE OF status ON target
    WHEN OLD.status <> NEW.status
    BEGIN
      INSERT INTO target_event (target, at, by, from_status, to_status, why)
      VALUES (NEW.id, NEW.status_at, NEW.status_by, OLD.status, NEW.status, NEW.status_why);
    END;
    """
}
