#!/bin/bash
# A stop in the middle of a scan is orderly, and the scan is taken up again
before=$(scans)
cp /in/large/scan_0001.json /data/acquisition/large.json
cp /in/large/scan_0001.npy /data/acquisition/large.npy
soon "a large scan is in hand" bash -c 'eelscout status | grep -q "ranking large.npy"'
soon "its scores lie in four files without names in a /var/tmp of its own" \
  bash -c 'test "$(readlink /proc/$0/fd/* | grep -c "^/var/tmp/.*(deleted)$")" = 4' "$(property eelscoutd MainPID)"
ok "the daemon stops" systemctl stop eelscoutd
is "with exit status 0, by itself" "success 0 1" "$(property eelscoutd Result) $(property eelscoutd ExecMainStatus) $(property eelscoutd ExecMainCode)"
note "from the request to the end: $(( ($(property eelscoutd InactiveEnterTimestampMonotonic) - $(property eelscoutd ActiveExitTimestampMonotonic)) / 1000 )) ms"
is "the scan in hand is not there in part" true "$(eelscout scans --json | jq "length == $before or length == $before + 1")"
note "scans before $before, after the stop $(scans)"
is "the health check's timer went with it" inactive "$(systemctl is-active eelscout-healthcheck.timer)"
ok "it starts again" systemctl start eelscoutd
soon "the scan is taken up again" has_scans $((before + 1))
is "and has its targets once" 1 "$(eelscout scans --json | jq '[.[] | select(.file // "" | test("large.npy"))] | length')"
