# Glasshouse: a thin front of meson. Everything built lands in build/; programs run in place as
# build/bin/NAME, with their D libraries found beside them.
#
#   make            build
#   make run        install what is missing (as root, by apt), build, and show this host live in a
#                   browser: it prints the address, ^C ends it (RUN_OPTIONS=, as glasshouse run takes them)
#   make demo       the same up to the build; then the system calls of this machine for ten seconds
#   make test       install what is missing, build, and run every test
#   make test-kernels
#                   the tests of a live kernel on other kernels, under emulation
#   make bench      the benchmarks
#   make fuzz       each fuzz target for FUZZ_SECONDS
#   make fuzz-expr  random programs that print 100,000 values, as D and as C; random aggregations
#   make install    DESTDIR= PREFIX=
#   make format     rewrite the C sources in the house style
#   make clean

PREFIX ?= /usr/local
DESTDIR ?=
BUILD := build
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 20
RUN_SECONDS ?= 10
RUN_OPTIONS ?=
KERNEL_SECONDS ?= 600

# Debian packages, by what needs them.
BUILD_PACKAGES := gcc libc6-dev meson ninja-build pkg-config python3 liblzma-dev libiberty-dev libcmocka-dev \
	libsqlite3-dev libzstd-dev liblz4-dev libmicrohttpd-dev libgnutls28-dev libjansson-dev zlib1g-dev \
	libcurl4-gnutls-dev libsnmp-dev tzdata libcrypt-dev libseccomp-dev libbrotli-dev
TEST_PACKAGES := clang-format mandoc g++ iproute2 musl-tools abigail-tools libelf-dev xz-utils bpftool \
	e2fsprogs btrfs-progs xfsprogs nodejs python3-yaml python3-aiosmtpd snmptrapd snmp openssl \
	podman runc lxc systemd-container busybox-static postgresql openjdk-17-jre-headless
BROWSER_PACKAGES := chromium chromium-driver fonts-dejavu-core
KERNEL_PACKAGES := qemu-system-x86 kmod e2fsprogs
FUZZ_PACKAGES := clang libclang-rt-14-dev
BENCH_PACKAGES := clang libbpf-dev bpftrace debootstrap btrfs-progs crun runc victoria-metrics

PROGRAMS := dtrace dtraced analyticsd glasshouse plockstat zonecfg zoneadm zoneadmd zlogin prctl rctladm poolcfg pooladm poolbind priocntl zonestat
ZONE_TOOLS := prtconf psrinfo mpstat free nproc init zonename
SOURCES = $(shell find $(wildcard base include dtrace broker zone analytics usdt cmd dlib man share tools web fuzz test/unit test/compat test/analytics) -type f \
	\( -name '*.c' -o -name '*.d' -o -name '*.[1-8]' -o -path 'web/*' \) | LC_ALL=C sort)

.PHONY: all run demo test test-kernels bench fuzz fuzz-expr install format clean deps-build deps-test \
	deps-browser deps-kernels deps-fuzz deps-bench

all: $(BUILD)/.configured
	@ninja -C $(BUILD) -j $(JOBS) --quiet $(PROGRAMS:%=cmd/%) cmd/zonetools library
	@mkdir -p $(BUILD)/bin
	@mkdir -p $(BUILD)/zone
	@for p in zonetools $(ZONE_TOOLS); do ln -f $(BUILD)/cmd/zonetools $(BUILD)/zone/$$p; done
	@for p in $(PROGRAMS); do ln -sfn ../cmd/$$p $(BUILD)/bin/$$p; done
	@ln -sfn ../zone/zonename $(BUILD)/bin/zonename

# Meson lists the sources when it configures: configure again when the list has changed.
$(BUILD)/.configured: FORCE
	@mkdir -p $(BUILD)
	@printf '%s\n' $(SOURCES) > $(BUILD)/.sources.new
	@if [ ! -f $(BUILD)/build.ninja ]; then \
		meson setup $(BUILD) >$(BUILD)/configure.log 2>&1 || { cat $(BUILD)/configure.log >&2; exit 1; }; \
	elif ! cmp -s $(BUILD)/.sources.new $@; then \
		meson setup --reconfigure $(BUILD) >$(BUILD)/configure.log 2>&1 || { cat $(BUILD)/configure.log >&2; exit 1; }; \
	fi
	@mv $(BUILD)/.sources.new $@
FORCE:

run: deps-build
	@$(MAKE) --no-print-directory all
	@exec $(BUILD)/bin/glasshouse run $(RUN_OPTIONS)

demo: deps-build
	@$(MAKE) --no-print-directory all
	@if [ -t 1 ]; then tty=1; else tty=0; fi; \
	exec $(BUILD)/bin/dtrace -s share/scripts/syscalltop.d $$tty $(RUN_SECONDS)

test: deps-build deps-test deps-browser deps-kernels
	@$(MAKE) --no-print-directory all
	@ninja -C $(BUILD) -j $(JOBS) --quiet
	@python3 test/run.py --build $(BUILD) --jobs $(JOBS)

test-kernels: deps-build deps-kernels
	@$(MAKE) --no-print-directory all
	@ninja -C $(BUILD) -j $(JOBS) --quiet
	@python3 test/kernels.py --build $(BUILD) --seconds $(KERNEL_SECONDS)

bench: deps-build deps-bench
	@$(MAKE) --no-print-directory all
	@bench/run
	@bench/latency --write
	@bench/zones
	@bench/limits
	@bench/analytics
	@bench/analytics-unusual
	@bench/host --write
	@bench/http --write

fuzz: deps-build deps-fuzz
	@FUZZ_SECONDS=$(FUZZ_SECONDS) fuzz/run $(BUILD)/fuzz

fuzz-expr: deps-build
	@$(MAKE) --no-print-directory all
	@python3 test/fuzz_expr.py --dtrace $(BUILD)/bin/dtrace --count 100000 --seed $$(date +%s)
	@python3 test/fuzz_aggs.py --dtrace $(BUILD)/bin/dtrace --count 2000 --seed $$(date +%s)
	@python3 test/fuzz_strings.py --dtrace $(BUILD)/bin/dtrace --count 1000 --seed $$(date +%s)
	@python3 test/fuzz_types.py --dtrace $(BUILD)/bin/dtrace --count 1000 --seed $$(date +%s)
	@python3 test/fuzz_assocs.py --dtrace $(BUILD)/bin/dtrace --count 1000 --seed $$(date +%s)

install: $(BUILD)/.configured
	@meson configure $(BUILD) -Dprefix=$(PREFIX)
	@$(MAKE) --no-print-directory all
	@DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild --quiet
	@[ -n "$(DESTDIR)" ] || ldconfig 2>/dev/null || true

format:
	@git ls-files '*.c' '*.h' ':!test/runtime' | xargs clang-format -i

clean:
	rm -rf $(BUILD)

deps-build:
	@tools/install-packages $(BUILD_PACKAGES)
deps-test:
	@tools/install-packages $(TEST_PACKAGES)
# Where they cannot be had, the tests of the page, and those on other kernels, say so and are skipped.
deps-browser:
	@tools/install-packages $(BROWSER_PACKAGES) || true
deps-kernels:
	@tools/install-packages $(KERNEL_PACKAGES) || true
deps-fuzz:
	@tools/install-packages $(FUZZ_PACKAGES)
deps-bench:
	@tools/install-packages $(BENCH_PACKAGES)
