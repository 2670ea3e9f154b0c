#!/bin/bash
# A configuration that can't be used stops the start once, and calls somebody
printf '[watch]\nfolders = ["/data/acquisition"]\nquiet_secnods = 1\n' > /etc/eelscout/eelscout.toml
fails "the start fails" systemctl start eelscoutd
soon "for good" has_property eelscoutd ActiveState failed
is "with exit status 78" 78 "$(property eelscoutd ExecMainStatus)"
is "and without another try" 0 "$(property eelscoutd NRestarts)"
is "the message names file and line" 1 "$(entries eelscoutd.service \
  '.MESSAGE_ID == "3dd58b1665d546baa452bbdba69011cd" and (.MESSAGE | test("eelscout.toml:3.*quiet_secnods"))')"
soon "journalctl -x explains it" bash -c 'journalctl -b -x -u eelscoutd | grep -q "Remedy: Correct the line, then: systemctl restart"'
soon "an alert is raised" journal_has MESSAGE_ID=a0270df81460453186a1daf231327036 EELSCOUT_UNIT=eelscoutd.service PRIORITY=1
soon "journalctl -x explains the alert with the unit's name" bash -c \
  'journalctl -b -x MESSAGE_ID=a0270df81460453186a1daf231327036 | grep -q "The unit eelscoutd.service failed"'
systemctl reset-failed
rm /etc/eelscout/eelscout.toml
fails "without any folder to watch it does not start either" systemctl start eelscoutd
soon "with the same status" has_property eelscoutd ExecMainStatus 78
systemctl reset-failed
