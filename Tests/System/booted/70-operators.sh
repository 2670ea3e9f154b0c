#!/bin/bash
# Members of the group read and claim, and can do nothing else
useradd --groups eelscout alice
useradd bob
database=/var/lib/eelscout/eelscout.sqlite
ok "an operator reads while the daemon runs" as alice eelscout targets --json
is "and sees what is there" "$(scans)" "$(as alice eelscout scans --json | jq length)"
fails "somebody else does not" as bob eelscout targets
fails "an operator can't make a file in the state directory" as alice touch /var/lib/eelscout/trace
fails "nor remove the database" as alice rm -f $database
fails "nor put another in its place" as alice bash -c "cp $database /tmp/copy && mv /tmp/copy $database"
fails "nor change the configuration or the rules" as alice bash -c 'echo >> /etc/eelscout/eelscout.toml || echo >> /etc/eelscout/rules/triage/default.toml'
fails "nor signal the daemon" as alice kill -HUP "$(property eelscoutd MainPID)"
if eelscout --help | grep -q '^  claim '; then
  ok "an operator claims a target while the daemon runs" as alice eelscout claim --by alice --json
  is "and it is claimed" true "$(eelscout targets --json | jq 'any(.status == "claimed")')"
  fails "somebody else does not" as bob eelscout claim --by bob
else
  note "SKIPPED: claims by an operator: this eelscout has no command claim"
fi
systemctl stop eelscoutd
ok "an operator reads while the daemon is stopped" as alice eelscout targets --json
is "and sees the same" "$(scans)" "$(as alice eelscout scans --json | jq length)"
is "reading left nothing behind" "" "$(find /var/lib/eelscout ! -user eelscout)"
systemctl start eelscoutd
is "the daemon works on" active "$(systemctl is-active eelscoutd)"
