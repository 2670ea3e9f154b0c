#!/bin/bash
# Killed or hung, it comes back by itself and repeats nothing
before=$(scans)
pid=$(property eelscoutd MainPID)
kill -KILL "$pid"
soon "after kill -9 another process runs" bash -c "p=\$(systemctl show -P MainPID eelscoutd); [ \$p != 0 ] && [ \$p != $pid ] && systemctl is-active eelscoutd"
is "it was one restart" 1 "$(property eelscoutd NRestarts)"
is "nothing was lost or doubled" "$before" "$(scans)"
soon "the daemon is well" bash -c 'eelscout status | grep -q "state: ok"'

# The unit's 30 s are shortened, so that the test need not wait.
mkdir -p /run/systemd/system/eelscoutd.service.d
printf '[Service]\nWatchdogSec=3\n' > /run/systemd/system/eelscoutd.service.d/test.conf
systemctl daemon-reload
systemctl restart eelscoutd
pid=$(property eelscoutd MainPID)
kill -STOP "$pid"
soon "a hung daemon is ended by the watchdog" bash -c 'journalctl -b -u eelscoutd | grep -q "Watchdog timeout"'
soon "and another one runs" bash -c "p=\$(systemctl show -P MainPID eelscoutd); [ \$p != 0 ] && [ \$p != $pid ] && systemctl is-active eelscoutd"
is "with SIGABRT, so that its stack is kept" 1 "$(journal UNIT=eelscoutd.service | jq -s '[.[] | select(.EXIT_STATUS == "ABRT" or .EXIT_STATUS == "6")] | length')"
rm -r /run/systemd/system/eelscoutd.service.d
systemctl daemon-reload
systemctl reset-failed eelscoutd
systemctl restart eelscoutd
is "nothing was lost or doubled" "$before" "$(scans)"
