// Schema version 3: claims. Triggers hold the state machine of `TargetStatus` for every program that writes.

extension Schema {
  static let claimsOfVersion3 = """
    ALTER TABLE target ADD COLUMN spectrum_file TEXT;

    -- What is free to claim, in the order in which it is claimed.
    CREATE INDEX target_free ON target (scan DESC, rank) WHERE status IN ('new', 'expired');
    CREATE INDEX target_leased ON target (lease_expires_at) WHERE status = 'claimed';

    CREATE TRIGGER target_status_allowed BEFORE UPDATE OF status ON target
    WHEN OLD.status <> NEW.status AND NOT CASE NEW.status
      WHEN 'claimed' THEN
        OLD.status IN ('new', 'expired') AND (SELECT superseded_by FROM scan WHERE id = NEW.scan) IS NULL
      WHEN 'acquired' THEN
        OLD.status IN ('new', 'expired') OR OLD.status = 'claimed'
          AND (OLD.claimed_by = NEW.status_by OR OLD.lease_expires_at <= NEW.status_at)
      WHEN 'skipped' THEN OLD.status <> 'acquired'
      WHEN 'rejected' THEN OLD.status <> 'acquired'
      WHEN 'expired' THEN OLD.status = 'claimed' AND OLD.lease_expires_at <= NEW.status_at
      WHEN 'new' THEN
        (OLD.status <> 'claimed' OR OLD.claimed_by = NEW.status_by)
          AND (SELECT superseded_by FROM scan WHERE id = NEW.scan) IS NULL
      WHEN 'superseded' THEN
        (OLD.status <> 'claimed' OR OLD.claimed_by = NEW.status_by)
          AND (SELECT superseded_by FROM scan WHERE id = NEW.scan) IS NOT NULL
      END
    BEGIN SELECT RAISE(ABORT, 'the present status of this target does not allow that change'); END;

    CREATE TRIGGER target_status_by_somebody BEFORE UPDATE OF status ON target
    WHEN NEW.status IN ('claimed', 'acquired', 'skipped', 'rejected') AND NEW.status_by IN ('eelscoutd', '')
    BEGIN SELECT RAISE(ABORT, 'status_by must name a person or a script'); END;

    CREATE TRIGGER target_claim_complete BEFORE UPDATE OF status, claimed_by, lease_expires_at ON target
    WHEN NEW.status = 'claimed' AND (
      NEW.claimed_by IS NOT NEW.status_by OR NEW.lease_expires_at IS NULL OR NEW.lease_expires_at <= NEW.status_at)
    BEGIN SELECT RAISE(ABORT, 'a claim needs claimed_by = status_by and lease_expires_at after status_at'); END;

    CREATE TRIGGER target_claim_holds BEFORE UPDATE OF claimed_by, lease_expires_at ON target
    WHEN OLD.status = 'claimed' AND NEW.status = 'claimed' AND OLD.claimed_by IS NOT NEW.claimed_by
      AND OLD.lease_expires_at > NEW.status_at
    BEGIN SELECT RAISE(ABORT, 'somebody else holds this target until the lease ends'); END;

    CREATE TRIGGER target_claim_alone BEFORE UPDATE OF claimed_by ON target
    WHEN NEW.status NOT IN ('claimed', 'expired') AND NEW.claimed_by IS NOT NULL AND OLD.claimed_by IS NULL
    BEGIN SELECT RAISE(ABORT, 'only a claimed target has a claimant'); END;

    CREATE TRIGGER target_claim_taken_over AFTER UPDATE OF claimed_by ON target
    WHEN OLD.status = 'claimed' AND NEW.status = 'claimed' AND OLD.claimed_by <> NEW.claimed_by
    BEGIN
      INSERT INTO target_event (target, at, by, from_status, to_status, why)
      VALUES (NEW.id, NEW.status_at, 'eelscoutd', 'claimed', 'expired', 'the lease of ' || OLD.claimed_by || ' ran out');
      INSERT INTO target_event (target, at, by, from_status, to_status, why)
      VALUES (NEW.id, NEW.status_at, NEW.status_by, 'expired', 'claimed', NEW.status_why);
    END;

    CREATE TRIGGER target_claim_ends AFTER UPDATE OF status ON target
    WHEN NEW.status NOT IN ('claimed', 'expired') AND NEW.claimed_by IS NOT NULL
      OR NEW.status <> 'acquired' AND NEW.spectrum_file IS NOT NULL
    BEGIN
      UPDATE target SET
        claimed_by = CASE WHEN NEW.status IN ('claimed', 'expired') THEN NEW.claimed_by END,
        lease_expires_at = CASE WHEN NEW.status IN ('claimed', 'expired') THEN NEW.lease_expires_at END,
        spectrum_file = CASE WHEN NEW.status = 'acquired' THEN NEW.spectrum_file END
      WHERE id = NEW.id;
    END;

    CREATE TRIGGER target_is_fixed BEFORE UPDATE OF
      id, scan, rank, "row", "column", x_nm, y_nm, x_fraction, y_fraction, width_nm, height_nm, kind, priority, reason,
      dwell_ms, novelty, round_trip_error, scores, predicted_error, predicted_error_low, predicted_error_high,
      created_at ON target
    BEGIN SELECT RAISE(ABORT, 'what a target is does not change; only its status does'); END;

    CREATE TRIGGER target_no_replace BEFORE INSERT ON target
    WHEN EXISTS (SELECT 1 FROM target WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'there is a target of this id'); END;
    """
}
