#!/bin/bash
# An upgrade restarts what runs and keeps what the site wrote
before=$(scans)
pid=$(property eelscoutd MainPID)
sed -i 's/^anchors = 6 /anchors = 7 /; s/^revision = 1/revision = 2/' /etc/eelscout/rules/triage/default.toml
systemctl start eelscoutd@EELSCOUT_T.service
disk=$(property eelscoutd@EELSCOUT_T MainPID)
ok "a later version installs over the running one" dpkg --install /in/eelscout-next.deb
is "the daemon runs again" active "$(systemctl is-active eelscoutd)"
fails "as another process" [ "$pid" = "$(property eelscoutd MainPID)" ]
is "so does the disk's" active "$(systemctl is-active eelscoutd@EELSCOUT_T)"
fails "as another process, too" [ "$disk" = "$(property eelscoutd@EELSCOUT_T MainPID)" ]
is "the timer runs" active "$(systemctl is-active eelscout-healthcheck.timer)"
is "nothing was lost or doubled" "$before" "$(scans)"
ok "the site's rules are kept" grep -q '^anchors = 7 ' /etc/eelscout/rules/triage/default.toml
deliver 6
soon "scans go on" has_scans $((before + 1))
is "under the site's rules" 7 "$(eelscout targets --scan scan_0006.npy --json | jq '[.[] | select(.kind == "anchor")] | length')"
