#!/bin/bash
# A hot-plugged disk has an instance of its own as long as it is mounted
# In place of a disk a file system in memory: a container has no udev; udev.sh checks the rule on a loop device.
sed 's/^What=.*/What=tmpfs\nType=tmpfs/; /^Where=/s/EELSCOUT_A/EELSCOUT_T/' /usr/share/doc/eelscout/examples/acquisition-disk.mount \
  > /etc/systemd/system/media-eelscout-EELSCOUT_T.mount
systemctl daemon-reload
state=/var/lib/eelscout-EELSCOUT_T
ok "the instance starts" systemctl start eelscoutd@EELSCOUT_T.service
is "and its disk with it" active "$(systemctl is-active media-eelscout-EELSCOUT_T.mount)"
is "its state is its own" "750 eelscout eelscout" "$(stat -c '%a %U %G' $state)"
deliver 4 /media/eelscout/EELSCOUT_T
soon "a scan on the disk becomes a row of its database" has_scans 1 --state $state
is "and of no other" false "$(eelscout scans --json | jq 'any(.file | test("EELSCOUT_T"))')"
fails "it can't write on the disk" touch "/proc/$(property eelscoutd@EELSCOUT_T MainPID)/root/media/eelscout/EELSCOUT_T/trace"
fails "nor into the other daemon's state" touch "/proc/$(property eelscoutd@EELSCOUT_T MainPID)/root/var/lib/eelscout/trace"
ok "unmounting is possible while it runs" umount /media/eelscout/EELSCOUT_T
soon "and stops it" has_property eelscoutd@EELSCOUT_T ActiveState inactive
is "without a failure" success "$(property eelscoutd@EELSCOUT_T Result)"
is "the other daemon works on" active "$(systemctl is-active eelscoutd)"
fails "a disk that the site does not name starts nothing" systemctl start eelscoutd@EELSCOUT_X.service
