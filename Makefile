# One word each. `make demo` needs only python3 (3.11+, with venv), make and git.
PYTHON ?= python3
PORT ?= 8000
ADDRESS = http://127.0.0.1:$(PORT)
# The demonstration stands in var/ with SQLite, whatever the shell says.
DEMO = env -u DATABASE_URL -u ZHIBU_KEYS ZHIBU_DEMO=1 ZHIBU_SITE_URL=$(ADDRESS)

.PHONY: demo run test check bench build docs

demo: ## the synthetic county at http://127.0.0.1:8000; RESET=1 rebuilds it, PORT=8080 moves it
	@$(PYTHON) scripts/prepare.py run
	@$(DEMO) .venv/bin/zhibu demo build $(if $(RESET),--reset)
	@$(DEMO) .venv/bin/zhibu serve --port $(PORT)

run: ## this installation as the environment describes it
	@$(PYTHON) scripts/prepare.py run
	@.venv/bin/zhibu serve --port $(PORT)

test: ## the whole suite on SQLite and PostgreSQL, with journeys in Chromium; ARGS go to pytest
	@$(PYTHON) scripts/prepare.py dev
	@.venv/bin/python scripts/run_tests.py $(ARGS)

check: ## format, lint, types, layers, templates, migrations, TypeScript, house rules, locks
	@$(PYTHON) scripts/prepare.py dev
	@.venv/bin/python scripts/check.py

bench: ## measure; ONLY=id,id measures some
	@$(PYTHON) scripts/prepare.py dev
	@.venv/bin/python -m tests.bench $(if $(ONLY),--only $(ONLY))

build: ## styles, scripts, icons, print fonts
	@$(PYTHON) scripts/prepare.py run

docs: ## pages of docs/operations that are written from the code
	@$(PYTHON) scripts/prepare.py run
	@.venv/bin/zhibu docs settings
	@.venv/bin/zhibu docs roles
