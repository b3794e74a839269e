# Handrail. `make` alone lists what it can do.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
# Dozens of processes of Handrail are started by the tests: what one has compiled the next need not.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
STATIC := handrail/govuk/static/govuk
FONTS := handrail/cases/disclosure/paper/fonts
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# Node.js comes from the machine or, where it has none, from its wheel in the venv.
NODE := PATH="$$PATH:$(CURDIR)/$(BIN)"
PYTEST := $(BIN)/pytest --quiet --durations=20 --durations-min=1
# File after file as they stand, since neighbours share what takes long to make. The quickest come last.
SHARED_OUT := --numprocesses=2 --dist=loadfile --no-loadscope-reorder --max-worker-restart=0
SAMPLE := -m "not whole"
CHECKS := lint types layers audit
# Beside one another on two cores, as tests wait for browsers and databases. Each says all it has to say when
# it is done, and one that fails stops none of the others.
TOGETHER = $(MAKE) --no-print-directory --jobs=3 --keep-going --output-sync=target
# Packages of Python, those of npm and the browser are waited for at once.
INSTALLED = $(MAKE) --no-print-directory --jobs=3
SOURCES := handrail requirements conftest.py $(wildcard tests bench audit)

.PHONY: help
help: ## Show this help
	@echo "Handrail: case management for the police and their partners in the Prevent programme."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "HANDRAIL_HOME (var/), HANDRAIL_PORT (8000), HANDRAIL_BIND (127.0.0.1) and DATABASE_URL change where"
	@echo "it keeps its state, where it listens and which database it uses."

## Using it

.PHONY: run
run: $(DONE)/handrail $(STATIC)/handrail.css ## Install and start Handrail with its demonstration
	@export HANDRAIL_INSECURE=$${HANDRAIL_INSECURE-1}
	exec $(BIN)/handrail up --demo

## Checking it

.PHONY: test
test: ## Run every check and every test but the longest
	@$(INSTALLED) install browser
	echo "Tests, journeys and checks run side by side; each shows what it found at its end."
	$(TOGETHER) unit journeys $(CHECKS)

.PHONY: test-all
test-all: ## Run every check and every test, the longest too
	@$(INSTALLED) install browser $(DONE)/spark
	echo "Tests, journeys and checks run side by side; each shows what it found at its end."
	HANDRAIL_TEST_EVERY_PAGE=yes $(TOGETHER) SAMPLE= unit-all journeys $(CHECKS)

.PHONY: lint
lint: $(DONE)/dev ## Look at form and style of code and templates
	@echo "== lint"
	$(BIN)/ruff format --check --quiet $(SOURCES)
	$(BIN)/ruff check --quiet $(SOURCES)
	$(BIN)/python -m audit.plain_english
	[ -n "$$(find handrail -name '*.html' -path '*/jinja2/*' -print -quit)" ] || exit 0
	$(BIN)/djlint --quiet --lint --check handrail || { $(BIN)/djlint --lint --check handrail | tail -60; exit 1; }

.PHONY: types
types: $(DONE)/dev ## Check types
	@echo "== types"
	HANDRAIL_HOME=var/test $(BIN)/mypy --no-error-summary

.PHONY: layers
layers: $(DONE)/dev ## Check that rooms import downwards only
	@echo "== layers"
	$(BIN)/lint-imports

.PHONY: audit
audit: $(DONE)/dev ## Look for unsafe code, pages and dependencies, without any network
	@echo "== audit"
	$(BIN)/python -m audit

.PHONY: unit
unit: $(DONE)/dev $(STATIC)/handrail.css ## Run the tests that need no browser, but for the longest
	@echo "== unit tests"
	$(PYTEST) $(SHARED_OUT) --ignore=tests/journeys $(SAMPLE)

.PHONY: unit-all
unit-all: $(DONE)/dev $(DONE)/spark $(STATIC)/handrail.css
	@echo "== unit tests, the longest too"
	$(PYTEST) $(SHARED_OUT) --ignore=tests/journeys --hypothesis-profile=whole --override-ini=faulthandler_timeout=3600

.PHONY: journeys
journeys: $(DONE)/dev $(STATIC)/handrail.css browser ## Run the journeys in a real browser
	@echo "== journeys"
	$(PYTEST) $(SAMPLE) tests/journeys

.PHONY: replays
replays: $(DONE)/dev $(STATIC)/handrail.css ## Tell the sixteen failures again, and write what Handrail said
	WRITE_REPLAYS=yes $(PYTEST) tests/replays

.PHONY: browser
browser:
	@bash requirements/browser.sh

.PHONY: bench
bench: $(DONE)/dev $(STATIC)/handrail.css ## Measure speed at 1,000, 10,000 and 100,000 cases
	$(BIN)/python -m bench

## Working on it

.PHONY: install
install: $(DONE)/dev $(STATIC)/handrail.css ## Install everything that work on Handrail needs

.PHONY: format
format: $(DONE)/dev ## Put code and templates into form
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/djlint --quiet --reformat handrail || true

.PHONY: migrations
migrations: $(DONE)/dev ## Write the migrations that changed models need
	@# Without a database Django warns that it cannot compare with what was applied; nothing here is.
	PYTHONWARNINGS="ignore:Got an error checking" HANDRAIL_HOME=var/test $(BIN)/handrail manage makemigrations
	find handrail -name migrations -exec $(BIN)/ruff format --quiet {} + -exec $(BIN)/ruff check --quiet --fix {} +

.PHONY: docs
docs: $(DONE)/dev ## Write the pages of docs/ that are drawn from the code
	WRITE_DOCS=yes $(PYTEST) handrail/config/tests/test_retention.py
	$(BIN)/python -m audit.rooms

.PHONY: styles
styles: $(STATIC)/handrail.css ## Build the stylesheet and the scripts, and lay out the fonts

.PHONY: wheel
wheel: $(DONE)/handrail $(STATIC)/handrail.css ## Build a wheel into dist/
	$(BIN)/python -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

.PHONY: sbom
sbom: $(DONE)/handrail ## Write down in dist/ what is in Handrail (CycloneDX)
	@$(BIN)/python -m audit.materials dist/handrail.cdx.json

.PHONY: requirements
requirements: $(DONE)/base ## Pin the newest versions that requirements/*.in allow
	@$(PIP) pip-tools
	cd requirements
	for name in base build node link spark dev; do
		PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= CUSTOM_COMPILE_COMMAND="make requirements" \
			../$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
			--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file $$name.txt $$name.in
	done

.PHONY: clean
clean: ## Remove what was installed and built; the state in var/ stays
	rm -rf $(VENV) node_modules $(STATIC) $(FONTS) dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -rf /dev/shm/handrail-$$(id -u)-$$(printf %s "$(CURDIR)" | sha256sum | cut -c1-12)

## Files

$(DONE)/venv:
	@python=""
	for candidate in "$${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
		if [ -n "$$candidate" ] && "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
		then python=$$candidate; break; fi
	done
	if [ -z "$$python" ]; then
		echo "Handrail needs Python 3.11 or newer with its venv module, and found none." >&2
		echo "Install it (on Debian: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3.12 run" >&2
		exit 1
	fi
	[ -x $(BIN)/python ] || { echo "Making $(VENV) with $$($$python --version)"; $$python -m venv $(VENV); }
	mkdir -p $(DONE)
	touch $@

$(DONE)/base: requirements/base.txt $(DONE)/venv
	@echo "Installing what Handrail runs on (once)"
	$(PIP) --require-hashes --requirement requirements/base.txt
	touch $@

$(DONE)/handrail: requirements/build.txt pyproject.toml $(addprefix requirements/,base.in link.in spark.in) $(DONE)/base
	@$(PIP) --require-hashes --requirement requirements/build.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

$(DONE)/dev: requirements/dev.txt $(DONE)/handrail
	@echo "Installing what Handrail is checked with (once)"
	$(PIP) --require-hashes --requirement requirements/dev.txt
	touch $@

$(DONE)/spark: requirements/spark.txt $(DONE)/dev
	@echo "Installing Spark for the longest tests (once)"
	$(PIP) --require-hashes --requirement requirements/spark.txt
	touch $@

$(DONE)/node: requirements/node.txt $(DONE)/venv
	@if ! command -v npm > /dev/null; then
		echo "Installing Node.js for the stylesheet (once)"
		$(PIP) --require-hashes --requirement requirements/node.txt
	fi
	touch $@

$(DONE)/npm: package.json package-lock.json .npmrc $(DONE)/node
	@echo "Installing the design systems (once)"
	$(NODE) npm ci --ignore-scripts --silent
	touch $@

$(STATIC)/handrail.css: $(wildcard handrail/govuk/styles/*.scss handrail/govuk/scripts/*.js) $(DONE)/npm
	@rm -rf $(FONTS)
	mkdir -p $(STATIC)/images $(FONTS)
	cp node_modules/@expo-google-fonts/*/{400Regular,700Bold}/*.ttf $(FONTS)/
	cp node_modules/dejavu-fonts-ttf/ttf/DejaVuSans{,-Bold}.ttf $(FONTS)/
	cp handrail/govuk/scripts/*.js $(STATIC)/
	cp node_modules/@ministryofjustice/frontend/moj/assets/images/icon-*.svg $(STATIC)/images/
	for script in node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js \
			node_modules/@ministryofjustice/frontend/moj/moj-frontend.min.js; do
		sed 's|//# sourceMappingURL=.*||' $$script > $(STATIC)/$$(basename $$script)
	done
	$(NODE) node_modules/.bin/sass --quiet --no-source-map --style=compressed --load-path=. \
		handrail/govuk/styles/handrail.scss $@
	touch $@
