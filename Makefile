# What people and the build machine run. `make` alone lists the targets.

PYTHONS = python3.11 python3.12 python3.13 python3.14 python3 python
VENV = .venv
RUN = $(VENV)/bin/python
SOURCE = barometer jobs surveys analytics publication tests benchmarks manage.py
# Two threads of linear algebra in each of two workers wait for one another.
export OPENBLAS_NUM_THREADS = 1
STORED = tests/surveys --ignore=tests/surveys/instrument --ignore=tests/surveys/test_printed_forms.py tests/analytics/test_runs.py tests/analytics/test_focus.py tests/analytics/test_focus_at_once.py tests/publication/test_releases.py tests/publication/test_cases.py tests/publication/test_adoptions.py tests/test_answer_to_figure.py
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: --no-emit-index-url \
  --no-emit-find-links --custom-compile-command "make lock" pyproject.toml

.PHONY: help setup dev demo test nightly smoke bench lock
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1 \t/p' Makefile

setup: $(VENV)/.runtime ## the environment in .venv, from requirements.lock
	@$(RUN) manage.py compile_catalogues >/dev/null

dev: $(VENV)/.dev ## what tests and checks need besides
	@$(RUN) manage.py compile_catalogues >/dev/null

demo: setup ## the demonstration programme on this machine, until Ctrl-C
	@exec env DEMO=1 $(RUN) manage.py demo

test: dev ## lint, types, import contracts, migrations, tests; at the end what was skipped
	$(VENV)/bin/ruff check $(SOURCE)
	$(VENV)/bin/ruff format --check $(SOURCE)
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint --quiet --lint templates
	$(RUN) manage.py makemigrations --check --dry-run
	$(VENV)/bin/pytest -n 2 --dist worksteal -rs
	@if address=$$($(RUN) -m tests.postgres); then \
	  echo "the tests of what is stored, once more on PostgreSQL:"; \
	  DATABASE_URL="$$address" $(VENV)/bin/pytest -n 2 --dist loadfile -rs -m "not journey and not slow" $(STORED); \
	else echo "SKIPPED: the tests of what is stored were not run on PostgreSQL"; fi

nightly: ## make test with every page in every language, every step of every questionnaire, R in every mode, Lighthouse
	@NIGHTLY=1 $(MAKE) test

smoke: setup ## the demonstration's main job without a person, in a fresh folder
	@exec env DEMO=1 $(RUN) manage.py smoke

bench: dev ## benchmarks, each beside its peer
	@set -e; for name in $(basename $(notdir $(wildcard benchmarks/*.py))); do echo "== $$name"; $(RUN) -m benchmarks.$$name; done

lock: dev ## requirements.lock and requirements-dev.lock anew, from pyproject.toml
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(COMPILE) --output-file requirements.lock
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(COMPILE) --group dev --constraint requirements.lock \
	  --output-file requirements-dev.lock

# Each stamp is as new as the lock it was made from, so that a second `make` starts at once.
$(VENV)/.runtime: requirements.lock | $(VENV)/bin/python
	@sh .ci/install requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/.runtime
	@sh .ci/install requirements-dev.lock
	@touch $@

$(VENV)/bin/python:
	@PYTHONS="$(PYTHONS)" sh .ci/environment $(VENV)
