# `make` lists what there is. The only thing needed beforehand is Python 3.11 or newer.

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
IS_NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c '$(IS_NEW_ENOUGH)' 2>/dev/null && echo $$python && break; done)
TEMPLATES := find . -path '*/templates/*.html' -not -path './$(VENV)/*' -not -path './var/*'
PYTEST_ARGS ?= -n auto
# Tools that look at the dependencies live apart from them.
TOOLS := var/tools
UV_VERSION := 0.13.9
AUDIT_VERSION := 2.10.1

.DEFAULT_GOAL := help
.PHONY: help lock audit run test test-faults test-api bench bench-quick test-load lint fmt seed reset shell install
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

# $(call step,what,command): a heading, the command, and how long it took.
define step
@printf '\n== %s\n' '$(1)'; began=$$(date +%s); $(2) || exit 1; \
	printf '   %s s\n' "$$(( $$(date +%s) - began ))"
endef

help: ## list the commands
	@echo "make COMMAND, where COMMAND is"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s%s\n", $$1, $$2 }'

run: $(INSTALLED) ## start everything, with demo data, at http://127.0.0.1:8000/ until Ctrl-C
	@$(BIN)/python -m config.run

test: $(INSTALLED) ## everything that must be true before a change lands
	$(call step,browser,$(BIN)/python -m config.browser)
	$(call step,ruff,$(BIN)/ruff check)
	$(call step,ruff format,$(BIN)/ruff format --check)
	$(call step,templates,$(TEMPLATES) -exec $(BIN)/djade --check {} +)
	$(call step,import contracts,$(BIN)/lint-imports)
	$(call step,types,$(BIN)/mypy)
	$(call step,system checks,$(BIN)/python manage.py check --fail-level WARNING)
	$(call step,migrations,$(BIN)/python manage.py makemigrations --check --dry-run)
	$(call step,translations,$(BIN)/python -m config.translations check)
	@printf '\n== tests\n'
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

test-faults: $(INSTALLED) ## kill web, worker, PostgreSQL, Redis and WAHA under load, and print what was lost or doubled
	@FAULTS_SCALE=1 $(BIN)/python -m pytest tests/faults

test-api: $(INSTALLED) ## every operation of the API, as every role, with a hundred requests of whatever its shapes allow
	@API_FUZZ_EXAMPLES=100 $(BIN)/python -m pytest -n 2 tests/api/test_every_answer.py

bench: $(INSTALLED) ## what everything costs, on services and data of its own; rows in ARGS, as in make bench ARGS=page
	@$(BIN)/python -m config.browser
	@$(BIN)/python -m tests.benchmarks $(ARGS)

bench-quick: $(INSTALLED) ## a quick look: little data, few runs, no rows that need databases of their own
	@$(BIN)/python -m config.browser
	@$(BIN)/python -m tests.benchmarks --quick $(ARGS)

test-load: $(INSTALLED) ## 50 messages a second for two minutes before 200 open pages, then more until something breaks
	@$(BIN)/python -m tests.benchmarks --sustained 120

lint: $(INSTALLED) ## the part of `make test` that only reads the code
	$(call step,ruff,$(BIN)/ruff check)
	$(call step,ruff format,$(BIN)/ruff format --check)
	$(call step,templates,$(TEMPLATES) -exec $(BIN)/djade --check {} +)
	$(call step,import contracts,$(BIN)/lint-imports)
	$(call step,types,$(BIN)/mypy)

fmt: $(INSTALLED) ## format code and templates
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format
	@$(TEMPLATES) -exec $(BIN)/djade {} + || true

seed: $(INSTALLED) ## demo data; options in ARGS, as in make seed ARGS="--chats 1000"
	@$(BIN)/python manage.py seed $(ARGS)

reset: $(INSTALLED) ## delete the database, the media and everything else under var/
	@$(BIN)/python -m config.embedded_servers
	rm -rf var

shell: $(INSTALLED) ## a Python shell with the models loaded
	@$(BIN)/python manage.py shell

install: $(INSTALLED) ## only install what the other commands need

# Every file that is installed, of whatever platform, has its hash in requirements.lock: nothing else gets in.
$(INSTALLED): requirements.lock | $(BIN)/python
	@echo "Installing dependencies …"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

lock: ## requirements.lock anew, after a change of requirements*.txt; needs PyPI
	@$(PYTHON) -m venv $(TOOLS) && $(TOOLS)/bin/python -m pip install --quiet uv==$(UV_VERSION)
	@$(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
		--default-index https://pypi.org/simple --custom-compile-command 'make lock' requirements-dev.txt -o requirements.lock

audit: ## known vulnerabilities of what is installed; needs a network that reaches an advisory database
	@$(PYTHON) -m venv $(TOOLS) && $(TOOLS)/bin/python -m pip install --quiet pip-audit==$(AUDIT_VERSION)
	@PATH="$(TOOLS)/bin:$$PATH" $(PYTHON) -m config.audit requirements.lock

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Name it: make PYTHON=/path/to/python3 …"; exit 1; }
	@$(PYTHON) -c '$(IS_NEW_ENOUGH)' || { echo "Python 3.11 or newer is needed, not $$($(PYTHON) -V)."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
