#!/usr/bin/env bash
# Installs the real writers apart from everything else and runs them: run.sh PROGRAMS REQUIREMENTS [CASE...]
# Without a package index it says loudly that it skips.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$1 requirements=$here/$2
shift 2
place=${XDG_CACHE_HOME:-$HOME/.cache}/eelscout/writers
mark=$place/$(sha256sum "$requirements" | cut -c1-16).installed

# Two checkouts may share the place: one installs, the other waits.
mkdir -p "$place"
exec 9>"$place/lock"
flock 9
if [ ! -e "$mark" ]; then
  echo "installing real writers into $place"
  if ! { python3 -m venv "$place" &&
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check --retries 1 --requirement "$requirements"; }; then
    echo "SKIPPED: real writers, because they can't be installed (no package index, or no python3-venv)"
    exit 0
  fi
  touch "$mark"
fi
flock -u 9
exec "$place/bin/python" "$here/writers.py" "$programs" "$@"
