#!/bin/bash
# The package installs on a Debian without Swift
ok "there is no Swift here" bash -c '! ls /usr/lib/swift /opt/swift /usr/bin/swift 2> /dev/null'
needed "it installs, and every dependency is Debian's own" dpkg --install /in/eelscout.deb
ok "both programs run" bash -c 'eelscout --version && eelscoutd --version'
if [ -e /usr/lib/x86_64-linux-gnu/libswiftCore.so ]; then
  note "SKIPPED: programs without Swift's shared libraries: this package was made for a boot only; make test-system makes the real one"
else
  is "they need nothing of Swift at run time" "" "$(ldd /usr/bin/eelscoutd /usr/bin/eelscout | grep -iE 'swift|foundation|dispatch|not found')"
fi
ok "the user has no shell and no home of its own" bash -c 'getent passwd eelscout | grep -q ":/var/lib/eelscout:.*nologin$"'
is "the state directory is the service's, and its group may look into it" "750 eelscout eelscout" "$(stat -c '%a %U %G' /var/lib/eelscout)"
is "nothing of the daemon starts before it is configured" "inactive disabled" "$(systemctl is-active eelscoutd) $(systemctl is-enabled eelscoutd)"
is "the health check goes with the daemon" "enabled" "$(systemctl is-enabled eelscout-healthcheck.timer)"
ok "systemd finds nothing wrong with the units" systemd-analyze verify --man=no eelscoutd.service eelscout-healthcheck.service \
  eelscout-healthcheck.timer eelscout-alert@x.service eelscout-console.socket eelscout-console.service
is "every message of the catalog is compiled in" "$(grep -c '^-- ' /usr/lib/systemd/catalog/eelscout.catalog)" \
  "$(journalctl --list-catalog 2> /dev/null | grep -c 'EELScout:')"
ok "default rules lie in /etc and both programs find them" eelscout check-rules /usr/share/eelscout/rules/triage
is "rules are configuration files of the package" "/etc/eelscout/rules/triage/default.toml" \
  "$(dpkg-query -W -f '${Conffiles}\n' eelscout | awk '/default.toml/ && /triage/ {print $1}')"
for command in $(eelscout --help | sed -n '/^SUBCOMMANDS:/,/^$/s/^  \([a-z-]*\) .*/\1/p'); do
  ok "eelscout-$command has a manual page" test -e "/usr/share/man/man1/eelscout-$command.1.gz"
done
ok "so have the programs and the configuration" ls /usr/share/man/man{1/eelscout.1,8/eelscoutd.8,5/eelscout.toml.5}.gz
ok "completions are there for bash, zsh and fish" ls /usr/share/bash-completion/completions/eelscout \
  /usr/share/zsh/vendor-completions/_eelscout /usr/share/fish/vendor_completions.d/eelscout.fish
ok "the first-day page is there, with its pictures" bash -c 'grep -o data:image/png /usr/share/doc/eelscout/first-day.html | grep -c . | grep -q "^[2-9][0-9]$"'
note "installed: $(dpkg-query -W -f '${Installed-Size}' eelscout) KiB; the package: $(stat -c %s /in/eelscout.deb) bytes"
