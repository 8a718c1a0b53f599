# tasks.py does the work, so that Windows, without make, has the same commands: python tasks.py TASK
PYTHON ?= python3
EDITION ?= student

.PHONY: book setup serve test accept lock data bench clean

book:
	@$(PYTHON) tasks.py book $(EDITION)

setup serve test accept lock data bench clean:
	@$(PYTHON) tasks.py $@
