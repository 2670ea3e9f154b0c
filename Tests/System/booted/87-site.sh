#!/bin/bash
# The examples for a site's own folders: somebody's home, metrics for node_exporter
examples=/usr/share/doc/eelscout/examples
drop_ins=/run/systemd/system/eelscoutd.service.d
metrics=/var/lib/prometheus/node-exporter
before=$(scans)
mkdir -p $drop_ins $metrics /home/microscope/session /home/other
chown eelscout $metrics
cp $examples/folder-under-home.conf $examples/metrics.conf $drop_ins/
printf '[watch]\nfolders = ["/data/acquisition", "/home/microscope/session"]\nquiet_seconds = 0.5\n' > /etc/eelscout/eelscout.toml
systemctl daemon-reload
ok "the daemon starts with both" systemctl restart eelscoutd
deliver 5 /home/microscope/session
soon "a scan in a home becomes a row" has_scans $((before + 1))
inside=/proc/$(property eelscoutd MainPID)/root
is "no other home is to be seen" microscope "$(ls "$inside/home")"
fails "and that one can't be written" touch "$inside/home/microscope/session/trace"
soon "metrics come where node_exporter looks" grep -q '^eelscout_up_timestamp_seconds' $metrics/eelscout.prom
is "with all names that the alerts ask for; that of a backup comes with the first" "" "$(grep -o 'eelscout_[a-z_]*[a-z]' /usr/share/eelscout/alerts/eelscout.yml | sort -u | grep -v last_backup |
  while read -r name; do grep -q "^$name" $metrics/eelscout.prom || echo "$name"; done)"
ok "exposure is still at most 1.2" systemd-analyze security --no-pager --threshold=12 eelscoutd.service
rm -r $drop_ins
printf '[watch]\nfolders = ["/data/acquisition"]\nquiet_seconds = 0.5\n' > /etc/eelscout/eelscout.toml
systemctl daemon-reload
systemctl restart eelscoutd
