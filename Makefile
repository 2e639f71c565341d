# Two targets are for everyone: `make demo` and `make test`. Each sets up what it needs in .venv, once.
# Written for GNU make 3.81 (macOS) and later; every path is relative, so the folder's own name may hold spaces.

VENV = .venv
PYTHON = $(VENV)/bin/python
OUT = runs/demo
TORCH = torch==2.13.0

# Bytecode is written where it is used first, which is quicker than compiling everything at installation.
export PYTHONDONTWRITEBYTECODE =
export PIP_DISABLE_PIP_VERSION_CHECK = 1

# The first Python that is new enough and runs (a version manager's shim may exist and not run).
FIND_PYTHON = for p in python3.13 python3.12 python3.11 python3; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done

# $(call seconds,what): after a command, say how long it took; `start` was set before it.
seconds = echo "$(1) ($$(( `date +%s` - start )) s)"

# $(call install,extra): the package, editable, with the pinned versions; the installer's words go to a log.
install = @echo "installing dulcet[$(1)] with the pinned versions (minutes the first time; log: $(VENV)/install.log)"; \
	start=`date +%s`; \
	$(PYTHON) -m pip install --no-compile -c constraints.txt -e ".[$(1)]" > $(VENV)/install.log 2>&1 \
	|| { tail -n 20 $(VENV)/install.log >&2; echo "make: the installation failed; see $(VENV)/install.log" >&2; exit 1; }; \
	$(call seconds,installed)

.PHONY: help demo results test lint lock clean

help:
	@echo "make demo   train and measure a small model here, from tasks to report, in ten minutes or less"
	@echo "make test   style, types and tests"
	@echo "make results  every experiment with its seeds, into docs/results.md (days; it goes on where it stopped)"
	@echo "make lock   pin anew the versions in constraints.txt"
	@echo "make clean  remove the virtual environment and caches (never runs/)"

demo: $(VENV)/.all
	@start=`date +%s`; \
	$(PYTHON) -m dulcet reproduce --preset demo --out "$(OUT)" && $(call seconds,reproduced)

# Name of the experiment, number of its seeds, and another one: rows that it has with the same settings are not made twice.
RESULTS = frontend:1 full:5 ablations:3:full best_of_n:3:full equal_episodes:3:full off_policy:3:full mining:3:full \
	credits:3:full data:3 leak_guard:3 no_leak_guard:3

results: $(VENV)/.all $(VENV)/.browser
	@for each in $(RESULTS); do echo $$each | { IFS=: read -r name seeds from; \
		$(PYTHON) -m dulcet reproduce --preset $$name --seeds $$seeds $${from:+--reuse runs/$$from} --out runs/$$name; } \
		|| exit $$?; done; \
	$(PYTHON) -m dulcet report $(foreach each,$(RESULTS),runs/$(firstword $(subst :, ,$(each)))) --markdown docs/results.md

test: $(VENV)/.test $(VENV)/.browser lint
	@$(PYTHON) -m pytest

lint: $(VENV)/.test
	@start=`date +%s`; \
	$(PYTHON) -m ruff check --quiet . && $(PYTHON) -m ruff format --quiet --check . && $(PYTHON) -m mypy --no-error-summary \
	&& $(call seconds,style and types are right)

$(VENV)/.all: $(VENV)/.made pyproject.toml constraints.txt
	$(call install,all)
	@touch $@

$(VENV)/.test: $(VENV)/.made pyproject.toml constraints.txt
	$(call install,test)
	@touch $@ $(VENV)/.all

# Without a browser everything but Frontend Design works: that is said, and its tests are skipped.
$(VENV)/.browser: $(VENV)/.all src/dulcet/benchmarks/frontend/browser/parts.py
	@start=`date +%s`; $(PYTHON) -m dulcet browser install && touch $@ && $(call seconds,the browser is there) \
	|| echo "make: without a browser, what draws pages is left out" >&2

$(VENV)/.made:
	@python=`$(FIND_PYTHON)`; \
	test -n "$$python" || { echo "make: no Python 3.11 or later was found; install one and try again" >&2; exit 1; }; \
	$$python -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "make: this Python has no venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }; \
	echo "making $(VENV) with `$$python --version`"; \
	$$python -m venv --clear $(VENV)
	@touch $@

lock:
	@python=`$(FIND_PYTHON)`; echo "resolving the newest versions in a clean environment (minutes)"; \
	$$python -m venv --clear build/lock && echo "$(TORCH)" > build/lock/torch.txt \
	&& build/lock/bin/python -m pip install --quiet --no-compile -c build/lock/torch.txt -e ".[test]" \
	&& { echo "# Exact versions of everything: pip install -c constraints.txt -e '.[all]'. Written by \`make lock\`."; \
		build/lock/bin/python -m pip freeze --exclude dulcet --exclude setuptools \
		| sed 's/+[a-z0-9.]*$$//' | grep -v -E '^(nvidia|cuda|triton)'; } > build/constraints.txt \
	&& mv build/constraints.txt constraints.txt && rm -rf build/lock && echo "constraints.txt: `wc -l < constraints.txt` lines"

clean:
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache; echo "removed $(VENV) and caches; runs/ is kept"
