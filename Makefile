# `make demo` computes KPIs over real data, `make test` runs every test, `make check` is the inner loop.
# All three set up `.venv` by themselves and leave it alone when nothing changed. Python 3.11 or newer is needed.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
KPI := $(BIN)/kpi

# The demo needs what the program needs; in CI, and for developing, the locked versions of everything are taken.
ifeq ($(CI),true)
READY := $(VENV)/.developing
else
READY := $(VENV)/.running
endif

.DEFAULT_GOAL := help
.PHONY: help demo test check lint bench lock clean
.SILENT:

help:
	echo "make demo   lint and compute the KPIs of examples/flights"
	echo "make test   run every test"
	echo "make check  ruff, mypy, layers and the fast tests, in under a minute"
	echo "make bench  measure the start of the command against that of Python"
	echo "make lock   write .ci/requirements.txt anew (needs uv)"

demo: $(READY)
	echo '$$ kpi lint -C examples/flights'
	$(KPI) lint -C examples/flights
	echo
	echo '$$ kpi lint service -C examples/flights/drafts     # a wish is not a KPI: this one fails'
	$(KPI) lint service -C examples/flights/drafts; test $$? -eq 1
	echo
	echo '$$ kpi eval -C examples/flights --last 3'
	$(KPI) eval -C examples/flights --last 3

test: $(VENV)/.developing
	$(BIN)/python -m pytest -n auto

check: lint
	$(BIN)/python -m pytest -n auto -m "not slow"

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python bench/start.py

lock:
	{ echo '# Versions for CI and `make test`, made by `make lock` from pyproject.toml. Do not edit.'; \
	  uv pip compile pyproject.toml --group dev --universal --generate-hashes --python-version 3.11 \
	    --no-header --no-annotate --quiet; } > .ci/requirements.new
	mv .ci/requirements.new .ci/requirements.txt

clean:
	rm -rf $(VENV) dist build .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(BIN)/python:
	if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed; name it with make PYTHON=..." >&2; exit 1; fi
	$(PYTHON) -m venv $(VENV)

$(VENV)/.running: pyproject.toml | $(BIN)/python
	echo "Setting up $(VENV) ..." >&2
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.developing: pyproject.toml .ci/requirements.txt | $(BIN)/python
	echo "Setting up $(VENV) with the tools for developing ..." >&2
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .ci/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/.running
