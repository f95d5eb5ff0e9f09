# Everything starts here, from nothing but Python 3.11 to 3.13 and make.
#
#   make run      set up, then open the console (without a terminal: train the default recipe)
#   make test     set up, then run the whole test suite
#   make lint     ruff (lint and format) and mypy
#   make bench    measure what the README promises, each against its counterpart in the same run
#   make torture  kill every recipe's worker everywhere, resume, and compare bit for bit
#   make verify   train the recipes on real data and write docs/RESULTS.md
#   make docs     write what is generated: docs/RUN_FOLDER.md and the pictures of the console

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that runs and is young enough; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)
# CUDA libraries (about 3 GB) are worth having exactly where an NVIDIA driver answers.
GPU := $(shell nvidia-smi -L >/dev/null 2>&1 && echo gpu)
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

# One more than there are cores: many tests wait for a process or a clock.
WORKERS = $(shell $(BIN)/python -c 'import os; print(len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else os.cpu_count() + 1)')

.PHONY: run test lint format bench torture verify docs constraints clean
.DEFAULT_GOAL := run

run: $(VENV)/.run
	@if [ -t 0 ] && [ -t 1 ]; then exec $(BIN)/dlconsole; \
	else exec $(BIN)/dlconsole train wine --data sample; fi

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	$(BIN)/python -P -m tests.bench

torture: $(VENV)/.dev
	$(BIN)/python -P -m tests.torture

verify: $(VENV)/.dev
	$(BIN)/python -m tests.verify

docs: $(VENV)/.dev
	$(BIN)/python -m tests.docs

# Remakes the lock for every supported Python at once; needs the network and nothing else.
constraints: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	echo '# The exact versions the tests ran with, for Python 3.11 to 3.13. Remade by `make constraints`.' > constraints.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras \
		--no-header --no-annotate pyproject.toml >> constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache

# Stamps: a second `make run` finds them younger than what they depend on and starts at once.
$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing (once; about a minute) ..." >&2
	@$(INSTALL) -e '.$(if $(GPU),[$(GPU)])'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what tests and lint need (once; about a minute) ..." >&2
	@$(INSTALL) -e '.[dev$(if $(GPU),$(comma)$(GPU))]'
	@touch $@

comma := ,

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed, none was found. Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "The virtual environment cannot be made; on Debian and Ubuntu: apt install python3-venv" >&2; exit 2; }
