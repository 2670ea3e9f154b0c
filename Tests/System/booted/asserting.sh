# Assertions that report in TAP: a description, then the command that must succeed.
count=0 failures=0

report() {
  count=$((count + 1))
  if [ "$1" = 0 ]; then echo "ok $count - $2"; return; fi
  failures=$((failures + 1))
  echo "not ok $count - $2"
  sed 's/^/#   /' <<< "$3" | head -n 30
}

# ok DESCRIPTION COMMAND…
ok() {
  local what=$1 said status=0
  shift
  said=$("$@" 2>&1) || status=1
  report "$status" "$what" "$* said: $said"
}

# needed DESCRIPTION COMMAND…: without it nothing else can be checked.
needed() {
  local before=$failures
  ok "$@"
  [ "$failures" = "$before" ] || { echo "Bail out! $1"; exit 1; }
}

# fails DESCRIPTION COMMAND…
fails() {
  local what=$1 said status=1
  shift
  said=$("$@" 2>&1) || status=0
  report "$status" "$what" "$* succeeded: $said"
}

# is DESCRIPTION EXPECTED ACTUAL
is() {
  local status=0
  [ "$2" = "$3" ] || status=1
  report "$status" "$1" "expected: $2"$'\n'"found:    $3"
}

# note DESCRIPTION: a figure that is told and not judged.
note() { echo "# $1"; }

# soon DESCRIPTION COMMAND…: within 5 minutes; nothing is faster for a shorter limit.
soon() {
  local what=$1 said status=1 until=$((SECONDS + 300))
  shift
  while [ "$status" != 0 ] && [ $SECONDS -lt $until ]; do
    if said=$("$@" 2>&1); then status=0; else sleep 0.1; fi
  done
  report "$status" "$what" "$* said: $said"
}

# Properties of units, and what the journal holds.
property() { systemctl show -P "$2" "$1"; }
has_property() { [ "$(property "$1" "$2")" = "$3" ]; }
# journal FILTER… : entries of this boot as JSON, one a line.
journal() { journalctl -b -o json --no-pager "$@"; }
journal_has() { [ -n "$(journal "$@" | head -c 1)" ]; }
# entries UNIT JQ-CONDITION: how many entries of a unit's processes meet it.
entries() { journal "_SYSTEMD_UNIT=$1" | jq -s "[.[] | select($2)] | length"; }

scans() { eelscout scans --json "$@" | jq length; }
has_scans() { [ "$(scans "${@:2}")" = "$1" ]; }
# deliver N: puts a simulated scan with its sidecar into the watched folder, the sidecar first.
deliver() {
  local name
  name=$(printf 'scan_%04d' "$1")
  cp "/in/scans/$name.json" "/in/scans/$name.npy" "${2:-/data/acquisition}"
}
as() { runuser -u "$1" -- "${@:2}"; }
