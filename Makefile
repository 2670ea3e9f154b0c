# EELScout: the commands people type. `make demo` first; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help packages build demo test golden test-writers test-console test-system boot storm soak sanitize lint fuzz model quality bench bench-peers profile clean

# Debian packages that the build links with.
PACKAGES := libopenblas-dev libsystemd-dev libpng-dev libtiff-dev libhdf5-dev libsqlite3-dev zlib1g-dev libstdc++-12-dev libc6-dev
# What the tests run: a Python of their own, programs that put a daemon into trouble, promtool for the alerts, a decoder
# of sixels.
TEST_PACKAGES := python3-venv strace util-linux prometheus libsixel-bin
# The browser that the operators' page is tested in.
CONSOLE_PACKAGES := chromium chromium-driver python3
# What `make test-writers` delivers with.
WRITER_PACKAGES := $(TEST_PACKAGES) rsync openssh-client openssh-sftp-server
# What `make test-system` boots and checks with.
BOOT_PACKAGES := debootstrap systemd-container udev e2fsprogs
SWIFT_FLAGS := -c release --explicit-target-dependency-import-check error
MODELS := Sources/Im2Spec/Resources
BIN := .build/release
# Reference data for `make quality` and for the tests that compare with it.
export EELSCOUT_SHARED ?= ../shared

include systemd/package.mk

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

packages: ## install the Debian packages that are missing
	@missing=""
	for package in $(PACKAGES); do
	  [ "$$(dpkg-query -W -f '$${Status}' "$$package" 2>/dev/null)" = "install ok installed" ] || missing="$$missing $$package"
	done
	[ -z "$$missing" ] && exit 0
	echo "installing$$missing"
	sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo
	$$sudo apt-get update -q
	DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -qy --no-install-recommends $$missing

build: packages ## both programs, in release
	@command -v swift >/dev/null || { echo "make: no swift on PATH; install the Swift 6.3 toolchain for Debian 12"; exit 69; }
	swift build $(SWIFT_FLAGS) --product eelscoutd
	swift build $(SWIFT_FLAGS) --product eelscout

demo: build ## scans arrive in a folder, the daemon ranks them, the list is printed
	@work=$$(mktemp -d "$${TMPDIR:-/tmp}/eelscout-demo.XXXXXX")
	mkdir "$$work/session" "$$work/state"
	echo; echo "Watching $$work/session with the real eelscoutd; five simulated scans arrive, one every 3 s."; echo
	$(BIN)/eelscoutd --watch "$$work/session" --state "$$work/state" --quiet 0.5 & daemon=$$!
	trap 'kill $$daemon 2>/dev/null || true; wait $$daemon 2>/dev/null || true' EXIT
	$(BIN)/eelscout simulate session --seed 20 --scans 5 --interval 3 -o "$$work/session"
	for _ in $$(seq 300); do
	  [ "$$($(BIN)/eelscout scans --state "$$work/state" --json 2>/dev/null | grep -c '"scan_sha256"')" -ge 5 ] && break
	  kill -0 $$daemon; sleep 0.2
	done
	kill $$daemon; wait $$daemon || true; trap - EXIT
	echo; $(BIN)/eelscout scans --state "$$work/state"
	echo; echo "The ranked targets of the newest scan:"; echo
	$(BIN)/eelscout targets --state "$$work/state" --scan 5
	echo
	echo "What was really planted there: $$work/session-truth/scan_0005.truth.json"
	echo "Try next (from this folder):"
	echo "  $(BIN)/eelscout why 5-7 --state $$work/state        # one target, every score in words"
	echo "  $(BIN)/eelscout triage $$work/session/scan_0005.npy --maps $$work/maps   # maps and a picture"
	echo "  $(BIN)/eelscout console --state $$work/state            # the operators' page, in a browser of this machine"
	echo "  $(BIN)/eelscoutd --watch YOUR_FOLDER --state $$work/state   # your own scans"

lint: ## formatting, strictly
	swift format lint --strict --recursive Sources Tests Package.swift

test: packages lint ## install, build, lint, run every test, a real Nion Swift session and a real boot among them
	@$(MAKE) --no-print-directory packages PACKAGES="$(TEST_PACKAGES)" || echo "SKIPPED: $(TEST_PACKAGES): tests that need them say so"
	swift build $(SWIFT_FLAGS) --build-tests
	swift test $(SWIFT_FLAGS) --skip-build --skip OperatorConsoleTests
	# The console's server shares Swift's threads with its tests: the long tests of networks would hold them all.
	swift test $(SWIFT_FLAGS) --skip-build --filter OperatorConsoleTests
	Tests/Writers/run.sh $(BIN) requirements-nion.txt nion nion-exports
	@$(MAKE) --no-print-directory packages PACKAGES="$(CONSOLE_PACKAGES)" || echo "SKIPPED: $(CONSOLE_PACKAGES): what needs them says so"
	Tests/Console/console.py $(BIN)
	@$(MAKE) --no-print-directory boot

golden: build ## write the recorded texts of the commands anew, after a change that is meant
	swift build $(SWIFT_FLAGS) --build-tests
	EELSCOUT_RECORD_GOLDEN=1 swift test $(SWIFT_FLAGS) --skip-build --filter 'SystemTests\.GoldenTests'
	git --no-pager diff --stat -- Tests/SystemTests/Golden

test-console: PACKAGES += $(CONSOLE_PACKAGES)
test-console: packages build ## the operators' page in a real headless Chromium; pictures of it in .build/console
	Tests/Console/console.py $(BIN) .build/console

test-writers: PACKAGES += $(WRITER_PACKAGES)
test-writers: packages build ## every real writer into a watched folder: Nion Swift, HyperSpy, ncempy, tifffile, mrcfile, rsync, sftp
	Tests/Writers/run.sh $(BIN) requirements.txt

test-system: deb ## the package on a real Debian 12: installed, booted, put into trouble, upgraded, purged; CHECKS="30-scans …"
	@$(MAKE) --no-print-directory packages PACKAGES="$(BOOT_PACKAGES)" || echo "SKIPPED: $(BOOT_PACKAGES): what needs them says so"
	Tests/System/udev.sh
	Tests/System/install.sh $(STATIC_BIN)
	Tests/System/run.sh $(DEB)/eelscout_*.deb $(STATIC_BIN)/eelscout $(CHECKS)

boot: build
	@$(MAKE) --no-print-directory packages PACKAGES="$(BOOT_PACKAGES) $(PACKAGING_PACKAGES)" || echo "SKIPPED: $(BOOT_PACKAGES): what needs them says so"
	Tests/System/udev.sh
	command -v dh > /dev/null || { echo "SKIPPED: the boot of the package, because debhelper is not installed"; exit 0; }
	export DPKG_DEB_COMPRESSOR_TYPE=none EELSCOUT_RUNTIME="$$(dirname "$$(ldd $(BIN)/eelscoutd | sed -nE 's/.* => (.*libswiftCore.so) .*/\1/p')")"
	$(call pack,.build/boot,$(BIN))
	Tests/System/run.sh .build/boot/eelscout_*.deb $(BIN)/eelscout $(CHECKS)

# `make storm` and `make soak` are the long forms of tests whose short forms `make test` runs.
FAULTS := KillStorm|DiskFault|FullDisk|FolderFault|ManyFiles|Clock|Hang|LockedDatabase|LostDatabase|ReplacedModel|HostileFile|Idle
ENDURANCE = $(MAKE) --no-print-directory packages PACKAGES="$(TEST_PACKAGES)" && swift build $(SWIFT_FLAGS) --build-tests

storm: build ## faults survived, long form: 200 kills over 1,000 scans, failing and full disks, 20,000 files
	@$(ENDURANCE)
	EELSCOUT_TEST_EXTENT=long swift test $(SWIFT_FLAGS) --skip-build --filter 'SystemTests\.($(FAULTS))Tests'

soak: build ## ordinary days in fast motion: flat memory, descriptors and log; SECONDS=60
	@$(ENDURANCE)
	EELSCOUT_SOAK_SECONDS=$(or $(SECONDS),60) swift test $(SWIFT_FLAGS) --skip-build --filter 'SystemTests\.SoakTests'

# Release builds: they are what ships, and the networks of unoptimised ones take hours. Leaks: see `fuzz`.
SANITIZERS := thread address

sanitize: packages ## every test and both programs under ThreadSanitizer, then under AddressSanitizer: no reports
	@for kind in $(SANITIZERS); do
	  unset LD_PRELOAD; status=0
	  flags="$(SWIFT_FLAGS) --scratch-path .build/$$kind-sanitizer --sanitize $$kind"
	  swift build $$flags --build-tests
	  for product in eelscoutd eelscout; do swift build $$flags --product $$product; done
	  # Some programs under test run as another user.
	  reports=$$(mktemp -d); chmod 1777 "$$reports"
	  export EELSCOUT_TEST_EXTENT=sanitized TSAN_OPTIONS="log_path=$$reports/report" ASAN_OPTIONS="detect_leaks=0:log_path=$$reports/report"
	  if [ "$$kind" = thread ]; then
	    clang -shared -fPIC -O1 -o .build/runtime.so Tests/ThreadSanitizer/runtime.c
	    export LD_PRELOAD="$(CURDIR)/.build/runtime.so"
	  fi
	  # What has deadlines runs one after another: of dozens of slow programs at once each would come too late.
	  timed='AcquisitionAssistantTests|OperatorConsoleTests|SystemTests\.'
	  swift test $$flags --skip-build --skip "$$timed" || status=$$?
	  swift test $$flags --skip-build --no-parallel --filter "$$timed" || status=$$?
	  cat "$$reports"/* 2>/dev/null && { echo "sanitize: $$kind sanitizer reports"; exit 1; }
	  [ "$$status" = 0 ] || exit "$$status"
	  rm -r "$$reports"; echo "sanitize: nothing found by the $$kind sanitizer"
	done

# Leaks are not looked for: libhdf5 1.10 loses 424 bytes whenever it gives up on a damaged file.
# `make fuzz SECONDS=60`: bash counts in a variable of that name, so the recipe gets it under another.
FUZZ_SECONDS := $(or $(SECONDS),60)
FUZZ := swift build --package-path Tests/Fuzz --scratch-path .build/fuzz -c release

fuzz: packages ## every reader under libFuzzer and AddressSanitizer; SECONDS=60 for all of them together
	$(FUZZ) --product MakeSeeds
	seeds=$$(mktemp -d); trap 'rm -rf "$$seeds"' EXIT
	$$($(FUZZ) --show-bin-path)/MakeSeeds "$$seeds" > "$$seeds.names"
	sanitized="swift build --package-path Tests/Fuzz --scratch-path .build/fuzz-sanitized -c release"
	$$sanitized --product FuzzReaders -Xswiftc -sanitize=fuzzer,address -Xswiftc -parse-as-library -Xcc -fsanitize=address
	program=$$($$sanitized --show-bin-path)/FuzzReaders
	share=$$(( $(FUZZ_SECONDS) / $$(wc -l < "$$seeds.names") )); [ "$$share" -gt 0 ] || share=1
	mkdir -p .build/fuzz-findings
	while read -r name; do
	  echo "$$name, $$share s"
	  ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no FUZZ_FILE="$$name" timeout -s KILL $$((share + 60)) "$$program" -max_total_time="$$share" \
	    -max_len=65536 -rss_limit_mb=2048 -timeout=20 -verbosity=0 -artifact_prefix=".build/fuzz-findings/$$name-" \
	    "$$seeds/$$name" || { echo "fuzz: $$name failed; the input lies in .build/fuzz-findings"; exit 1; }
	done < "$$seeds.names"
	rm -f "$$seeds.names"; echo "fuzz: nothing found"

model: build ## rebuild the shipped model and the tile-only one from simulated films
	mkdir -p $(MODELS)
	$(BIN)/eelscout model build -o $(MODELS)/ft-io-film.safetensors --tile-only $(MODELS)/ft-io-film-tile-only.safetensors

quality: build ## figures of merit of both shipped models on simulated scans with truth
	@status=0
	echo "The context network:"; $(BIN)/eelscout quality "$$EELSCOUT_SHARED/science/tuning" || status=$$?
	echo; echo "The paper's tile-only network, for comparison:"
	$(BIN)/eelscout quality "$$EELSCOUT_SHARED/science/tuning" --model $(MODELS)/ft-io-film-tile-only.safetensors
	exit $$status

# What `make bench-peers` installs the other runtimes into, unless EELSCOUT_PYTHON names a Python that has them.
PEERS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/eelscout/peers
BENCHMARKS := swift build --package-path Benchmarks --scratch-path .build/benchmarks -c release

bench: build ## micro-benchmarks, then the table beside the other runtimes where they are installed
	$(BENCHMARKS) --product Microbenchmarks
	corpus="$$EELSCOUT_SHARED/corpus"; [ -d "$$corpus" ] || corpus=""
	$$($(BENCHMARKS) --show-bin-path)/Microbenchmarks --compare Benchmarks/ratios.json $${corpus:+--corpus "$$corpus"}
	python3 Benchmarks/Peers/compare.py --bin $(BIN)

bench-peers: ## install OpenVINO, ONNX Runtime, PyTorch and AtomAI to compare with (4 GB)
	python3 -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --upgrade -r Benchmarks/Peers/requirements.txt
	echo "peers: $(PEERS)"

profile: build ## where the time goes in training and in the round trip (needs perf)
	Benchmarks/profile.sh $(BIN)

clean: ## remove build products
	rm -rf .build
