# Each target is one line that a person could type; the files they make tell make what is already done.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode
PINS   := pyproject.toml requirements.txt

.PHONY: lab test quick exercises data pins lint bench clean

lab: $(VENV)/.course           ## open the course in JupyterLab
	$(BIN)/jupyter lab --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate course/00-start-here.ipynb

test: $(VENV)/.tests           ## every test: models, checks, notebooks, grading, browser
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest $(PYTEST_ARGS)
