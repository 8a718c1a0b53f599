# tasks.py does the work, so that Windows, without make, has the same commands: python tasks.py TASK
PYTHON ?= python3
EDITION ?= student

.PHONY: book preview setup notebooks serve test accept lock data audit bench clean

book:
	@$(PYTHON) tasks.py book $(EDITION)

preview:
	@$(PYTHON) tasks.py preview $(PAGE)

setup notebooks serve test accept lock data audit bench clean:
	@$(PYTHON) tasks.py $@
