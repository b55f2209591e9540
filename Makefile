# Every command a contributor or CI runs. `make` alone lists them.
#
#   PYTHON=python3.12 make test     choose the interpreter (3.11 or newer)
#   VENV=.venv-3.12 make test       keep its environment apart from the usual .venv
#   TESTS="-k numerals" make test   choose the tests, or give pytest any other options

PYTHON ?= python3
VENV ?= .venv
TESTS ?= -n 2
ARGS ?= --help
CHAOS_SECONDS ?= 600

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --no-input --disable-pip-version-check --no-build-isolation
LOCKED := $(PIP) --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(VENV)/program.stamp ## run the whole pipeline on the bundled sample channels
	@$(BIN)/monitor demo

.PHONY: run
run: $(VENV)/program.stamp ## run one command of the program: make run ARGS="findings --severity 2"
	@$(BIN)/monitor $(ARGS)

.PHONY: test
test: $(VENV)/tools.stamp ## run every test but the benchmarks
	$(BIN)/pytest $(TESTS)

.PHONY: check
check: lint types imports test gold ## everything that a change must pass, short of other Pythons and the wheel

.PHONY: lint
lint: $(VENV)/tools.stamp ## find faults of style and form
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	RUST_LOG=error $(BIN)/taplo lint

.PHONY: types
types: $(VENV)/tools.stamp ## check the types
	$(BIN)/mypy

.PHONY: imports
imports: $(VENV)/tools.stamp ## check who imports whom
	$(BIN)/lint-imports

.PHONY: gold
gold: $(VENV)/tools.stamp ## score the reading and the comparison on labelled posts, where they are at hand
	$(BIN)/pytest -m gold --capture=no -rs tests/gold

.PHONY: bench
bench: $(VENV)/tools.stamp ## measure speed and memory
	$(BIN)/pytest -m benchmark --capture=no -p no:randomly tests/benchmarks

.PHONY: chaos
chaos: $(VENV)/tools.stamp ## disturb and kill the daemon for ten minutes: nothing may be lost; CHAOS_SECONDS=120 for two
	MONITOR_TEST_CHAOS_SECONDS=$(CHAOS_SECONDS) $(BIN)/pytest -m chaos --capture=no tests/chaos

.PHONY: sandbox
sandbox: $(VENV)/program.stamp ## run the daemon by hand against a Telegram server on loopback, with a digest every two minutes
	@$(BIN)/python -m tools.sandbox

.PHONY: check-wheel
check-wheel: $(VENV)/tools.stamp ## build the wheel, install it elsewhere, and run it there
	$(BIN)/pytest -m wheel tests/e2e

.PHONY: picture
picture: $(VENV)/tools.stamp ## take the README's pictures of the sample digest and its chart; needs Chromium
	$(BIN)/python -m tools.picture docs/images/digest.png

.PHONY: catalogues
catalogues: $(VENV)/tools.stamp ## bring the languages of the digest's frame in step with the code, and compile them
	$(BIN)/python -m tools.catalogues

.PHONY: hooks
hooks: $(VENV)/tools.stamp ## check each commit before it is made
	$(BIN)/pre-commit install

.PHONY: format
format: $(VENV)/tools.stamp ## put the code into the house's form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: lock
lock: $(VENV)/tools.stamp ## pin the newest versions allowed, with hashes and without addresses
	$(COMPILE) --upgrade --all-extras pyproject.toml --output-file requirements.lock
	$(COMPILE) --upgrade --all-extras --group dev pyproject.toml --constraint requirements.lock \
		--output-file requirements-dev.lock
	$(COMPILE) --upgrade --group build --constraint requirements-dev.lock --output-file requirements-build.lock

# ---- environments -------------------------------------------------------------------------------------------------------
# Nothing is installed that a lock does not name with its hash. Two dependencies come as sources only and pip would fetch what
# builds them from outside the lock, hence --no-build-isolation and the build tools first.

$(VENV)/program.stamp: requirements-build.lock requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "make: $(PYTHON) is missing or older than Python 3.11; name a newer one: PYTHON=python3.12 make $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version), as requirements.lock says; this takes a minute the first time."
	@$(PYTHON) -m venv --clear $(VENV) || { \
		echo "make: $(PYTHON) cannot make environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(LOCKED) --requirement requirements-build.lock
	@$(LOCKED) --requirement requirements.lock
	@$(PIP) --no-deps --editable .
	@touch $@

$(VENV)/tools.stamp: $(VENV)/program.stamp requirements-dev.lock
	@echo "Adding the tools of requirements-dev.lock to $(VENV)."
	@$(LOCKED) --requirement requirements-dev.lock
	@touch $@
