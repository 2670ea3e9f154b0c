#!/bin/bash
# The examples for a site's own alerts work inside the alert's sandbox
examples=/usr/share/doc/eelscout/examples
alert_with() { # EXAMPLE INSTANCE
  mkdir -p /run/systemd/system/eelscout-alert@.service.d
  cp "$examples/$1" /run/systemd/system/eelscout-alert@.service.d/
  systemctl daemon-reload
  systemctl start "eelscout-alert@$2.service"
  local status=$?
  rm -r /run/systemd/system/eelscout-alert@.service.d
  systemctl daemon-reload
  return $status
}
printf '#!/bin/sh\ncat > /var/spool/eelscout-mail\n' > /usr/sbin/sendmail
chmod +x /usr/sbin/sendmail
ok "an alert by mail is handed to sendmail" alert_with alert-mail.conf eelscoutd.service
is "with the unit's name" "Subject: EELScout on $(hostname): eelscoutd.service needs a person" "$(grep ^Subject: /var/spool/eelscout-mail)"
is "and what it said last" 20 "$(grep -c ' eelscoutd\[\| systemd\[' /var/spool/eelscout-mail)"
ok "an alert on terminals is handed to wall" alert_with alert-wall.conf wall.service
rm /usr/sbin/sendmail /var/spool/eelscout-mail
