# `make` lists the targets. Everything is installed into .venv/ and .local/, and nowhere else.
PYTHON ?= python3
VENV := .venv/bin
SETUP := $(PYTHON) deploy/local/setup.py

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format faults bench test-docker contracts clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install everything, locked with hashes (does nothing if that was done)
	@$(SETUP)

demo: setup ## Run all of it here with example data; ONCE=1 compares, writes .local/demo.json, ends
	@$(VENV)/python -m deploy.local.demo $(if $(ONCE),--once) $(if $(FRESH),--fresh)

test: setup ## Run all tests on real Kafka and Postgres (OMBUD_STACK=auto|embedded|containers|external)
	@$(VENV)/pytest $(ARGS)

lint: setup ## Check style, types, imports and migrations
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@$(VENV)/lint-imports --no-logo --cache-dir .local/import-linter
	@$(VENV)/python -m deploy.local.lint_migrations

format: setup ## Put the code into the house's form
	@$(VENV)/ruff check --fix .
	@$(VENV)/ruff format .

faults: setup ## Kill at failpoints and at random; KILLS=100 SEED=1, writes .local/faults.json
	@$(VENV)/python -m tests.faults --kills $(or $(KILLS),20) --seed $(or $(SEED),1)

bench: setup ## Measure the engine against plain functions, as JSON
	@$(VENV)/python -m benchmarks

contracts: setup ## Write schemas, AsyncAPI and OpenAPI anew from the models
	@$(VENV)/python -m deploy.ops.contracts

test-docker: setup ## Try docker-compose.yml and the containers way on a throwaway Docker engine
	@deploy/docker/test.sh

clean: ## Remove everything that was installed, downloaded or written (stop the demo first)
	rm -rf .venv .local
