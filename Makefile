# Thin names over the real commands. `make` alone lists them.

PYTHON ?= python3
BIN := .venv/bin
LIBRARY := $(shell find src -name '*.py' -o -name '*.css' -o -name '*.js' -o -name '*.mplstyle')
# The chapters as notebooks that run in a browser; another PYODIDE_DIST makes them anew.
BROWSER := _build/browser/.made$(subst /,-,$(PYODIDE_DIST))

.DEFAULT_GOAL := help
.NOTPARALLEL: # also under make -j: the notebooks and the tests fill the processors themselves
# What the shell says to other Pythons is not meant for this one, which also keeps what it has compiled.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE JUPYTER_PATH
export PIP_USER := 0
ifneq ($(filter C POSIX,$(LC_ALL)),)
export LC_ALL := C.UTF-8 # up to Python 3.12 the folder's path would have to be ASCII
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1
.PHONY: help book lab test teacher pdf runs lint format bench notebooks translations links mutants pins clean

help: ## list what there is to do
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "%-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: .venv/book $(BROWSER) ## set up, run the notebooks, build the book
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo
	@echo "The book: file://$(CURDIR)/_build/html/index.html"

lab: .venv/book ## open the chapters in JupyterLab
	$(BIN)/jupyter lab chapters

test: lint runs .venv/browser/ready ## set up, build the book and pass all tests
	$(BIN)/python -m pytest --build --cov --numprocesses auto --dist loadgroup --no-loadscope-reorder

teacher: .venv/book $(BROWSER) ## build the book and notebooks without solutions, to hand out
	$(BIN)/python book/students_edition.py
	@echo
	@echo "Notebooks: _build/teacher/chapters   Book: file://$(CURDIR)/_build/teacher/_build/html/index.html"

pdf: .venv/test book ## build the book, print it as one PDF and offer that on its first page
	$(BIN)/python book/pdf.py

runs: .venv/test ## run each notebook that has changed: nbval compares what it prints, the book shows it
	$(BIN)/python tests/notebooks/runs.py

lint: .venv/test ## check style only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/test ## put code and notebooks into the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/test ## measure, as ratios in one run
	$(BIN)/python benchmarks/bench_library.py
	$(BIN)/python benchmarks/bench_live.py
	$(BIN)/python benchmarks/bench_readers.py

notebooks: .venv/book ## run all notebooks and store what they print
	$(BIN)/python book/store_outputs.py

translations: .venv/book ## write the book's sentences to _build/gettext, to be translated
	rm -rf _build/.doctrees # what it reads for pages does not fit catalogues, nor the other way
	$(BIN)/jupyter-book build . --builder custom --custom-builder gettext
	rm -rf _build/.doctrees

links: .venv/book ## ask whether the addresses that the book cites still answer
	$(BIN)/jupyter-book build . --builder linkcheck

mutants: .venv/test ## change the library in one place at a time: would a test notice? SEED=, PER_MODULE=, ONLY=
	$(BIN)/python tests/mutants.py --seed $(or $(SEED),1) --per-module $(or $(PER_MODULE),25) $(ONLY)

pins: .venv/test ## write the newest versions that fit to requirements*.txt
	$(BIN)/uv pip compile $(PIN) --extra book pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile $(PIN) --extra test --constraint requirements.txt pyproject.toml --output-file requirements-dev.txt
	$(BIN)/uv pip compile $(PIN) --extra browser --constraint requirements.txt pyproject.toml --output-file requirements-browser.txt
PIN := --universal --fork-strategy fewest --python-version 3.11 --upgrade --quiet --no-header --no-annotate --no-emit-package optimlib

clean: ## remove what was built, and the environment
	rm -rf _build .venv

# The environment. Each stamp is the last thing that its recipe makes, and as new as the pins that it
# installed. The first holds the folder's address: a copied environment would run the original's library.

ifneq ($(shell cat .venv/made 2>/dev/null),$(CURDIR))
$(shell rm -f .venv/made .venv/book .venv/test .venv/browser/ready)
endif

# uv installs in seconds what takes pip a minute. Where uv cannot be had, or fails, pip does it.
MIRROR = $${UV_DEFAULT_INDEX:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null)}
define install
@$(BIN)/python -c 'import uv' 2>/dev/null || $(BIN)/python -m pip install --quiet uv || true
@UV_DEFAULT_INDEX="$(MIRROR)" $(BIN)/python -m uv pip install --python $(1) $(2) || $(BIN)/python -m pip --python $(1) install $(2)
endef

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …"; exit 1; }
	rm -rf .venv
	@$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@printf '%s\n' '$(CURDIR)' > $@

.venv/book: requirements.txt pyproject.toml | .venv/made
	@echo "Installing what the book needs into .venv …"
	$(call install,.venv/bin/python,-r requirements.txt -e .)
	@touch $@

# Pins for the tests hold those for the book.
.venv/test: requirements.txt requirements-dev.txt pyproject.toml | .venv/made
	@echo "Installing what the book and the tests need into .venv …"
	$(call install,.venv/bin/python,-r requirements-dev.txt -e .)
	@touch .venv/book $@

.venv/browser/ready: requirements-browser.txt | .venv/made
	@echo "Installing what the edition that runs in a browser needs, into .venv/browser …"
	rm -rf .venv/browser
	$(PYTHON) -m venv --without-pip .venv/browser
	$(call install,.venv/browser/bin/python,-r requirements-browser.txt)
	@touch $@

$(BROWSER): book/browser_edition.py $(wildcard book/browser/*) $(wildcard chapters/*.ipynb) $(LIBRARY) | .venv/browser/ready
	.venv/browser/bin/python book/browser_edition.py
	@touch $@
