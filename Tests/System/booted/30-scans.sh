#!/bin/bash
# It starts, says READY, and scans become targets and journal entries
printf '[watch]\nfolders = ["/data/acquisition"]\nquiet_seconds = 0.5\n' > /etc/eelscout/eelscout.toml
ok "a start succeeds only when the daemon has said READY" systemctl enable --now eelscoutd
is "it is active" active "$(systemctl is-active eelscoutd)"
ok "its status line comes from the daemon" test -n "$(property eelscoutd StatusText)"
note "from the start to READY: $(( ($(property eelscoutd ActiveEnterTimestampMonotonic) - $(property eelscoutd InactiveExitTimestampMonotonic)) / 1000 )) ms"
is "the health check's timer came with it" active "$(systemctl is-active eelscout-healthcheck.timer)"
deliver 1
soon "a scan in the folder becomes a row" has_scans 1
is "with ranked targets" true "$(eelscout targets --scan 1 --json | jq 'length >= 20 and (map(.rank) == [range(1; length + 1)])')"
is "one info line a scan, with its fields" 1 "$(entries eelscoutd.service \
  '.PRIORITY == "6" and .EELSCOUT_SCAN != null and .EELSCOUT_TARGETS != null and .EELSCOUT_LATENCY_MS != null and .EELSCOUT_MODEL != null and .EELSCOUT_FILE != null and .CODE_LINE != null')"
head -c 5000 /in/scans/scan_0002.npy > /data/acquisition/half.npy
printf 'no array\n%.0s' {1..2000} > /data/acquisition/text.npy
soon "a file that is no scan is rejected with a message of its own" journal_has MESSAGE_ID=cad916bb2b464712bd9310b3f64fb642
soon "journalctl -x explains it" bash -c 'journalctl -b -x -u eelscoutd | grep -q "Remedy: Look at it with: eelscout inspect FILE"'
is "the status names both files" "half.npy incomplete text.npy rejected" \
  "$(eelscout status --json | jq -r '[.files[] | select(.state != "ignored") | (.path | split("/") | last) + " " + .state] | sort | join(" ")')"
is "every warning and above has a message id" 0 "$(entries eelscoutd.service '(.PRIORITY | tonumber) <= 4 and .MESSAGE_ID == null')"
is "and nothing is said past the journal's own protocol" 0 "$(entries eelscoutd.service '._TRANSPORT != "journal"')"
rm /data/acquisition/half.npy /data/acquisition/text.npy
