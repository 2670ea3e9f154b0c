#!/bin/bash
# Removing stops everything and keeps the data; purging takes them away
ok "it is removed while it runs" dpkg --remove eelscout
is "nothing of it runs" "" "$(pgrep -l '^eelscoutd?$')"
is "no unit is left" "" "$(systemctl list-units --no-legend --plain --state=active 'eelscout*' | grep -v eelscout-test)"
ok "the database is kept" test -s /var/lib/eelscout/eelscout.sqlite
ok "so is the configuration" test -s /etc/eelscout/eelscout.toml
ok "installed again it finds both" dpkg --install /in/eelscout.deb
ok "and starts" systemctl start eelscoutd
is "with the scans of before" true "$(eelscout scans --json | jq 'length > 3')"
ok "it is purged while it runs" dpkg --purge eelscout
is "nothing of it runs" "" "$(pgrep -l '^eelscoutd?$')"
is "nothing is left" "" "$(ls -d /etc/eelscout /var/lib/eelscout* /usr/share/eelscout /usr/share/doc/eelscout 2> /dev/null)"
is "no link to its units is left" "" "$(find /etc/systemd/system -name 'eelscout*' ! -name eelscout-test.service)"
ok "the acquisition folder is as it was" test -s /data/acquisition/scan_0001.npy
