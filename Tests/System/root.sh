#!/usr/bin/env bash
# Prints the path of a plain Debian 12 that can be booted, making it where there is none: root.sh
# It holds what `packages` names and lies outside the tree; nothing that boots from it can change it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/eelscout
root=$cache/root-$(sha256sum "$here/packages" | cut -c1-16)

mkdir -p "$cache"
# Two checkouts may share the place: one makes it, the other waits.
exec 9>"$cache/root.lock"
flock 9
if [ ! -e "$root/.whole" ]; then
  # The machine's own mirror.
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Codename: bookworm' 'Component: main' | head -n 1)
  [ -n "$mirror" ] || { echo "apt knows no mirror of Debian 12" >&2; exit 1; }
  rm -rf "$root"
  debootstrap --variant=minbase --include="$(paste -sd, "$here/packages")" bookworm "$root" "$mirror" > "$cache/root.log" 2>&1 ||
    { tail -n 5 "$cache/root.log" >&2; exit 1; }
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  touch "$root/.whole"
fi
echo "$root"
