#!/bin/bash
# The operators' page comes with the first browser, as a user of its own, and can do nothing but mark targets
database=/var/lib/eelscout/eelscout.sqlite
# ask METHOD PATH [BODY [HEADER]]: the answer of the page, head and all.
ask() {
  local body=${3:-}
  exec 7<> /dev/tcp/127.0.0.1/8770 || return 1
  printf '%s %s HTTP/1.1\r\nHost: localhost:8770\r\nConnection: close\r\nContent-Type: application/json\r\n%sContent-Length: %s\r\n\r\n%s' \
    "$1" "$2" "${4:+$4$'\r\n'}" "${#body}" "$body" >&7
  cat <&7
  exec 7>&-
}
answers() { ask "${@:2}" | head -n 1 | grep -q " $1 "; }
target=$(eelscout targets --status new --top 1 --json | jq -r '.[0].id')
mark() { ask POST "/api/targets/$target/mark" "{\"mark\": \"$1\", \"by\": \"alice\"}" "EELScout-Console: 1"; }
marks() { mark "$1" | grep -q "\"$2\""; }
says() { [ "$(ask GET /api/health | tail -n 1 | jq -r .state)" = "$1" ]; }
explains() { journalctl -b -u eelscout-console | grep -q -e --token-file; }
status_of() { eelscout targets --json | jq -r ".[] | select(.id == \"$target\") | .status"; }

is "nobody has enabled it" "inactive disabled" "$(systemctl is-active eelscout-console.socket) $(systemctl is-enabled eelscout-console.socket 2> /dev/null)"
ok "its address is enabled" systemctl enable --now eelscout-console.socket
is "the page itself waits for somebody" inactive "$(systemctl is-active eelscout-console)"
soon "the first browser gets the page" answers 200 GET /
is "the console runs, as a user of its own" "active eelscout-console" \
  "$(systemctl is-active eelscout-console) $(ps -o user:20= -p "$(property eelscout-console MainPID)" | xargs)"
is "it shows the newest scan" "$(eelscout scans --json | jq '.[0].id')" "$(ask GET /api/scans/latest | tail -n 1 | jq .scan.id)"
ok "with its picture" answers 200 GET "/api/scans/$(eelscout scans --json | jq '[.[] | select(.verdict != "refused")][0].id')/pictures/scan"
ok "a claim by an operator reaches the database" marks claim claimed
is "under the operator's name" claimed "$(status_of)"
ok "and is taken back" marks release new
ok "a foreign page can't do that" answers 403 POST "/api/targets/$target/mark" '{"mark": "reject", "by": "mallory"}' "Origin: http://evil.example"
is "nothing was changed by it" new "$(status_of)"

pid=$(property eelscout-console MainPID)
is "it is under a filter, without privileges and capabilities" "2 1 0000000000000000" \
  "$(awk '/^Seccomp:/ {s = $2} /^NoNewPrivs:/ {n = $2} /^CapEff:/ {c = $2} END {print s, n, c}' /proc/"$pid"/status)"
is "it sees no network but a loopback of its own" lo "$(nsenter --target "$pid" --net cat /proc/net/dev | awk -F: 'NR > 2 {print $1}' | xargs)"
inside=/proc/$pid/root
console() { runuser -u eelscout-console -- "$@"; }
fails "it can't write into the acquisition folder" touch "$inside/data/acquisition/trace"
fails "nor into /etc" touch "$inside/etc/eelscout/trace"
fails "nor make a file beside the database" console touch /var/lib/eelscout/trace
fails "nor remove the database" console rm -f $database
fails "it can't run another program" "$inside/usr/bin/id"

systemctl stop eelscoutd
ok "the page is there while the daemon is stopped" answers 200 GET /api/scans/latest
ok "and says so" says stopped
systemctl start eelscoutd
soon "and says when it works again" says ok
is "reading left nothing behind" "" "$(find /var/lib/eelscout ! -user eelscout)"

mkdir -p /etc/systemd/system/eelscout-console.socket.d
printf '[Socket]\nListenStream=\nListenStream=0.0.0.0:8770\nIPAddressAllow=any\n' > /etc/systemd/system/eelscout-console.socket.d/address.conf
systemctl stop eelscout-console.socket eelscout-console
systemctl daemon-reload
systemctl start eelscout-console.socket
ask GET / > /dev/null 2>&1 &
soon "an address for everybody without a token is refused with status 78" has_property eelscout-console ExecMainStatus 78
wait $!
ok "and the journal says what to do" explains
rm -r /etc/systemd/system/eelscout-console.socket.d
systemctl daemon-reload
systemctl reset-failed eelscout-console.service eelscout-console.socket 2> /dev/null
systemctl restart eelscout-console.socket
soon "on this machine's own address it is there again" answers 200 GET /
