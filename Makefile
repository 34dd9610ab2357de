# The few commands of everyday. Each first sees to .venv, which after the first time takes no time.

BIN := .venv/bin
DEV := .venv/.dev-installed

.PHONY: help demo test prove test-clients test-pg15 lint check bench schema docs lock clean

help:
	@echo "make demo     a server to try on http://127.0.0.1:8000 (or PORT=...), with a world in it"
	@echo "make test     every test, on a PostgreSQL of its own"
	@echo "make prove    look into thousands of random worlds (WORLDS=...) and operations, kill for longer"
	@echo "make test-clients  what OAuth clients and a browser of others find; needs Node and Chromium"
	@echo "make lint     form, types and the direction of imports"
	@echo "make bench    the benchmarks"
	@echo "make schema   write schema.graphql anew"
	@echo "make docs     write the generated pages of docs/ anew"
	@echo "make lock     choose the versions of all libraries anew"

demo: .venv/.installed
	@$(BIN)/rangkul demo $(if $(PORT),--port $(PORT))

test: $(DEV)
	@scripts/with-softhsm $(BIN)/python -m pytest -q -n 2 --ignore=tests/clients

# Each world is put into the database and read with every token through the API; a line tells how far.
prove: $(DEV)
	@MANY_WORLDS=$(or $(WORLDS),5000) $(BIN)/python -m pytest -q -n 2 tests/access/test_many_worlds.py
	@ACCESS_WORLDS=$(or $(WORLDS),300) $(BIN)/python -m pytest -q -s tests/access/test_isolation.py
	@STATISTICS_WORLDS=$(or $(WORLDS),3000) $(BIN)/python -m pytest -q -n 2 tests/statistics/test_attack.py
	@PLANS_OPERATIONS=$(or $(OPERATIONS),5000) $(BIN)/python -m pytest -q -s --show-capture=no \
	  tests/plans
	@MUTANTS=all $(BIN)/python -m pytest -q -s tests/access tests/api/test_killed.py \
	  --deselect tests/access/test_isolation.py

# Screenshots of every page are left in screenshots/.
test-clients: $(DEV)
	@scripts/with-node $(BIN)/python -m pytest -q -n 2 tests/clients

# The oldest PostgreSQL we promise to run on, where Debian's is installed.
test-pg15: $(DEV)
	@scripts/with-postgres /usr/lib/postgresql/15/bin $(BIN)/python -m pytest -q --ignore=tests/clients

lint: $(DEV)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(DEV)
	@benchmarks/postgraphile/install
	@$(BIN)/python -m benchmarks

schema: .venv/.installed
	@$(BIN)/rangkul schema --output schema.graphql

docs: .venv/.installed
	@$(BIN)/rangkul docs

lock: $(DEV)
	@scripts/lock $(BIN)/python

clean:
	rm -rf .venv

.venv/.installed: requirements.lock pyproject.toml
	@scripts/install requirements.lock
	@touch $@

$(DEV): requirements-dev.lock pyproject.toml
	@scripts/install requirements-dev.lock
	@touch $@ .venv/.installed
