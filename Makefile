# Everything a newcomer needs: `make demo` shows the main job, `make test` runs the tests. Both make their own .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo

.PHONY: demo test lint types clean

$(VENV)/.demo: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[fast]'
	touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.demo
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

demo: $(VENV)/.demo
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	$(BIN)/beam-phi sample $(DEMO)/hospital
	$(BIN)/beam-phi key new $(DEMO)/master.key
	$(BIN)/beam-phi mask $(DEMO)/hospital $(DEMO)/out --key $(DEMO)/master.key --library research
	@echo
	@echo "A synthetic hospital export is in $(DEMO)/hospital, its masked copy in $(DEMO)/out/masked."
	@echo "Open $(DEMO)/out/report.html to read what was found and done; compare the two metadata.csv."

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

clean:
	rm -rf $(VENV) $(DEMO) build dist *.egg-info
