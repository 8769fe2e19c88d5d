# Short names for tasks.py, which does the work; without make: python3 tasks.py run
# Options: make run PORT=8502 · make test ARGS="tests/core -x" · make run PYTHON=python3.13

PYTHON ?= python3
PORT ?= 8501
ARGS ?=

.PHONY: run test lint bench bench-ui bench-load record words clean

run:  ## serve the app on http://127.0.0.1:8501
	@$(PYTHON) tasks.py run --port $(PORT) $(ARGS)

test lint bench bench-ui bench-load record words clean:
	@$(PYTHON) tasks.py $@ $(ARGS)
