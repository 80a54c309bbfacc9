# What a person types: make run, make test. Needs make and Python >= 3.11; uses uv when it is on the PATH.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
USERS ?= 1000
COVERAGE ?= 85
PROCESSES ?= 3
PYTEST := $(BIN)/python -m pytest
UV := $(shell command -v uv 2>/dev/null)
LOCKER := $(or $(UV),$(BIN)/uv)
PYTHON := $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)

ifeq ($(UV),)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
MAKE_VENV := $(PYTHON) -m venv --clear $(VENV)
BUILD := $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
else
INSTALL := $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python
MAKE_VENV := $(UV) venv --quiet --clear --no-python-downloads --python $(PYTHON) $(VENV)
BUILD := $(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist
endif
# A lock is the whole closure, so nothing is resolved: a release made after the lock cannot disturb it.
HASHED := $(INSTALL) --require-hashes --no-deps --only-binary :all:

# Tests that need node (20 or newer, with npm), a browser, bubblewrap, xmlsec1 or the proxies nginx and Caddy are left out
# where it is missing, and `make test` says so before and after. In CI (CI=true) nothing is left out: there they fail.
NODE := $(shell node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null && command -v npm)
CHROMIUM := $(shell command -v chromium)
BUBBLEWRAP := $(shell command -v bwrap)
XMLSEC := $(shell command -v xmlsec1)
PROXIES := $(shell PATH="$$PATH:/usr/sbin"; command -v nginx >/dev/null && command -v caddy)
SPACE := $(subst ,, )
CLIENTS := $(if $(NODE),tests/clients/node_modules/.package-lock.json)
LEFT_OUT := $(if $(filter true,$(CI)),,$(strip $(if $(NODE),,node) $(if $(CHROMIUM),,browser) \
	$(if $(BUBBLEWRAP),,sandbox) $(if $(XMLSEC),,xmlsec) $(if $(PROXIES),,proxies)))
ifneq ($(LEFT_OUT),)
LEAVE_OUT := -m 'not ($(subst $(SPACE), or ,$(LEFT_OUT)))'
TELL_LEFT_OUT := @echo "NOT TESTED: what needs $(subst $(SPACE), or ,$(LEFT_OUT)), which is not here:" \
	"install node 20 with npm, chromium, bubblewrap, xmlsec1, nginx and caddy to test everything."
endif
# The tests' stores are in memory where 4 GB are free there and programs may run: it is the disk that tests wait for.
IN_MEMORY := $(shell awk '/^MemAvailable/ { exit $$2 < 6000000 }' /proc/meminfo 2>/dev/null \
	&& df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { exit $$4 < 4000000 }' \
	&& ! grep -q '^[^ ]* /dev/shm .*noexec' /proc/mounts && echo TMPDIR=/dev/shm)

.PHONY: help install run example example-one-pool example-pool-per-tenant test check bench footprint refusals lock wheel docs
.DEFAULT_GOAL := help

help:
	@echo "make run       install into .venv and start poolhouse dev on http://localhost:8400"
	@echo "make example   start examples/ai-api: a chat with streaming answers behind Poolhouse"
	@echo "make example-one-pool, make example-pool-per-tenant    start examples/multi-tenant, in either way"
	@echo "make test      run every test (ARGS=... goes to pytest)"
	@echo "make check     format, lint, types, imports, SQL, freshness of docs and locks, coverage"
	@echo "make refusals  only the table of what must be refused"
	@echo "make bench     measure against the limit of the machine's crypto (USERS=1000000 for a large pool)"
	@echo "make install, make docs, make lock, make wheel"

install: $(VENV)/installed

run: install
	@exec $(BIN)/poolhouse dev

example: $(VENV)/test-tools
	@exec $(BIN)/python examples/ai-api/run.py

example-one-pool: $(VENV)/test-tools
	@exec $(BIN)/python examples/multi-tenant/one_pool.py

example-pool-per-tenant: $(VENV)/test-tools
	@exec $(BIN)/python examples/multi-tenant/pool_per_tenant.py

test: $(VENV)/test-tools $(CLIENTS)
	$(TELL_LEFT_OUT)
	$(IN_MEMORY) $(PYTEST) -n $(PROCESSES) --dist worksteal --cov=poolhouse --cov-report= $(LEAVE_OUT) $(ARGS)
	$(TELL_LEFT_OUT)

refusals: $(VENV)/test-tools
	@$(PYTEST) tests/refusals $(ARGS)

check: $(VENV)/test-tools
	$(BIN)/ruff format --check src tests tools benchmarks examples
	$(BIN)/ruff check src tests tools benchmarks examples
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(PYTEST) tests/test_architecture.py tests/store/test_sql_lint.py
	$(BIN)/python tools/update_models.py --check
	$(BIN)/python tools/gen_docs.py --check
	$(BIN)/python tools/gen_flow.py --check
	$(BIN)/python tools/check_locks.py
	@if [ -f .coverage ]; then $(BIN)/coverage report --skip-covered --fail-under=$(COVERAGE); \
	else echo "No coverage is known: make test measures it."; fi

bench: $(VENV)/test-tools
	$(BIN)/python -m benchmarks.run --users $(USERS) $(ARGS)

footprint: $(VENV)/test-tools
	$(BIN)/python -m benchmarks.footprint $(ARGS)

docs: install
	$(BIN)/python tools/gen_docs.py
	$(BIN)/python tools/gen_flow.py

wheel: $(VENV)/installed
	$(BUILD)
	@ls dist/*.whl

# The locks hold hashes and name no registry. Only who changes them needs uv.
lock: $(VENV)/test-tools
	@[ -x "$(LOCKER)" ] || $(INSTALL) uv
	$(LOCKER) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 pyproject.toml --extra functions -o requirements.lock
	$(LOCKER) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 pyproject.toml --extra functions --extra traces -c requirements.lock \
		-o requirements-traces.lock
	$(LOCKER) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 pyproject.toml --group test --group check -o requirements-dev.lock
	$(LOCKER) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --group build -o requirements-build.lock
	$(BIN)/python tools/check_locks.py

# Each of the next three is a stamp: where nothing changed, nothing is done.
$(VENV)/made:
	@[ -n "$(PYTHON)" ] || { echo "Poolhouse needs Python 3.11 or newer: install it, then run make again."; exit 1; }
	@$(MAKE_VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made requirements.lock requirements-build.lock pyproject.toml
	@echo "Installing into $(VENV) ..."
	@$(HASHED) -r requirements.lock -r requirements-build.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@# Else every start compiles the server anew where Python may not write bytecode (PYTHONDONTWRITEBYTECODE).
	@$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/test-tools: $(VENV)/installed requirements-dev.lock
	@$(HASHED) -r requirements-dev.lock
	@touch $@

tests/clients/node_modules/.package-lock.json: tests/clients/package-lock.json
	@npm ci --prefix tests/clients --no-audit --no-fund --ignore-scripts
	@touch $@
