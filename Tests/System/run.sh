#!/usr/bin/env bash
# Boots a real Debian 12 with a real systemd, installs the package in it and puts questions to it:
# run.sh PACKAGE.deb EELSCOUT [CHECK...]
# EELSCOUT makes the scans; CHECK are names in booted/, all by default. What can't be run here is said loudly.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=$(realpath "$1") eelscout=$(realpath "$2")
shift 2

skip() { echo "SKIPPED: the boot of the package, because $*"; exit 0; }
[ "$(id -u)" = 0 ] || skip "only root can boot a system in a container"
for tool in debootstrap systemd-nspawn unshare dpkg-deb; do
  command -v "$tool" > /dev/null || skip "$tool is not installed"
done
unshare --mount mount -t tmpfs tmpfs /run 2> /dev/null || skip "this machine lets nobody mount anything"
root=$("$here/root.sh") || skip "no root file system could be made (no mirror?)"

work=$(mktemp -d "${TMPDIR:-/tmp}/eelscout-boot.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/out" "$work/in"
cp "$package" "$work/in/eelscout.deb"
"$here/next_version.sh" "$package" "$work/in/eelscout-next.deb"
"$eelscout" simulate session --seed 11 --scans 6 --pixels 96 -o "$work/in/scans" 2> /dev/null
"$eelscout" simulate session --seed 31 --scans 1 --pixels 1100 -o "$work/in/large" 2> /dev/null

# A run directory of its own: nspawn leaves nothing behind on this machine.
timeout -k 10 1800 unshare --mount bash -c 'mount -t tmpfs tmpfs /run && exec "$@"' _ systemd-nspawn --quiet \
  --directory="$root" --volatile=overlay --boot --register=no --keep-unit --private-network --console=pipe \
  --machine=eelscout-test --bind-ro="$work/in:/in" --bind="$work/out:/out" --bind-ro="$here/booted:/booted" \
  --bind-ro="$here/eelscout-test.service:/etc/systemd/system/eelscout-test.service" \
  --setenv=CHECKS="$*" systemd.wants=eelscout-test.service > "$work/console" 2>&1 < /dev/null || true

# Without a report systemd did not come up, before anything of EELScout was there.
[ -s "$work/out/report" ] || { tail -n 5 "$work/console"; skip "no system comes up in a container on this machine"; }
cat "$work/out/report"
if [ ! -e "$work/out/finished" ] || grep -q '^not ok' "$work/out/report"; then
  kept=${XDG_CACHE_HOME:-$HOME/.cache}/eelscout/last-failure
  rm -rf "$kept"; cp -r "$work/out" "$kept"
  echo "test-system: FAILED; the journal and all files of the run lie in $kept"
  exit 1
fi
