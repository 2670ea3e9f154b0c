#!/bin/bash
# The running units are tight and good neighbours
for unit in eelscoutd.service eelscoutd@EELSCOUT_A.service eelscout-healthcheck.service eelscout-alert@x.service eelscout-console.service; do
  ok "exposure of $unit is at most 1.2" systemd-analyze security --no-pager --threshold=12 "$unit"
  note "$unit: $(systemd-analyze security --no-pager "$unit" | tail -n 1 | sed 's/[^0-9A-Za-z.: ]//g')"
done
is "low weights, a memory cap, first to go when memory is short" "20 20 10 500 2147483648 1610612736 256" \
  "$(for key in CPUWeight IOWeight Nice OOMScoreAdjust MemoryMax MemoryHigh TasksMax; do property eelscoutd $key; done | xargs)"
pid=$(property eelscoutd MainPID)
is "the kernel agrees, for every thread" "500 10" "$(cat /proc/"$pid"/oom_score_adj) $(awk '{print $19}' /proc/"$pid"/task/*/stat | sort -u | xargs)"
is "it has no capability" 0000000000000000 "$(awk '/^Cap(Prm|Eff|Bnd)/ {sum = sum $2} END {print substr(sum, 1, 16)}' /proc/"$pid"/status)"
is "it runs under a seccomp filter and can't gain privileges" "2 1" "$(awk '/^Seccomp:/ {s = $2} /^NoNewPrivs:/ {n = $2} END {print s, n}' /proc/"$pid"/status)"
is "it sees no network but its own loopback" lo "$(nsenter --target "$pid" --net cat /proc/net/dev | awk -F: 'NR > 2 {print $1}' | xargs)"
chmod 0777 /data/acquisition
inside=/proc/$pid/root
fails "it can't write into the acquisition folder, whatever the folder's mode" touch "$inside/data/acquisition/trace"
fails "nor into /etc" touch "$inside/etc/eelscout/trace"
ok "only into its state" bash -c "touch $inside/var/lib/eelscout/trace && rm $inside/var/lib/eelscout/trace"
fails "it can't run another program" "$inside/usr/bin/id"
ok "only itself" "$inside/usr/bin/eelscoutd" --version
chmod 0755 /data/acquisition
ok "the acquisition folder holds what was put there and nothing else" bash -c '! ls -A /data/acquisition | grep -v "^scan_"'
