# make run    sets itself up and runs the main scenario
# make test   sets itself up and runs all quick checks
# The environment lives in .venv; `make clean` removes it. `make run PYTHON=python3.12` chooses a Python,
# `make run OPTIONS=--overwrite` replaces results of an older version.

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
# Scripts on Windows, bin elsewhere
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
RESULTS := results
OPTIONS :=

.PHONY: help
help:  ## say what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1: /'

$(BIN)/python:
	@set -e; \
	for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	  if $$python -c '$(SUITABLE)' >/dev/null 2>&1; then \
	    echo "Making an environment in $(VENV) with $$($$python --version)"; \
	    $$python -m venv $(VENV); exit 0; \
	  fi; \
	done; \
	echo "No Python 3.11, 3.12 or 3.13 found; name one, as in: make run PYTHON=/path/to/python3.12" >&2; exit 1

$(VENV)/installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing cpi_sim and what it needs (once)"
	@$(PIP) -e .
	@touch $@

$(VENV)/installed-for-tests: $(VENV)/installed
	@echo "Installing what the tests need (once)"
	@$(PIP) -e '.[test]'
	@touch $@

$(VENV)/installed-for-docs: $(VENV)/installed
	@echo "Installing what the documentation needs (once)"
	@$(PIP) -e '.[docs]'
	@touch $@

.PHONY: run
run: $(VENV)/installed  ## run 0, 1, 2, 4 and 8 contacts a month and draw the outcomes
	@$(BIN)/cpi-sim batch scenarios/contact_intensity.yaml --results $(RESULTS) $(OPTIONS)

.PHONY: test
test: lint types quick  ## all quick checks: lint, format, types, tests

.PHONY: lint
lint: $(VENV)/installed-for-tests  ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: format
format: $(VENV)/installed-for-tests  ## put style and format right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: types
types: $(VENV)/installed-for-tests  ## types
	$(BIN)/mypy

.PHONY: quick
quick: $(VENV)/installed-for-tests  ## quick tests
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not statistical and not slow and not browser"

.PHONY: statistical
statistical: $(VENV)/installed-for-tests  ## slow tests, and those that compare distributions
	$(BIN)/python -m pytest -n auto --dist loadfile -m "(statistical or slow) and not browser"

.PHONY: browser
browser: $(VENV)/installed-for-tests  ## open the page of `cpi-sim viz` in chromium, which must be installed with its driver
	$(BIN)/python -m pytest -m browser

.PHONY: check
check: $(VENV)/installed  ## compare the model with the evidence
	@$(BIN)/cpi-sim check

.PHONY: bench
bench: $(VENV)/installed-for-tests  ## time the model against plain Mesa, and by size
	$(BIN)/python -m benchmarks

.PHONY: baseline
baseline: $(VENV)/installed-for-tests  ## write the numbers of the baseline anew, on purpose
	$(BIN)/python -m tests.baseline.update

.PHONY: docs
docs: $(VENV)/installed-for-docs  ## build the documentation into site/, without a warning
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "The documentation is in site/: open site/index.html"

.PHONY: clean
clean:  ## remove the environment and what tools leave behind
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
