#!/usr/bin/env bash
# Puts the udev rule to real file systems on a loop device: which label starts which instance.
# `udevadm test` reads all rules of the machine with ours among them and changes nothing.
set -euo pipefail
rule=$(realpath "$(dirname "$0")/../../rules/udev/60-eelscout-acquisition.rules")
skip() { echo "SKIPPED: the udev rule on a loop device, because $*"; exit 0; }
[ "$(id -u)" = 0 ] || skip "only root can use loop devices"
for tool in udevadm losetup mkfs.ext4; do command -v "$tool" > /dev/null || skip "$tool is not installed"; done
image=$(mktemp); truncate -s 4M "$image"
device=$(losetup --show --find "$image" 2> /dev/null) || { rm "$image"; skip "there is no loop device"; }
losetup --detach "$device"
mkdir -p /run/udev/rules.d
ln -sf "$rule" /run/udev/rules.d/
trap 'rm -f "$image" "/run/udev/rules.d/${rule##*/}"; losetup --detach "$device" 2> /dev/null || true' EXIT

count=0 failures=0
# label LABEL EXPECTED [ACTION]: what systemd would be told to start.
label() {
  mkfs.ext4 -q -F -L "$1" "$image"
  device=$(losetup --show --find "$image")
  local wants
  wants=$(udevadm test --action="${3:-add}" "/sys/block/${device#/dev/}" 2> /dev/null | sed -n 's/^SYSTEMD_WANTS=//p')
  losetup --detach "$device"
  count=$((count + 1))
  if [ "$wants" = "$2" ]; then
    echo "ok $count - udev: a file system labelled '$1' ${3:+(${3}) }starts ${2:-nothing}"
  else
    echo "not ok $count - udev: '$1' should start ${2:-nothing}, not ${wants:-nothing}"
    failures=$((failures + 1))
  fi
}
label EELSCOUT_A eelscoutd@EELSCOUT_A.service
label EELSCOUT_2026_b eelscoutd@EELSCOUT_2026_b.service
label EELSCOUT_A eelscoutd@EELSCOUT_A.service change
label EELSCOUT_ ""
label DATA ""
label "EELSCOUT_A B" ""
label "EELSCOUT_../x" ""
label "EELSCOUT_x@y" ""
label EELSCOUT_A "" remove
[ "$failures" = 0 ]
