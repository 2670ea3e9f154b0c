#!/usr/bin/env bash
# The same package under a higher version, to be upgraded to: next_version.sh PACKAGE.deb RESULT.deb
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dpkg-deb --raw-extract "$1" "$work/tree"
sed -i 's/^Version: .*/&+next1/' "$work/tree/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$work/tree" "$2" > /dev/null
