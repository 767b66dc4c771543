# Faultline's commands. `make help` lists them.
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SEEDS ?= 1..1000

.DEFAULT_GOAL := help
.PHONY: help setup run test test-python test-browser-code test-stories check storm bench tools

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Faultline needs Python 3.11 or newer; set PYTHON=." >&2; exit 1)
	$(PYTHON) -m venv $(VENV) || (echo "Python's venv module is missing: apt-get install python3-venv" >&2; exit 1)

$(VENV)/run.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/run.stamp

setup: $(VENV)/dev.stamp ## Install everything that developing needs

run: $(VENV)/run.stamp ## Serve the course at http://127.0.0.1:8000 (PORT= changes the port)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@$(BIN)/python manage.py first_run
	@echo "Faultline is at http://127.0.0.1:$(PORT)"
	@exec $(BIN)/daphne --bind 127.0.0.1 --port $(PORT) --verbosity 0 lessons.asgi:application

tools: ## Install Chromium, Node.js, Redis and PostgreSQL where apt-get may, or say what to install
	@bash .ci/tools

test: setup tools test-python test-browser-code test-stories ## Run all tests, browser stories included

test-python: setup tools
	$(BIN)/python -m pytest -q -n auto

test-browser-code: setup tools
	node --test tests/js/
	$(BIN)/python -m pytest -q tests/js

test-stories: setup tools ## Run the browser stories (SLOW=1: on a slow machine at the end of a slow line)
	$(BIN)/python -m pytest -q -n 2 --dist worksteal tests/browser

check: setup ## Format, lint, types, layers, vendored files, lessons
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py vendor check
	$(BIN)/python manage.py lessons check

storm: setup ## A thousand seeds of faults against Raft (SEEDS=1..1000), two hundred against the other labs, histories and programs against brute force, all solutions by search
	$(BIN)/python -m tests.storm --seeds $(SEEDS)
	$(BIN)/python -m tests.lab_storms --seeds 1..200
	$(BIN)/python -m tests.solutions
	$(BIN)/python -m tests.brute_force
	PROGRAMS=5000 $(BIN)/python -m pytest -q tests/test_exploration_soundness.py

bench: setup ## Measure the engine, rollback, threads, viewers, a class and page weight
	$(BIN)/python -m tests.bench
