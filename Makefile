# Two commands: `make demo` shows the whole network on one machine, `make test` proves it.
# Both set up what they need first (see packaging/setup).

PYTHON := .venv/bin/python

.PHONY: demo test lint types contracts tests faults simulate-faults day conformance clean fuzz audit mutation

demo:
	packaging/setup
	$(PYTHON) -m scanview demo $(ARGS)

test:
	packaging/setup --dev
	$(MAKE) --no-print-directory lint types contracts tests

lint:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types:
	.venv/bin/mypy

contracts:
	.venv/bin/lint-imports

# Two processes, a file of tests each: what a test module has made for all of its tests is made once.
JOBS ?= 2
tests:
	QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest -n $(JOBS) --dist loadfile $(ARGS)

# Everything that can go wrong, on purpose: so many faults, in rooms whose seeds count up from SEED. KINDS=kills makes
# one family of them, or a kind, or several with commas between.
FAULTS ?= 200
SEED ?= 1
faults:
	$(PYTHON) -m tests.faults.programme --faults $(FAULTS) --seed $(SEED) $(if $(KINDS),--kinds $(KINDS))
	$(MAKE) --no-print-directory simulate-faults

# The whole network on virtual clocks, network and disks, a world per seed; `make simulate-faults SEEDS=500 FIRST=7`.
SEEDS ?= 10000
FIRST ?= 1
simulate-faults:
	$(PYTHON) -m tests.simulation.programme --seeds $(SEEDS) --first $(FIRST) --keep $(ARGS)
	$(PYTHON) -m pytest tests/simulation/every_mutant.py

# So many random places of a ledger, its tables, its exports and a scan file are altered; each must be found.
PLACES ?= 10000
mutation:
	$(PYTHON) -m tests.security.mutation --places $(PLACES) --seed $(SEED)

# A day of the room at accelerated time: 12 ports, 40 lanes, 26 people, so many scans, all over real sockets.
SCANS ?= 2000
day:
	$(PYTHON) -m tests.day.programme --scans $(SCANS) --seed $(SEED) $(ARGS)

# Every check of docs/protocol.md against our hub and both ports: ours, and the one in Node.js, installed first.
conformance:
	packaging/setup --dev
	npm --prefix examples/port-node ci --no-audit --no-fund
	$(PYTHON) -m tests.flow.conformance_run

clean:
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache artefacts demo-data

# Inputs made by chance for every reader, message and document, within 1.5 GiB and 2 s each; what breaks one is kept.
INPUTS ?= 10000
fuzz:
	$(PYTHON) -m tests.fuzz.programme --inputs $(INPUTS) $(if $(TARGET),--target $(TARGET)) $(ARGS)

# What a release is made of (CycloneDX) and whether anything in it has a published hole (pip-audit), into artefacts/.
audit:
	packaging/audit $(ARGS)
