# Every target makes its own environment first: a bare clone needs python3, make and git alone.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 4
SECONDS ?= 60
SOURCES := src tests benchmarks tools

.PHONY: help run env lint quick test soak fuzz lab bench format wheel clean

help: ## Show these targets
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1|/' | \
	  while IFS='|' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

run: ## See this machine's Docker, then the demonstration on a sample host
	@tools/environment.sh run
	@echo '$$ dockproxy status'; $(BIN)/dockproxy status || true
	@echo; echo '$$ dockproxy demo'; $(BIN)/dockproxy demo

env:
	@tools/environment.sh dev

lint: env ## Linters, types and import contracts
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/catalogues.py check
	$(BIN)/python tools/make_rule_docs.py check

quick: lint ## Linters, types, unit and property tests: no root, no network, under a minute
	$(PYTEST) -q -n $(WORKERS) -m 'not lab and not soak and not network' --ignore=tests/fuzz

test: lint ## Everything, the lab included (the lab needs Debian and root)
	$(PYTEST) -n $(WORKERS) --dist worksteal -m 'not soak'

soak: env ## Long numbers; writes docs/soak-report.md
	$(BIN)/python tools/soak.py

fuzz: env ## Spoiled inputs for all readers, SECONDS= of them (60); what fails is kept as a test
	$(BIN)/python -m tests.fuzz $(SECONDS)

lab: env ## A shell on a lab host
	$(BIN)/python -m tests.lab.equipment shell

bench: env ## Ratios of start-up, of status, doctor and route, each in one run
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/on_host.py
	$(BIN)/python benchmarks/doctor.py
	$(BIN)/python benchmarks/route.py

format: env ## Let ruff format the sources
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

wheel: env ## Build the wheel into dist/
	$(BIN)/python -m pip -q wheel --no-deps --wheel-dir dist .

clean: ## Remove what the build and the tests left (not the lab's cache)
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
