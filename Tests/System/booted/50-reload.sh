#!/bin/bash
# Reload takes good rules; bad ones leave the old ones in force
rules=/etc/eelscout/rules/triage/night.toml
write_rules() { printf 'id = "night"\nrevision = %s\nrationale = "test"\n[targets]\nranked = %s\n' "$1" "$2" > $rules; }
write_rules 1 5
ok "reload succeeds" systemctl reload eelscoutd
soon "the new rules are in force" bash -c 'journalctl -b -u eelscoutd | grep -q "night r1 are in force"'
deliver 2
soon "the next scan comes" has_scans 2
is "and has as many targets as they say" 5 "$(eelscout targets --scan 2 --json | jq '[.[] | select(.kind != "anchor")] | length')"
write_rules 2 -3
systemctl reload eelscoutd
soon "bad rules are refused with file and line" journal_has MESSAGE_ID=1c0caa0f0e834ded8c782c923bf3b627
is "the message names them" 1 "$(entries eelscoutd.service '.MESSAGE_ID == "1c0caa0f0e834ded8c782c923bf3b627" and (.MESSAGE | test("night.toml:5: targets.ranked = -3"))')"
deliver 3
soon "scans go on" has_scans 3
is "under the old rules" 5 "$(eelscout targets --scan 3 --json | jq '[.[] | select(.kind != "anchor")] | length')"
is "the daemon was not restarted" 0 "$(property eelscoutd NRestarts)"
rm $rules
systemctl reload eelscoutd
