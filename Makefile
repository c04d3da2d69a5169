# Verbs of the project. `make dev` and `make test` need nothing but Python 3.11, git and make:
# tools/bootstrap.py fetches uv when it is missing, and uv fetches the rest as uv.lock says.

PYTHON ?= python3
BOOTSTRAP := $(PYTHON) tools/bootstrap.py
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help dev setup test acceptance-stack bench chaos check static lint format types contracts protos breaking gen gen-fresh fuzz audit sbom

help: ## say what each verb does
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

dev: ## run everything on this machine (ARGS="--port 0" for other ports)
	@$(BOOTSTRAP) albertplus dev $(ARGS)

setup: ## install what is missing, and nothing else
	@$(BOOTSTRAP) --dev

test: setup ## all tests (ARGS="tests/cli -k port" for some)
	@$(BIN)/pytest -n auto $(ARGS)

acceptance-stack: setup ## an ephemeral system for clients of the Convex door (PORT=3999 REPLICAS=2)
	@$(BIN)/python -m tests.acceptance.stack --port $(or $(PORT),3999) --replicas $(or $(REPLICAS),1)

bench: setup ## measure speed, each figure beside its floor
	@$(BIN)/python -m tests.bench $(ARGS)

chaos: setup ## break everything while clients work, about five minutes (ARGS="--short", "--seed 1a2b3c")
	@$(BIN)/python -m tests.chaos $(ARGS)
fuzz: setup ## throw generated nonsense at what parses input, for longer than the tests do (SECONDS=300)
	@FUZZ_SECONDS=$(or $(SECONDS),300) $(BIN)/pytest -n auto --timeout=0 tests/fuzz $(ARGS)

audit: setup ## ask whether a known weakness is in what we depend on (needs a network)
	@$(BIN)/python -m tools.supply audit

sbom: setup ## list what we are built of (CycloneDX), into build/
	@$(BIN)/python -m tools.supply sbom

check: static test ## everything CI runs

static: lint types contracts protos gen-fresh ## everything CI runs but the tests

lint: setup ## style and common mistakes
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

format: setup ## put the style right
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

types: setup ## types, strictly
	@$(BIN)/mypy
	@$(BIN)/mypy tools

contracts: setup ## who may import whom
	@$(BIN)/lint-imports

protos: setup ## style of the protos
	@$(BIN)/python -m tools.protos lint

breaking: setup ## the protos still serve the clients of the last commit
	@$(BIN)/python -m tools.protos breaking

gen: setup ## generate code from the protos, and docs/reference from the code
	@$(BIN)/python -m tools.protos gen
	@$(BIN)/python -m tools.reference

gen-fresh: setup ## the generated code is what the protos say
	@fresh=$$(mktemp -d) && trap 'rm -rf '"$$fresh" EXIT && \
	$(BIN)/python -c 'import pathlib, sys, tools.protos as p; p.generate(pathlib.Path(sys.argv[1]))' "$$fresh" && \
	diff -rq -x __pycache__ -x .keep protos/gen "$$fresh" || { echo 'run `make gen` and commit protos/gen'; exit 1; }
