# Needs only make and Python 3.11 or newer; everything else is installed, locked by hash, into .venv.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# Options for tbt and pytest: make run ARGS="--without-worker", make test PYTEST_ARGS="-k embedded -x"; settings are variables:
# TBT_PORT=50052 make run (docs/settings.md).
ARGS ?=
PYTEST_ARGS ?=

# Stamps: installed once, and again when a lock changes.
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev

PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Each worker runs its own PostgreSQL and S3 store; a file of tests stays with one worker. tests/conftest.py says in which order.
PYTEST_WORKERS ?= --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-header --group build

.PHONY: help
help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(RUN_STAMP) ## Start everything on this machine and serve until Ctrl-C
	@TBT_LOG_LEVEL=$${TBT_LOG_LEVEL:-warning} exec $(BIN)/tbt serve --starter $(ARGS)

.PHONY: test
test: $(DEV_STAMP) ## Run all tests but the performance tests, on real PostgreSQL and S3
	$(BIN)/pytest --ignore=tests/performance $(PYTEST_WORKERS) $(PYTEST_ARGS)

.PHONY: lint
lint: $(DEV_STAMP) protos-check ## Check style, types, import rules and contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: fix
fix: $(DEV_STAMP) ## Repair what a machine can repair of what lint finds
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: protos
protos: $(DEV_STAMP) ## Generate the code beside the contracts anew
	$(BIN)/python protos/generate.py

.PHONY: protos-check
protos-check: $(DEV_STAMP) ## Check the contracts and that the generated code is theirs
	$(BIN)/python protos/generate.py --check

.PHONY: bench
bench: $(DEV_STAMP) ## Measure, side by side with the bare libraries
	$(BIN)/python tests/performance/run.py

.PHONY: bench-gap
bench-gap: $(DEV_STAMP) ## Measure gap analysis at national size, beside plain networkx (TBT_BENCH_SHARE=0.1 for a tenth)
	TBT_BENCH_SHARE=$${TBT_BENCH_SHARE:-1} $(BIN)/python tests/performance/run.py bench_gap_national bench_gap_load bench_gap_frameworks

.PHONY: bench-links
bench-links: $(DEV_STAMP) ## Print how right suggested links are, on real pairs they were not fitted to
	PYTHONPATH=.:protos:tests:tests/performance $(BIN)/python tests/performance/bench_links.py

.PHONY: soak
soak: $(DEV_STAMP) ## Run the robustness tests in full, again and again, until one fails or Ctrl-C
	TBT_TEST_GRAPHS=2000 $(BIN)/pytest --quiet $(PYTEST_ARGS) tests/unit/test_gap_network_oracle.py \
		tests/unit/test_gap_oracle.py tests/unit/test_gap_survey.py
	while TBT_SOAK=1 $(BIN)/pytest tests/robustness tests/security tests/scenarios/test_rolling_restart.py \
		tests/contract/test_backup.py tests/unit/test_gap_plan.py --exitfirst --quiet $(PYTEST_ARGS); do :; done

.PHONY: load
load: $(DEV_STAMP) ## Half an hour of reads, writes and reports that must not fail or grow (TBT_LOAD_MINUTES=5 for less)
	TBT_LOAD_MINUTES=$${TBT_LOAD_MINUTES:-30} $(BIN)/pytest --capture=no $(PYTEST_ARGS) tests/robustness/test_mixed_load.py

.PHONY: sbom
sbom: $(VENV)/pyvenv.cfg ## List what a release is made of, with licences (CycloneDX), in dist/
	rm -rf .build/sbom .build/runtime
	$(BIN)/python -m venv .build/sbom
	$(BIN)/python -m venv .build/runtime
	.build/sbom/bin/pip install --quiet --require-hashes --only-binary :all: --requirement requirements-sbom.lock
	.build/runtime/bin/pip install --quiet --require-hashes --only-binary :all: --requirement requirements.lock
	mkdir -p dist
	.build/sbom/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file dist/sbom.cdx.json .build/runtime/bin/python
	.build/runtime/bin/python tests/architecture/licences.py > dist/licences.tsv

.PHONY: audit
audit: $(VENV)/pyvenv.cfg ## Ask for known weaknesses of all locked packages, where the advisory database can be reached
	rm -rf .build/audit .build/advisories.json
	$(BIN)/python -m venv .build/audit
	.build/audit/bin/pip install --quiet --require-hashes --only-binary :all: --requirement requirements-audit.lock
	-.build/audit/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip \
		--progress-spinner off --format json --output .build/advisories.json 2> .build/advisories.log
	@$(BIN)/python tests/architecture/advisories.py .build/advisories.json

.PHONY: lock
lock: $(VENV)/pyvenv.cfg ## Choose the newest allowed versions anew and lock them
	$(PIP_INSTALL) uv
	$(LOCK) --upgrade --extra embedded --output-file requirements.lock pyproject.toml
	$(LOCK) --upgrade --all-extras --constraints requirements.lock --output-file requirements-dev.lock pyproject.toml
	echo 'cyclonedx-bom>=7' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --upgrade --output-file requirements-sbom.lock -
	echo 'pip-audit>=2.9' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --upgrade --output-file requirements-audit.lock -

.PHONY: clean
clean: ## Remove the virtual environment and all caches; data folders stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Finds a Python that is new enough, whatever its name, and says what is missing where there is none.
$(VENV)/pyvenv.cfg:
	@found=; for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			found="$$candidate"; break; \
		fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Python 3.11 or newer is needed; $(PYTHON) is: $$($(PYTHON) --version 2>&1)" >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$found has no venv or ensurepip module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$found" --version)"; \
	rm -rf $(VENV) && "$$found" -m venv $(VENV)

# The project itself as an editable: that makes the command tbt. Its build backend is locked and installed already.
define INSTALL
@echo "Installing what $(1) locks (once)"
@$(PIP_INSTALL) --require-hashes --only-binary :all: --requirement $(1)
@$(PIP_INSTALL) --no-index --no-deps --no-build-isolation --editable .
@touch $@
endef

$(RUN_STAMP): requirements.lock pyproject.toml | $(VENV)/pyvenv.cfg
	$(call INSTALL,requirements.lock)

# Holds all of requirements.lock too.
$(DEV_STAMP): requirements-dev.lock pyproject.toml | $(VENV)/pyvenv.cfg
	$(call INSTALL,requirements-dev.lock)
	@touch $(RUN_STAMP)
