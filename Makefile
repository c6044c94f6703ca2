# The two commands that matter: `make demo` and `make test`. Each sets up what it needs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
EXAMPLE := examples/workflow-platform
SEATRIAL := $(CURDIR)/$(BIN)/seatrial
RUNTIME ?= local
# what the reference system's image and environment take, as its owner would take it from an index
WHEEL := $(EXAMPLE)/packages/seatrial_instrument-0.1.0-py3-none-any.whl

# what only some files ask for, and tests do
SOME := etcd haproxy patroni versitygw restic

.PHONY: help setup engines browser assets apiserver demo beside test long lint types contracts docs generate lock fresh podman bench clean

help: ## show this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: .venv/.tested $(EXAMPLE)/.venv/.tested ## Python environments, from the hashed locks

# `ready` runs the product, `tested` develops it: the demo waits for no linter and no test runner
.venv/.ready: requirements/install.txt requirements/seatrial.txt pyproject.toml
	scripts/assets.sh & assets=$$!; trap 'kill $$assets 2>/dev/null || true' EXIT; \
	  scripts/venv.sh .venv requirements/install.txt requirements/seatrial.txt -e .; \
	  $(BIN)/python -m compileall -q -j 0 src; \
	  wait $$assets # it is from another index, and was fetched meanwhile
	touch $@

.venv/.tested: requirements/dev.txt instrument/pyproject.toml .venv/.ready
	scripts/venv.sh .venv requirements/dev.txt -e instrument
	touch $@

$(WHEEL): instrument/pyproject.toml instrument/README.md $(shell find instrument/src -name '*.py') .venv/.ready
	rm -f $(EXAMPLE)/packages/*.whl
	cd instrument && $(CURDIR)/$(BIN)/python -m hatchling build -t wheel -d $(CURDIR)/$(EXAMPLE)/packages >/dev/null
	touch $@

$(EXAMPLE)/.venv/.ready: $(EXAMPLE)/requirements.txt $(WHEEL) .venv/.ready
	scripts/venv.sh $(EXAMPLE)/.venv $(EXAMPLE)/requirements.txt $(WHEEL)
	touch $@

$(EXAMPLE)/.venv/.tested: $(EXAMPLE)/requirements-test.txt $(EXAMPLE)/.venv/.ready
	scripts/venv.sh $(EXAMPLE)/.venv $(EXAMPLE)/requirements-test.txt
	touch $@

engines: .venv/.ready ## the products that do the work, into the cache
	$(SEATRIAL) engines install

browser: ## Chromium, for the tests that look at the report
	scripts/browser.sh

assets: ## the browser's parts of `seatrial boards`, from npm
	scripts/assets.sh

apiserver: setup ## a Kubernetes API server, for the test that asks it about every manifest; minutes of compiling
	$(BIN)/python -m scripts.apiserver

# on containers the engines are images, brought by `up`
demo: $(if $(filter compose,$(RUNTIME)),.venv/.ready $(WHEEL),engines $(EXAMPLE)/.venv/.ready) ## the sea trial of the reference system, and its report; RUNTIME=compose on containers
	RUNTIME=$(RUNTIME) scripts/demo.sh

beside: setup ## the web shop of examples/, and seatrial beside it; PROVE=quick for minutes
	scripts/beside.sh

test: setup engines browser assets ## the tests, on real engines; all but the long ones
	$(SEATRIAL) engines install $(SOME)
	scripts/test.sh

long: setup engines browser ## the long tests, each beside a shorter one of the same; before a release
	$(SEATRIAL) engines install $(SOME)
	scripts/test.sh -m long

lint: setup ## ruff, all rules
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup ## mypy strict
	$(BIN)/mypy

contracts: setup ## who may import whom
	$(BIN)/lint-imports

docs: setup ## the documentation, warnings are errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

generate: setup ## rewrite what is generated and committed: coverage, references, the example
	$(BIN)/python -m scripts.generate

lock: ## recompute the hashed locks (needs uv)
	scripts/lock.sh

fresh: ## both commands in a clean Debian root (root, debootstrap; not part of CI)
	scripts/fresh.sh

podman: setup engines ## the conformance of containers on a private Podman, and a proof (root; not part of test)
	scripts/podman.sh $(BIN)/pytest tests/engines/conformance tests/engines/compose/test_first_light.py -k 'compose or first_light' -rs

bench: setup engines ## the figures of docs/figures.md
	$(BIN)/python -m benchmarks

clean: ## remove what setup made, not the engines' cache
	rm -rf .venv $(EXAMPLE)/.venv $(WHEEL) site build
