.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
py := .venv/bin/python

.PHONY: help
help: ## Print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Make .venv and install the locked packages (PYTHON=... picks an interpreter)
	@dev/scripts/setup.sh

.PHONY: demo
demo: setup page ## Run the simulators, Valkey, PostgreSQL and the gateway (PORT=... moves it); Ctrl-C ends all
	@exec $(py) -m dev.demo

.PHONY: test
test: setup ## Run the tests, two at a time; ARGS="..." goes to pytest instead and is run one at a time
	@$(py) -m pytest $(or $(ARGS),-n 2)

.PHONY: test-interpreted
test-interpreted: setup ## Run the tests with compilation off: the answers must be the same
	@GATEWAY_EXECUTION_COMPILED=false $(py) -m pytest $(ARGS)

.PHONY: faults
faults: setup ## Run the whole fault matrix and the great storm; STORM_SEED=... takes one again (ARGS=... goes to pytest)
	@$(py) -m pytest tests/faults -m "matrix or not matrix" $(ARGS)

.PHONY: cases
cases: setup ## Run 20,000 generated cases of execution against graphql-core, write docs/execution-coverage.md (ARGS=...)
	@$(py) -m tests.execution.many --write $(ARGS)

.PHONY: lint
lint: setup ## Check format, style, types and the floors between packages
	@echo "ruff format"   && $(py) -m ruff format --check .
	@echo "ruff check"    && $(py) -m ruff check .
	@echo "mypy --strict" && $(py) -m mypy
	@echo "import-linter" && $(py) -c "from importlinter.cli import lint_imports_command as c; c()" --no-cache

.PHONY: format
format: setup ## Format the code and mend what can be mended
	@$(py) -m ruff format .
	@$(py) -m ruff check --fix .

.PHONY: schema
schema: setup ## Print the GraphQL schema
	@$(py) -m gateway schema

.PHONY: schema-write
schema-write: setup ## Write the GraphQL schema to schema.graphql
	@$(py) -m gateway schema > schema.graphql.new && mv schema.graphql.new schema.graphql

.PHONY: schema-check
schema-check: setup ## Compare schema.graphql with what the code prints
	@$(py) -m gateway schema | diff -u schema.graphql - || { echo "schema.graphql is out of date: make schema-write"; exit 1; }

.PHONY: bench
bench: setup ## Measure the gateway and write docs/performance.md (ARGS=... for some sections: ARGS="latency --quick")
	@$(py) -m dev.bench $(ARGS)

.PHONY: bench-peers
bench-peers: setup ## Measure the gateway beside other GraphQL servers and write docs/peers.md (ARGS=... as for bench)
	@$(py) -m dev.bench.peers $(ARGS)

.PHONY: page
page: setup ## Build the GraphiQL page (with the Node that came as a wheel)
	@$(py) -m dev.scripts.build_page

.PHONY: page-test
page-test: setup page ## Try the GraphiQL page in headless Chromium
	@$(py) -m pytest tests/page $(ARGS)

.PHONY: audits
audits: setup ## Run the audits of npm's graphql-http against a running gateway
	@$(py) -m dev.scripts.install_audits
	@$(py) -m pytest tests/audits $(ARGS)

.PHONY: lock
lock: setup ## Write the lock files anew (needs uv; ARGS=--upgrade moves the pins)
	@dev/scripts/lock.sh $(ARGS)

.PHONY: clean
clean: ## Remove everything that was installed or built
	@rm -rf .venv build *.egg-info web/*/dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find web dev -name node_modules -type d -prune -exec rm -rf {} +
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
