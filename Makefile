# The front door. Everything is made inside the checkout (.venv, .stack) and the user's cache folder.

.DEFAULT_GOAL := help
.PHONY: help page page-check demo test test-containers up down status lint bench chaos clean lock
SHELL := /bin/sh

# The environment's stamp is named after what it was made from, so it is made again only when that changes.
CONTENT := $(shell { cat requirements.lock pyproject.toml; echo '$(CURDIR)'; } | cksum | cut -d' ' -f1)
READY := .venv/ready-$(CONTENT)
RUN := .venv/bin/python
COMPILE := .venv/lock/bin/uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
CHECKED := shared services deploy tests
# The page as well, from its own sources. Node is in .venv; what npm fetches is checked against package-lock.json.
WEB := services/wizard-api/web
PAGE := .venv/page-$(shell { find $(WEB)/src $(WEB)/public $(WEB)/scripts -type f | sort | xargs cat; cat $(WEB)/*.json $(WEB)/*.ts $(WEB)/*.html; } 2>/dev/null | cksum | cut -d' ' -f1)
NPM := PATH="$(CURDIR)/.venv/bin:$$PATH" npm --prefix $(WEB) --silent

help:  ## show this help
	@sed -n 's/^\([a-z-]*\):.*##\(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

page: $(PAGE)  ## build the wizard's page, which wizard-api then serves at /

page-check: $(PAGE)  ## the page's own tests, of what is logic
	@$(NPM) run test

demo: $(READY) $(PAGE)  ## connect and sync a simulated Halo through Kafka into MongoDB, live
	@$(RUN) -m demo

# Tests wait more than they work, so several processes share them by file, each with a Kafka and MongoDB of its own. What
# takes a process longest without a pause, style and types, comes first.
WORKERS := 3
test: $(READY) page-check  ## run every test, ruff and mypy among them
	@$(RUN) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --ignore=tests/containers tests/test_lint.py tests

test-containers: $(READY)  ## build the image, start docker-compose.yml and run the main job in it; needs Docker with Compose
	@$(RUN) -m pytest tests/containers

up: $(READY) $(PAGE)  ## start the embedded Kafka and MongoDB (make up NODES=3 for three of each)
	@$(RUN) -m embedded up $(if $(NODES),--nodes $(NODES))

down: $(READY)  ## stop them; the data stays in .stack
	@$(RUN) -m embedded down

status: $(READY)  ## show their addresses, processes and logs
	@$(RUN) -m embedded status

lint: $(READY)  ## check style and types alone
	@$(RUN) -m ruff check $(CHECKED)
	@$(RUN) -m ruff format --check $(CHECKED)
	@$(RUN) -m mypy --strict $(CHECKED)

bench: $(READY)  ## measure sync-ticket against a bare loop; writes docs/bench.md
	@$(RUN) -m bench

chaos: $(READY)  ## prove the promises under kills and load, in full (an hour or so); writes docs/chaos.md
	@$(RUN) -m chaos

clean:  ## stop the stack; remove .venv, .stack (the data too) and caches
	@if [ -d .stack ] && [ -x $(RUN) ]; then $(RUN) -m embedded down; fi
	@rm -rf .venv $(WEB)/node_modules services/wizard-api/wizard_api/frontend .stack .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: $(READY)  ## make requirements.lock and the image's locks again from pyproject.toml
	@test -x .venv/lock/bin/uv || { $(RUN) -m venv .venv/lock && .venv/lock/bin/pip install --quiet uv; }
	@$(COMPILE) pyproject.toml --upgrade --universal --python-version 3.11 --extra dev --output-file requirements.lock
	@$(COMPILE) pyproject.toml --python-version 3.13 --python-platform linux --constraint requirements.lock --output-file deploy/image/runtime.lock
	@$(COMPILE) --group pyproject.toml:build --python-version 3.13 --python-platform linux --constraint requirements.lock --output-file deploy/image/build.lock

# Fetched once for a lock file, built once for a state of the sources.
$(PAGE): $(READY)
	@lock=.venv/npm-$$(cksum < $(WEB)/package-lock.json | cut -d' ' -f1); \
	if [ ! -e $$lock ] || [ ! -d $(WEB)/node_modules ]; then \
	  echo 'halobus: fetching what the page is built with (once, about half a minute)'; \
	  $(NPM) ci && rm -f .venv/npm-* && touch $$lock || exit 1; \
	fi
	@$(NPM) run build
	@rm -f .venv/page-*; touch $@

# The first Python that is new enough; failing that any, which preflight then tells that it is old.
$(READY):
	@found=; any=; \
	for name in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  "$$name" -c '' 2>/dev/null || continue; any=$${any:-$$name}; \
	  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' && { found=$$name; break; }; \
	done; \
	python=$${found:-$$any}; \
	if [ -z "$$python" ]; then echo 'halobus: no Python found: install 3.11 or newer, or name it: make PYTHON=/path/to/python3' >&2; exit 1; fi; \
	"$$python" deploy/preflight.py || exit 1; \
	echo "halobus: making .venv with $$("$$python" --version) (once, about a minute)"; \
	rm -rf .venv; "$$python" -m venv .venv
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
