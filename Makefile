# Every command is one commented line; `make help` prints them. Anything longer is a small program in tools/.
PYTHON ?= python3
PORT ?= 8000
export PORT DEST VERSION REPORT
.DEFAULT_GOAL := help
.PHONY: demo new test test-all test-deps reproduce check format files lock release help python tools

demo: python ## render the default service to build/demo, migrate it and serve it (PORT=8000)
	@$(PYTHON) -m tools.demo
new: python ## ask the questions and render a service of your own (DEST=../my-service)
	@$(PYTHON) -m tools.new
test: tools ## test the template and what it renders, every pair of options (ARGS="-k questions" for some)
	@.venv/bin/pytest -n auto --dist loadgroup $(ARGS)
test-all: tools ## the same with every triple of options
	@.venv/bin/pytest -n auto --dist loadgroup --every-variant $(ARGS)
test-deps: python ## the default service with the lowest and with the newest versions that its project file accepts
	@$(PYTHON) -m tools.dependencies
reproduce: python ## render again what a bug report describes (REPORT=report.txt, to build/reproduced or DEST=)
	@$(PYTHON) -m tools.reproduce
check: tools ## format, lint, types and workflows of the template
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/zizmor --offline --quiet --pedantic .github template/.github
format: tools ## format the code, mend what the linter can, write the lists of ownership.md
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix . && .venv/bin/python -m tools.ownership
files: tools ## write docs/files.md: what each answer adds, from real renders
	@.venv/bin/python -m tools.option_files
lock: python ## pin the tools of pyproject.toml again, with their hashes
	@$(PYTHON) -m tools.lock
release: python ## tag a release once changelog and version agree (VERSION=1.2.3)
	@$(PYTHON) -m tools.release
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "This needs Python 3.11 or newer as $(PYTHON); choose another: make $(MAKECMDGOALS) PYTHON=python3.13" >&2; exit 1; }
tools: python
	@$(PYTHON) -m tools.environment
