# Commands of the portal. Everything is installed in .venv, nothing elsewhere but Debian packages.
PYTHON ?= python3
VENV := .venv
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
RUNTIME := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2 fonts-dejavu-core python3-venv
TESTING := default-jre-headless libjaxb-java poppler-utils

.PHONY: test system
system:
	$(SUDO) apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $(RUNTIME) $(TESTING) >/dev/null

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install -q --upgrade 'uv==0.13.9'
	$(VENV)/bin/uv pip install -q -p $(VENV)/bin/python -r pyproject.toml --group test
	touch $@

test: system $(VENV)/.ready
	$(VENV)/bin/python -m pytest tests/lib
