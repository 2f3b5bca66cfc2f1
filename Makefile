# Everything starts here: `make map`, `make test`, `make quick`, `make lab`, `make docs`, `make bench`;
# `make extracts` fetches road data for tests that are skipped without it, `make lowest` runs the core
# tests with the lowest version of each library that pyproject.toml allows.
# Each makes its own environment in .venv; PYTHON picks the interpreter (3.11 or newer).

CANDIDATES := python3 python3.13 python3.12 python3.11 python
PYTHON ?= $(shell for p in $(CANDIDATES); do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable
CORE := $(patsubst %,tests/test_%.py,archives bounds case casefiles claims closures compare consistency_engine \
	csv_tables edtf exchange files from_file from_osm gazetteer_chain geodesy graph interval ledger map_layers \
	match_closures network_store read_file read_ogr relative_dates routing snap static_map svg_map timegeo \
	to_records verdicts)
SPECS := pyproject.toml convoy_geo/__init__.py

.PHONY: map test quick lint lab bench docs extracts lowest soak fuzz clean

map: .venv/.core
	$(BIN)/convoy-geo map convoy-2017 -o convoy-2017.html

test: lint
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

quick: lint
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m "not benchmark and not slow"

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

extracts: .venv/.dev
	$(BIN)/python tests/extracts.py

lowest: .make/lowest/.ready
	.make/lowest/bin/python -m pytest --numprocesses auto --dist worksteal \
		-m "not benchmark and not slow" $(CORE)

.make/lowest/.ready: pyproject.toml tests/lowest.py
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3"; exit 1; }
	rm -rf .make/lowest && $(PYTHON) -m venv .make/lowest
	.make/lowest/bin/python tests/lowest.py > .make/lowest/versions.txt
	.make/lowest/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint .make/lowest/versions.txt --editable '.[osm,fast,parquet,files,static,dask]' \
		edtf geographiclib hypothesis networkx pytest pytest-randomly pytest-xdist
	@touch $@

lab: .venv/.notebooks
	$(BIN)/jupyter lab notebooks

docs: .venv/.docs
	rm -rf docs/tutorials && mkdir docs/tutorials && cp notebooks/*.ipynb docs/tutorials
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

bench: .venv/.bench
	$(BIN)/python -m pytest -m benchmark --override-ini addopts= -s tests/benchmarks

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.core: .venv/bin/python $(SPECS)
	$(PIP) .
	@touch $@

.venv/.notebooks: .venv/bin/python $(SPECS)
	$(PIP) '.[notebooks]'
	@touch $@

.venv/.dev: .venv/bin/python $(SPECS)
	$(PIP) '.[dev]'
	@touch $@

.venv/.docs: .venv/bin/python $(SPECS)
	$(PIP) '.[notebooks,docs]'
	@touch $@

.venv/.bench: .venv/bin/python $(SPECS)
	$(PIP) '.[dev,bench]'
	@touch $@

soak: .venv/.dev
	$(BIN)/python -W ignore tests/soak.py --pairs 200 --kills 200

fuzz: .venv/.dev
	$(BIN)/python tests/fuzz.py --seconds 600

clean:
	rm -rf .venv artifacts dist site docs/tutorials convoy-2017.html
