import sqlite3, sys, time

def moment(later=0):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + later))

database, me = sys.argv[1:3]  # /var/lib/eelscout/eelscout.sqlite night-script
db = sqlite3.connect(database, timeout=60, isolation_level=None)
CLAIM = """UPDATE target SET status = 'claimed', status_by = :me, claimed_by = :me, status_at = :now, lease_expires_at = :until
           WHERE id = (SELECT id FROM claimable_target LIMIT 1) RETURNING id, x_fraction, y_fraction, dwell_ms"""
while rows := db.execute(CLAIM, {"me": me, "now": moment(), "until": moment(600)}).fetchall():
    print(*rows[0], flush=True)  # here the beam goes to (x, y) of the field of view and the spectrum is taken
    try:
        db.execute("UPDATE target SET status = 'acquired', status_by = ?, status_at = ? WHERE id = ?", (me, moment(), rows[0][0]))
    except sqlite3.IntegrityError as refusal:  # a person has skipped or rejected it meanwhile
        print(refusal, file=sys.stderr)
