# Fingerpost. `make` lists what it can do; each target first does what is missing.
SHELL := /bin/bash
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export PYTHONWARNINGS := ignore

PY := .venv/bin/python
VAR := $(or $(FINGERPOST_VAR),var)
RASA_INPUTS := config.yml bot/domain.yml bot/rules.yml bot/stories.yml nlu/components.py nlu/features.py nlu/details.yml nlu/details_spoken.yml $(wildcard nlu/examples/*.yml) $(wildcard nlu/welsh/*.yml) knowledge/learning.py $(wildcard knowledge/seed/topics/*.yml)
MODEL := $(VAR)/rasa/fingerpost.tar.gz
SEED := $(shell find knowledge/seed -name '*.yml')
PYTEST := $(PY) -W ignore -m pytest

.PHONY: help run setup train chat test test-all check lint evaluate bench bench-desk bench-sms bench-long bench-intents lock clean
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: setup $(MODEL) ## Start everything and say where to open the chat (PORT, default 8000)
	@$(PY) -m channels.running

setup: .venv/.installed $(VAR)/.ready ## Install, fetch the sentence model, migrate and seed

train: setup $(MODEL) ## Train Rasa if its inputs are newer than its model

chat: setup $(MODEL) ## Talk to it in this terminal
	@$(PY) -m channels.terminal

test: setup .venv/.tools $(MODEL) ## The default tests, under ten minutes: one trained Rasa, one browser
	@$(PYTEST) -n 3 --dist loadgroup -m "not slow" $(T)

test-all: setup .venv/.tools $(MODEL) ## Everything, slow ones too
	@$(PYTEST) -n 2 --dist loadgroup $(T)

check: test lint ## The tests, then lint and types

lint: .venv/.installed .venv/.tools ## Ruff and mypy
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

evaluate: setup .venv/.tools $(MODEL) ## Answer QUESTIONS=file.jsonl; SCORE=scorer.py measures the answers
	@$(PY) -m channels.evaluating $(or $(QUESTIONS),tests/evaluation/ours.jsonl) $(SCORE)

bench: setup .venv/.tools $(MODEL) ## Measure turns, search, memory and a stock Rasa (some minutes)
	@$(PY) -m bench

bench-desk: setup .venv/.tools ## 10,000 rounds of clerks who claim at once, and a clerk's Send to the screen (a while)
	@$(PY) -m bench.desk

bench-sms: setup .venv/.tools $(MODEL) ## 10,000 texts from 500 people with processes killed: nothing lost or doubled (a while)
	@$(PY) -m bench.sms

bench-long: setup .venv/.tools $(MODEL) ## Turn 1 beside turns 50, 200 and 500 of one conversation (some minutes)
	@$(PY) -m bench.long_talk

bench-intents: setup .venv/.tools ## Ours beside stock Rasa on public sets in DATA=folder (an hour; see docs/comparison.md)
	@$(PY) -m bench.intents $(DATA) --picture docs/comparison.svg

lock: .venv/.uv ## Pin requirements anew, with hashes
	.venv/bin/uv pip compile -q --python-version 3.11 --override overrides.txt --generate-hashes --no-header --no-emit-index-url requirements.in -o requirements.txt
	.venv/bin/uv pip compile -q --python-version 3.11 --generate-hashes --no-header --no-emit-index-url requirements-dev.in -o requirements-dev.txt

clean: ## Remove the environment and all state
	rm -rf .venv $(VAR)

.venv/.uv:
	@echo "Making .venv…"
	@python3.11 -m venv .venv 2>/dev/null || python3 -m venv .venv
	@.venv/bin/pip install -q --disable-pip-version-check uv
	@touch $@

.venv/.installed: .venv/.uv requirements.txt
	@echo "Installing (a minute or two)…"
	@.venv/bin/uv pip sync --require-hashes --compile-bytecode requirements.txt
	@touch $@

.venv/.tools: .venv/.installed requirements-dev.txt
	@echo "Installing what the tests need…"
	@.venv/bin/uv pip install -q --require-hashes --compile-bytecode -r requirements-dev.txt
	@touch $@

$(VAR)/.ready: .venv/.installed $(SEED) $(wildcard migrations/*/versions/*.py) knowledge/seeding.py $(wildcard nlu/urgent*.yml) $(wildcard nlu/examples/*.yml)
	@mkdir -p $(VAR)
	@echo "Fetching the sentence model…"
	@$(PY) -m nlu.embedding
	@echo "Preparing the databases…"
	@$(PY) -m knowledge migrate
	@$(PY) -m knowledge seed
	@echo "Learning what danger sounds like (half a minute)…"
	@$(PY) -c "from nlu.urgent import ready; ready()"
	@touch $@

$(MODEL): $(RASA_INPUTS) | $(VAR)/.ready
	@mkdir -p $(VAR)/rasa/needs
	@$(PY) -m knowledge examples > $(VAR)/rasa/needs/needs.yml
	@echo "Training Rasa (half a minute)…"
	@.venv/bin/rasa train --config config.yml --domain bot/domain.yml --data bot/rules.yml bot/stories.yml nlu/examples $(VAR)/rasa/needs \
	  --out $(VAR)/rasa --fixed-model-name fingerpost > $(VAR)/train.log 2>&1 || (tail -20 $(VAR)/train.log; exit 1)
	@touch $@
