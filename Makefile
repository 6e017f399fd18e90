# Every target sets itself up: .venv is made from PyPI when it is missing or pyproject.toml changed.

PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup demo test conformance bench features generate lint dist clean

help:
	@echo 'make demo         build a component and run it under MicroPython'
	@echo 'make test         everything that CI runs'
	@echo 'make conformance  the official suites on every engine (WRT_CONFORMANCE=folder), random modules'
	@echo 'make bench        speed against other runtimes, as ratios'
	@echo 'make features     write docs/features.md from test results'
	@echo 'make generate     write what is made from tables: the engines, and pages of docs'
	@echo 'make lint         ruff: format and rules'
	@echo 'make dist         source archive, wheel, and the runtime compiled for each architecture'
	@echo 'make setup        only make .venv, with .venv/bin/wrt-micro'
	@echo 'make clean        remove what was made, .venv too'

setup: .venv/ready

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("wrt-micro needs Python 3.11 or newer; try: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

.venv/bench: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

demo: .venv/ready
	@mkdir -p build
	$(BIN)/wrt-micro build examples/greeter/greeter.wat -o build/greeter.wrt
	$(BIN)/python -m wrt_preflight.micropython examples/greeter/host.py build/greeter.wrt

test: .venv/ready
	$(BIN)/pytest -n auto

conformance: .venv/ready
	WRT_ENGINES=all WRT_DIFFERENTIAL=1000 $(BIN)/pytest -n auto tests/conformance tests/differential \
		tests/native/test_boards.py tests/native/test_random.py

bench: .venv/bench
	$(BIN)/python -m bench
	$(BIN)/python -m bench calls

# Failing tests are what the table is about: it is written all the same.
features: .venv/ready
	@mkdir -p build
	-WRT_ENGINES=all $(BIN)/pytest -n auto -q --junitxml=build/tests.xml
	$(BIN)/python -m wrt_preflight.features build/tests.xml

generate: .venv/ready
	$(BIN)/python -m wrt_preflight.interp
	$(BIN)/python -m wrt_preflight.ops.docs docs/instructions.md
	$(BIN)/python -m wrt_preflight.image.docs docs
	$(BIN)/python -m wrt_preflight.budget.measure
	$(BIN)/python -m wrt_preflight.budget.docs docs
	$(BIN)/python -m wrt_preflight.mip package.json
	$(BIN)/python -m wrt_preflight.wasi docs/wasi.md

lint: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

dist: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check build
	$(BIN)/python -m build
	$(BIN)/python -m wrt_preflight.mip dist dist

clean:
	rm -rf .venv build dist *.egg-info tools/*.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
