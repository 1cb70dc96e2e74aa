# Every target does its own set-up; run them in a fresh clone.
.DELETE_ON_ERROR:
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready-$(shell cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)

.PHONY: demo test test-az test-clients lint soak format schema lock clean
demo: $(READY)
	$(BIN)/python runbooks/lab.py demo

# One more than there are cores: half of what a test does is to wait for a lab.
WORKERS := $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
test: $(READY)
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not soak"

# The real az, in an environment of its own: its 730 MB are no dependency of anything here.
# AZ_TRANSCRIPT=docs/az-transcript.md writes what it printed.
AZ_VERSION := 2.91.0
AZ_VENV := .venv-az
AZ_READY := $(AZ_VENV)/.ready-$(AZ_VERSION)
test-az: $(READY) $(AZ_READY)
	AZ=$(AZ_VENV)/bin/az $(BIN)/pytest lab/tests/az/az_article.py

$(AZ_READY):
	$(PYTHON) -m venv $(AZ_VENV)
	$(AZ_VENV)/bin/python -m pip install --quiet --disable-pip-version-check azure-cli==$(AZ_VERSION)
	@touch $@

# Ansible's cisco.ios and Genie's parsers, likewise apart: they are 1.3 GB.
GENIE_VERSION := 26.9
ANSIBLE_VERSION := 12.3.0
LIBSSH_VERSION := 1.4.0
CLIENTS_VENV := .venv-clients
CLIENTS_READY := $(CLIENTS_VENV)/.ready-$(ANSIBLE_VERSION)-$(LIBSSH_VERSION)-$(GENIE_VERSION)
test-clients: $(READY) $(CLIENTS_READY)
	ANSIBLE=$(CLIENTS_VENV)/bin/ansible-playbook $(BIN)/pytest lab/tests/clients/ansible_ios.py
	GENIE=$(CLIENTS_VENV)/bin/python $(BIN)/pytest tests/clients/genie_shows.py

$(CLIENTS_READY):
	$(PYTHON) -m venv $(CLIENTS_VENV)
	$(CLIENTS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check \
	  ansible==$(ANSIBLE_VERSION) ansible-pylibssh==$(LIBSSH_VERSION) \
	  pyats==$(GENIE_VERSION) genie==$(GENIE_VERSION)
	@touch $@

soak: $(READY)
	$(BIN)/pytest -n auto --dist loadfile -m soak --timeout 3600; \
	  status=$$?; $(BIN)/python tests/reliability_page.py; exit $$status

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# For editors; a test holds the file against the models.
schema: $(READY)
	$(BIN)/python -m tasks.inventory_schema > docs/inventory.schema.json

# Needs uv; everything else needs only Python.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras \
	  --custom-compile-command "make lock" --quiet pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) $(AZ_VENV) $(CLIENTS_VENV) .mypy_cache .ruff_cache .pytest_cache

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import os, sys; sys.exit("Native Windows is not supported: run this inside WSL2." if os.name == "nt" else "Python 3.11 or newer is needed: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.ready-*
	@touch $@
