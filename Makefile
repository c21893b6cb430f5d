# Kring's commands. All of them work on a fresh machine with Python 3.11 or newer and make.
# Paths are relative throughout: make cannot cope with a checkout whose own path holds spaces.

PYTHON ?= $(or $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo "$$python"; break; }; done),python3)
PIP = .venv/bin/python -m pip --disable-pip-version-check
MESSAGES = $(patsubst %.po,%.mo,$(wildcard config/locale/*/LC_MESSAGES/django.po))
TESTING = DJANGO_SETTINGS_MODULE=config.test_settings
# A process of tests per core, each with a database of its own; more than four only wait.
ALL_HANDS = --numprocesses=auto --maxprocesses=4 --dist=worksteal
unexport PYTHONHOME PYTHONPATH

.PHONY: help setup dev demo serve test bench

help:
	@echo "make demo    a believable world to look at: start everything, fill it, serve it"
	@echo "make serve   the same servers on your own database, without the demo's data"
	@echo "make test    everything that is tested and checked"
	@echo "make bench   the benchmarks"
	@echo "make setup   the virtual environment only; make dev adds the tools for development"

setup: .venv/setup.stamp $(MESSAGES)

dev: setup .venv/dev.stamp

demo: setup
	@exec .venv/bin/python manage.py demo

serve: setup
	@exec .venv/bin/python manage.py serve

test: dev
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check --quiet .
	.venv/bin/djangofmt --check --quiet templates
	.venv/bin/djangofmt check --quiet templates
	.venv/bin/python -m djlint --lint --quiet templates
	.venv/bin/python -c 'from importlinter.cli import lint_imports_command as check; check()'
	KRING_NO_SERVERS=1 .venv/bin/python -m mypy .
	$(TESTING) .venv/bin/python manage.py makemigrations --check --dry-run
	KRING_NO_SERVERS=1 .venv/bin/python manage.py messages --check
	.venv/bin/python -m coverage erase
	COVERAGE_PROCESS_START=pyproject.toml .venv/bin/python -m pytest $(ALL_HANDS)
	.venv/bin/python -m coverage combine --quiet
	.venv/bin/python -m coverage report --fail-under=95

bench: dev
	.venv/bin/python -m bench $(BENCH_ARGS)

# The stamp says for which place the environment was made: its programs do not survive a move.
ifneq ($(shell cat .venv/setup.stamp 2>/dev/null),$(shell pwd -P))
.PHONY: .venv/setup.stamp
endif
.venv/setup.stamp: requirements.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Kring needs Python 3.11 or newer, and $(PYTHON) is not." \
			"Name one that is: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments." \
			"On Debian and Ubuntu, install the package python3-venv." >&2; exit 1; }
	@test "$$(cat $@ 2>/dev/null || pwd -P)" = "$$(pwd -P)" && .venv/bin/python -m pip --version \
		>/dev/null 2>&1 || "$(PYTHON)" -m venv --clear .venv
	@echo "Installing Kring's packages into .venv (once; a minute or two) ..."
	@$(PIP) install --quiet --requirement requirements.txt
	@pwd -P > $@

.venv/dev.stamp: requirements-dev.txt .venv/setup.stamp
	@echo "Installing the tools for development ..."
	@$(PIP) install --quiet --requirement requirements-dev.txt
	@touch $@

$(MESSAGES): %.mo: %.po | .venv/setup.stamp
	@KRING_NO_SERVERS=1 .venv/bin/python manage.py messages --compile
	@touch $@
