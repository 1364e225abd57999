# RA Desk. `make help` lists what there is.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# root needs no sudo, and often has none.
SUDO := $(shell test "$$(id -u)" -eq 0 || echo sudo)

# What the desk is built with.
BUILD_PACKAGES := pkg-config libpcsclite-dev libssl-dev gcc make

# What the tests are judged with: a smartcard daemon and its virtual reader, and tools that others wrote.
# python3-venv, python3-dev, swig, gcc, pkg-config and libpcsclite-dev build the judges written in Python.
TEST_PACKAGES := pcscd vsmartcard-vpcd opensc yubico-piv-tool libpcsclite-dev pkg-config libssl-dev openssl \
	cups-ipp-utils avahi-daemon dbus poppler-utils qpdf fonts-noto-core strongswan-pki \
	libstrongswan-standard-plugins libstrongswan-extra-plugins tmux python3 python3-venv python3-dev swig gcc make

# The system's own Python, whatever else PATH may offer: the packages above belong to it.
PYTHON := /usr/bin/python3
JUDGES := target/judges
YKMAN_VERSION := 5.9.2

# Installs what is missing of $(1), asking dpkg first so that nothing happens, quickly, when all is there.
# Service starts are not wanted: the tests start their own daemons.
define install_packages
	@missing=; \
	for package in $(1); do \
		status=$$(dpkg-query -W -f='$${Status}' $$package 2>/dev/null) || status=; \
		[ "$$status" = "install ok installed" ] || missing="$$missing $$package"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	echo "installing:$$missing"; \
	command -v apt-get >/dev/null || { echo "no apt-get here: please install$$missing by other means" >&2; exit 1; }; \
	if $(SUDO) apt-get update -qq && \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	then :; else echo "could not install:$$missing" >&2; exit 1; fi
endef

.PHONY: help packages-build packages-test virtual-card judges test lint bench demo

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

packages-build: ## install what building needs (Debian)
	$(call install_packages,$(BUILD_PACKAGES))

packages-test: ## install what the tests are judged with (Debian)
	$(call install_packages,$(TEST_PACKAGES))

virtual-card: ## build the PIV card in software that the tests plug into the virtual reader
	cargo build --release --locked --manifest-path virtual-card/Cargo.toml --target-dir virtual-card/target

# Named after the version, and touched last: neither an old nor a half-made set of judges passes for this one.
JUDGES_READY := $(JUDGES)/.ykman-$(YKMAN_VERSION)

judges: $(JUDGES_READY) ## fetch the judges written in Python

$(JUDGES_READY):
	@test -x $(PYTHON) || { echo "$(PYTHON) is missing: make packages-test installs it" >&2; exit 1; }
	rm -rf $(JUDGES)
	$(PYTHON) -m venv $(JUDGES)
	$(JUDGES)/bin/pip install --quiet --disable-pip-version-check yubikey-manager==$(YKMAN_VERSION)
	touch $@

test: packages-test virtual-card judges ## run every test
	cargo test --release --locked --manifest-path virtual-card/Cargo.toml --target-dir virtual-card/target
	cargo test --locked

lint: packages-build ## format, clippy and docs, with warnings denied
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --lib

# The desk as the image ships it, and the least a program of its kind can be; then the harness beside both.
bench: packages-build packages-test virtual-card judges ## measure what the desk costs; fails over budget
	cargo build --release --locked --no-default-features --features desk --bin ra-desk --target-dir target/bench-desk
	cargo build --release --locked --manifest-path benches/floor/Cargo.toml --target-dir target/bench-floor
	cargo bench --locked --bench documents --no-default-features
	cargo bench --locked --bench budgets

demo: packages-build ## run desk and central in one process with simulated devices
	cargo run --profile demo --locked -- demo
