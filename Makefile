# Port 2 Port: the commands of a working day. `make help` lists them.
# Needs Python 3.11 or newer and make; everything else comes from lock files.

PYTHON ?= python3
PORT ?=
PY := .venv/bin/python
export PYTHONUNBUFFERED := 1
ifneq ($(PORT),)
export PORT2PORT_PORT := $(PORT)
endif

.DEFAULT_GOAL := help
.PHONY: help run install install-dev test test-fast check fix bench seed reset docs lock licences doctor

help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install ## Install what is missing, then serve the demo at http://localhost:8000 (PORT= for another)
	@exec $(PY) -m port2port up --demo

install:
	@$(PYTHON) tools/bootstrap.py run

install-dev:
	@$(PYTHON) tools/bootstrap.py dev

# The clock is read alone; all other tests run on every core.
test: check ## Everything CI runs: install what is missing, check, then every test
	@$(PY) -m pytest tests/timing
	@$(PY) -m pytest tests --ignore tests/timing -n auto --dist worksteal

test-fast: install-dev ## The tests that need no browser
	@$(PY) -m pytest tests --ignore tests/timing -m "not browser" -n auto --dist worksteal

check: install-dev ## Format, lint, types, imports, migrations, licences, words and house rules
	@$(PY) tools/check.py

fix: install-dev ## Put right what ruff can put right
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: install-dev ## Measure: each figure beside its baseline of the same run
	@$(PY) -m bench

seed: install ## Write the demo's data again (invented, except the published facts)
	@$(PY) -m port2port seed

reset: install ## Set the demo's database aside and begin anew
	@$(PY) -m port2port reset

docs: install-dev ## Write the generated pages of docs/ (settings, access matrix)
	@$(PY) tools/docs.py

lock: install-dev ## Resolve the dependencies anew and write the lock files (no addresses in them)
	@$(PY) tools/lock.py

licences: install ## Say under which licence each run-time package comes, refuse what we cannot use
	@$(PY) tools/licences.py --list

doctor: install ## Say what is missing or unsafe here
	@$(PY) -m port2port doctor
