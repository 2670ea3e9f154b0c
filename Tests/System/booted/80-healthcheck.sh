#!/bin/bash
# The health check is silent when all is well and calls somebody when not
soon "the daemon is well" bash -c 'eelscout status | grep -q "state: ok"'
ok "the check succeeds" systemctl start eelscout-healthcheck.service
is "and says nothing" "" "$(journalctl -b -o cat -u eelscout-healthcheck.service)"
mkdir -p /run/systemd/system/eelscout-healthcheck.timer.d
printf '[Timer]\nOnActiveSec=\nOnUnitActiveSec=\nOnActiveSec=1s\nAccuracySec=100ms\n' > /run/systemd/system/eelscout-healthcheck.timer.d/test.conf
mv /data/acquisition /data/away
soon "without its folder the daemon waits" bash -c 'eelscout status | grep -q "state: waiting"'
systemctl daemon-reload
systemctl restart eelscout-healthcheck.timer
soon "the timer fires and the check fails" has_property eelscout-healthcheck.service Result exit-code
soon "an alert is raised" journal_has MESSAGE_ID=a0270df81460453186a1daf231327036 EELSCOUT_UNIT=eelscout-healthcheck.service
ok "the journal says what is wrong and what to do" bash -c 'journalctl -b -o cat -u eelscout-healthcheck.service | grep -q "action: "'
systemctl start eelscout-healthcheck.service
soon "a second failure is checked" has_property eelscout-healthcheck.service ActiveState failed
is "and not announced again within the hour" 1 "$(journal MESSAGE_ID=a0270df81460453186a1daf231327036 EELSCOUT_UNIT=eelscout-healthcheck.service | wc -l)"
mv /data/away /data/acquisition
rm -r /run/systemd/system/eelscout-healthcheck.timer.d
systemctl daemon-reload
soon "with the folder back the daemon is well" bash -c 'eelscout status | grep -q "state: ok"'
ok "and the check succeeds" systemctl start eelscout-healthcheck.service
