# How the project is laid out on a machine, and how that becomes a Debian package. Included by the Makefile.
.PHONY: static documentation lay-out install uninstall deb lint-deb

PREFIX ?= /usr
SYSCONFDIR ?= /etc
UNITS ?= $(PREFIX)/lib/systemd/system
UDEV_RULES ?= $(PREFIX)/lib/udev/rules.d
ZSH_COMPLETIONS ?= $(PREFIX)/share/zsh/site-functions
SHARE := $(PREFIX)/share/eelscout
# The programs that leave this machine: the Swift runtime inside, only Debian's libraries outside.
STATIC := .build/static
STATIC_BIN := $(STATIC)/release
STATIC_FLAGS := $(SWIFT_FLAGS) --static-swift-stdlib --scratch-path $(STATIC) -Xlinker -z -Xlinker now
DOCUMENTATION := .build/documentation
DEB := .build/deb
PACKAGING_PACKAGES := debhelper lintian fakeroot python3

static: packages ## both programs with the Swift runtime inside, as they are installed
	swift build $(STATIC_FLAGS) --product eelscoutd
	swift build $(STATIC_FLAGS) --product eelscout

documentation: ## manual pages, completions and the first-day page, from what the programs say about themselves
	@rm -rf $(DOCUMENTATION); mkdir -p $(DOCUMENTATION)/man $(DOCUMENTATION)/completions
	day=$$(date -u -d "$$(sed -n 's/^ -- .*>  //p' systemd/debian/changelog | head -1)" +%F)
	systemd/debian/manual.py $(STATIC_BIN)/eelscout 1 "$$day" $(DOCUMENTATION)/man
	systemd/debian/manual.py $(STATIC_BIN)/eelscoutd 8 "$$day" $(DOCUMENTATION)/man
	$(STATIC_BIN)/eelscoutd --print-man-page eelscout.toml > $(DOCUMENTATION)/man/eelscout.toml.5
	for program in eelscout eelscoutd; do
	  $(STATIC_BIN)/$$program --generate-completion-script bash | sed '1{/^#!/d}' > $(DOCUMENTATION)/completions/$$program
	  $(STATIC_BIN)/$$program --generate-completion-script zsh > $(DOCUMENTATION)/completions/_$$program
	  $(STATIC_BIN)/$$program --generate-completion-script fish > $(DOCUMENTATION)/completions/$$program.fish
	done
	: > $(DOCUMENTATION)/defaults.toml  # whatever is configured on the machine that builds
	$(STATIC_BIN)/eelscout guide -o $(DOCUMENTATION)/first-day.html --config $(DOCUMENTATION)/defaults.toml > /dev/null

# Units and rules name the programs by their place.
place = sed 's\#/usr/bin/eelscout\#$(PREFIX)/bin/eelscout\#g' $(1) | install -m 644 /dev/stdin $(2)

lay-out: documentation
	@root="$(DESTDIR)"
	install -d "$$root$(PREFIX)/bin" "$$root$(SHARE)/alerts" "$$root$(UNITS)" "$$root$(UDEV_RULES)" \
	  "$$root$(PREFIX)"/lib/{sysusers.d,tmpfiles.d,systemd/catalog} \
	  "$$root$(PREFIX)"/share/{bash-completion/completions,fish/vendor_completions.d} "$$root$(ZSH_COMPLETIONS)" \
	  "$$root$(PREFIX)/share/doc/eelscout/examples" "$$root$(SYSCONFDIR)"/eelscout/{rules,eelscout.toml.d}
	install -m 755 $(STATIC_BIN)/eelscout $(STATIC_BIN)/eelscoutd "$$root$(PREFIX)/bin"
	install -m 644 $(MODELS)/*.safetensors "$$root$(SHARE)"
	for unit in systemd/*.service systemd/*.socket systemd/*.timer; do $(call place,"$$unit","$$root$(UNITS)/$${unit##*/}"); done
	install -m 644 systemd/eelscout.sysusers "$$root$(PREFIX)/lib/sysusers.d/eelscout.conf"
	install -m 644 systemd/eelscout.tmpfiles "$$root$(PREFIX)/lib/tmpfiles.d/eelscout.conf"
	install -m 644 systemd/eelscout.catalog "$$root$(PREFIX)/lib/systemd/catalog"
	install -m 644 rules/udev/*.rules "$$root$(UDEV_RULES)"
	install -m 644 rules/alerts/*.yml "$$root$(SHARE)/alerts"
	for folder in rules/*/; do
	  compgen -G "$$folder*.toml" > /dev/null || continue
	  install -d "$$root$(SYSCONFDIR)/eelscout/$$folder"
	  install -m 644 "$$folder"*.toml "$$root$(SYSCONFDIR)/eelscout/$$folder"
	done
	ln -sfn "$(SYSCONFDIR)/eelscout/rules" "$$root$(SHARE)/rules"
	for page in $(DOCUMENTATION)/man/*; do install -D -m 644 "$$page" "$$root$(PREFIX)/share/man/man$${page##*.}/$${page##*/}"; done
	install -m 644 $(DOCUMENTATION)/completions/eelscout{,d} "$$root$(PREFIX)/share/bash-completion/completions"
	install -m 644 $(DOCUMENTATION)/completions/*.fish "$$root$(PREFIX)/share/fish/vendor_completions.d"
	install -m 644 $(DOCUMENTATION)/completions/_* "$$root$(ZSH_COMPLETIONS)"
	install -m 644 README.md "$$root$(PREFIX)/share/doc/eelscout"
	install -m 644 $(DOCUMENTATION)/first-day.html "$$root$(PREFIX)/share/doc/eelscout"
	install -m 644 systemd/README.md "$$root$(PREFIX)/share/doc/eelscout/systemd.md"
	install -m 644 rules/README.md "$$root$(PREFIX)/share/doc/eelscout/rules.md"
	install -m 644 systemd/examples/* "$$root$(PREFIX)/share/doc/eelscout/examples"

install: static lay-out ## into DESTDIR and PREFIX (/usr), configuration into SYSCONFDIR (/etc)

uninstall: ## what install laid out; configuration, rules and databases stay
	@root="$(DESTDIR)"
	for unit in systemd/*.service systemd/*.socket systemd/*.timer; do rm -f "$$root$(UNITS)/$${unit##*/}"; done
	rm -f "$$root$(PREFIX)"/bin/eelscout{,d} "$$root$(UDEV_RULES)/60-eelscout-acquisition.rules" \
	  "$$root$(PREFIX)"/lib/{sysusers.d,tmpfiles.d}/eelscout.conf "$$root$(PREFIX)/lib/systemd/catalog/eelscout.catalog" \
	  "$$root$(PREFIX)"/share/man/man[158]/eelscout{,d,-*,.toml}.[158] \
	  "$$root$(PREFIX)"/share/bash-completion/completions/eelscout{,d} "$$root$(ZSH_COMPLETIONS)"/_eelscout{,d} \
	  "$$root$(PREFIX)"/share/fish/vendor_completions.d/eelscout{,d}.fish
	rm -rf "$$root$(SHARE)" "$$root$(PREFIX)/share/doc/eelscout"

# $(call pack,FOLDER,PROGRAMS): a package of these programs.
define pack
rm -rf $(1); mkdir -p $(1)/eelscout; cp -a systemd/debian $(1)/eelscout/debian
(cd $(1)/eelscout; MAKEFLAGS="STATIC_BIN=$(2) DOCUMENTATION=$(1)/documentation" EELSCOUT_SOURCE="$(CURDIR)" \
  dpkg-buildpackage --build=binary --no-sign > ../build.log 2>&1) || { cat $(1)/build.log; exit 1; }
endef

deb: static ## a Debian package in .build/deb
	@$(MAKE) --no-print-directory packages PACKAGES="$(PACKAGING_PACKAGES)"
	@version=$$($(STATIC_BIN)/eelscoutd --version)
	noted=$$(sed -nE '1s/.*\((.*)\).*/\1/p' systemd/debian/changelog)
	[ "$$version" = "$$noted" ] || { echo "make: the programs are $$version, systemd/debian/changelog begins with $$noted: add an entry"; exit 65; }
	$(call pack,$(DEB),$(STATIC_BIN))
	cd $(DEB); lintian --fail-on error,warning --display-info --suppress-tags spelling-error-in-binary *.changes
	dpkg-deb --info eelscout_*.deb | grep -E ' (Version|Installed-Size|Depends):'; du -h eelscout_*.deb
