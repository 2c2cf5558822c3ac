# The two commands of the portal: `make demo` and `make test`. Python packages go to .venv, data to var/, and nothing
# else is installed but Debian packages.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
SYSTEM := python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2 fonts-dejavu-core
TESTING := $(SYSTEM) postgresql default-jre-headless libjaxb-java poppler-utils chromium
# Whatever the shell exports, these commands never touch another database or another mode than theirs.
CLEAN := env -u DATABASE_URL -u DEBUG -u DEMO -u SECRET_KEY -u DJANGO_SETTINGS_MODULE

# Installs Debian packages only when one is missing: the next start needs no network.
define install_packages
	@dpkg-query -W -f='$${db:Status-Status}\n' $(1) 2>/dev/null | grep -cx installed | grep -qx $(words $(1)) || { \
	  echo "Paquets Debian : $(1)"; \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; }
endef

define install_python
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install -q --disable-pip-version-check --require-hashes -r $(1)
	@touch $@
endef

.PHONY: demo test lock
demo: system $(VENV)/.demo
	@$(CLEAN) DEMO=1 $(RUN) -W ignore manage.py demo --port $(PORT)

test: system-test $(VENV)/.test
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(CLEAN) DEBUG=1 $(RUN) manage.py makemigrations --check --dry-run
	$(CLEAN) $(RUN) -m pytest -q -n 2
	$(CLEAN) DATABASE_URL=postgres:///postgres pg_virtualenv -t -o fsync=off \
	  $(RUN) -m pytest -q -n 2 --ignore=tests/lib --ignore=tests/browser \
	  --ignore=tests/portal/test_demo_process.py

.PHONY: system system-test
system:
	$(call install_packages,$(SYSTEM))

system-test:
	$(call install_packages,$(TESTING))

# Order-only: the packages must be there before, and never make the environment out of date.
$(VENV)/.demo: requirements.lock | system
	$(call install_python,requirements.lock)

$(VENV)/.test: .ci/requirements-test.lock | system-test
	$(call install_python,.ci/requirements-test.lock)
	@touch $(VENV)/.demo

# Writes both lock files anew from pyproject.toml: hashes, no address.
LOCK := $(RUN) -m uv pip compile -q pyproject.toml --generate-hashes --no-emit-index-url --no-emit-find-links --no-header
lock: $(VENV)/.test
	$(RUN) -m pip install -q --disable-pip-version-check uv
	$(LOCK) -o requirements.lock
	$(LOCK) --no-annotate --group test -c requirements.lock -o .ci/requirements-test.lock
