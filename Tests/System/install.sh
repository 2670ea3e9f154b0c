#!/usr/bin/env bash
# `make install` and `make uninstall` into another place: install.sh PROGRAMS (built before)
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d "${TMPDIR:-/tmp}/eelscout-install.XXXXXX")
trap 'rm -rf "$work"' EXIT
place=(DESTDIR="$work" PREFIX=/opt/eelscout STATIC_BIN="$1" DOCUMENTATION="$work.documentation" --no-print-directory)

count=0 failures=0
is() {
  count=$((count + 1))
  if [ "$2" = "$3" ]; then echo "ok $count - install: $1"; return; fi
  failures=$((failures + 1))
  echo "not ok $count - install: $1"; echo "#   expected: $2"; echo "#   found:    $3"
}

make "${place[@]}" lay-out > /dev/null
is "units name the programs at their place" "$(ls systemd/eelscoutd*.service | wc -l)" \
  "$(grep -l '^ExecStart=/opt/eelscout/bin/eelscoutd' "$work"/opt/eelscout/lib/systemd/system/*.service | wc -l)"
is "and nowhere else" "" "$(grep -rl /usr/bin/eelscout "$work"/opt/eelscout/lib || true)"
is "the programs find their model beside themselves" 0 \
  "$("$work/opt/eelscout/bin/eelscoutd" --check-config --watch /var --rules rules/triage --state /tmp > /dev/null 2>&1; echo $?)"
is "every page is a manual page" "" "$(find "$work/opt/eelscout/share/man" -type f -empty)"
make "${place[@]}" uninstall > /dev/null
is "uninstalling leaves the configuration only" "$(cd "$work/etc" && find . -type f | sort)" "$(cd "$work" && find etc opt ! -type d -printf './%P\n' | sort)"
rm -rf "$work.documentation"
echo "1..$count"
[ "$failures" = 0 ]
