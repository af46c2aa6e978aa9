# Everything here makes and uses its own virtual environment; PYTHON chooses the interpreter it is made from.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PYTEST_ARGS ?=
FUZZ_SECONDS ?= 60
FUZZ_ARGS ?=
# Programs are started by the thousand here: where none may keep its byte code, each is compiled at every start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint audit docs bench faults soak fuzz mutants clean

help:
	@echo "make demo   a sample repository, a commit, its results, the dashboard's address"
	@echo "make test   lint and all tests"
	@echo "make lint   ruff, bandit, mypy, import contracts"
	@echo "make audit  pip-audit: known vulnerabilities of what is installed; asks the package index, or fails"
	@echo "make docs  the references of configuration and API, made anew from their schemas"
	@echo "make bench  the benchmarks (minutes)"
	@echo "make faults all of the fault tests, in full (an hour); FULLAUTOCI_SEED=N repeats"
	@echo "make soak   20,000 events and what they leave; SOAK_ARGS='--folder DIR' can be stopped and goes on"
	@echo "make mutants  deletes each guard in turn, and wants a test to notice (half an hour)"
	@echo "make fuzz   coverage-guided fuzzing, FUZZ_SECONDS (60) a target; Linux, CPython 3.11 to 3.13"

$(VENV)/.made: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --editable '.[uv,docker]' --group test --group lint
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)/tools
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(VENV)/tools/bin/python --group tools
	touch $@

demo: $(VENV)/.made
	@PATH="$(abspath $(BIN)):$$PATH" sh docs/demo.sh

lint: $(VENV)/.made
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive fullautoci
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

# Apart from lint, which is to be quick and the same every day. What the index does not know is an error (--strict), so
# that nothing passes for having been left out: a mirror that serves packages may tell nothing of vulnerabilities.
audit: $(VENV)/.made
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group audit
	$(BIN)/uv pip freeze --quiet --python $(BIN)/python --exclude-editable > $(VENV)/installed.txt
	$(BIN)/pip-audit --strict --no-deps --disable-pip --progress-spinner off --requirement $(VENV)/installed.txt

docs: $(VENV)/.made
	$(BIN)/python -m fullautoci.config.reference docs/configuration.md
	$(BIN)/python -m fullautoci.web.reference docs/api.md

# A few tests at a time: else all that are slow, which come first, are handed to one of the two.
test: lint
	$(BIN)/pytest -n 2 --maxschedchunk=6 $(PYTEST_ARGS)

bench: $(VENV)/.made
	$(BIN)/python -m bench

faults: $(VENV)/.made
	FULLAUTOCI_FAULTS=all $(BIN)/pytest -n 2 --durations=10 tests/faults tests/e2e/dashboard/test_tabs.py \
		tests/e2e/dashboard/test_lighthouse.py $(PYTEST_ARGS)

soak: $(VENV)/.made
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m tests.soak $(SOAK_ARGS)

fuzz: $(VENV)/.made
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group fuzz
	$(BIN)/python -m tests.fuzzing --seconds $(FUZZ_SECONDS) $(FUZZ_ARGS)

mutants: $(VENV)/.made
	$(BIN)/uv pip install --quiet --python $(BIN)/python --group mutants
	$(BIN)/python -m tests.mutants

clean:
	rm -rf $(VENV) .fuzz mutants .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
