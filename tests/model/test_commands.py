"""The commands people are told to run: Rasa's own checks, and the questions of an evaluation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.serve import newest_model
from settings import ROOT

RASA = [str(Path(sys.executable).parent / "rasa")]
CONTRACT = {"id", "outcome", "needs", "place", "wishes", "signposts", "text", "language", "ms"}
SIGNPOST = {"entry", "name", "tier", "needs", "phone", "url", "why", "checked_on", "distance_km"}
QUESTIONS = [
    {"id": "q1", "channel": "web", "text": "I am lonely in Frome"},
    {"id": "q2", "channel": "sms", "text": "my bin wasn't emptied"},
    {"id": "q3", "channel": "web", "text": "I want to kill myself"},
    {"id": "q4", "channel": "web", "text": "Dw i angen banc bwyd"},
    {"id": "q5", "channel": "sms", "text": "\U0001f622"},
    {"id": "q6", "channel": "web", "text": "delete everything"},
]


def run(rasa, *command: str) -> subprocess.CompletedProcess[str]:
    environment = rasa.settings.environment()
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240)


def test_the_data_is_valid(rasa):
    data = ["bot/rules.yml", "bot/stories.yml", "nlu/examples"]
    given = ["--fail-on-warnings", "--config", "config.yml", "--domain", "bot/domain.yml", "--data", *data]
    ran = run(rasa, *RASA, "data", "validate", *given)
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]


@pytest.mark.slow
def test_the_stories_are_predicted(rasa, tmp_path):
    model = str(newest_model(rasa.settings))
    given = ["-m", model, "-s", "bot/stories.yml", "--out", str(tmp_path), "--no-plot", "--fail-on-prediction-errors"]
    ran = run(rasa, *RASA, "test", "core", *given)
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert json.loads((tmp_path / "story_report.json").read_text())["accuracy"] == 1.0


@pytest.mark.parametrize("more", [[], ["--rasa-down"]], ids=["with Rasa", "Rasa down"])
def test_questions_of_an_evaluation(rasa, tmp_path, more):
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(map(json.dumps, QUESTIONS)), encoding="utf-8")
    ran = run(rasa, sys.executable, "-W", "ignore", "-m", "channels.terminal", "--questions", str(questions), *more)
    assert ran.returncode == 0, ran.stderr[-2000:]
    answers = {row["id"]: row for row in map(json.loads, ran.stdout.splitlines())}
    assert list(answers) == [question["id"] for question in QUESTIONS]
    by_text = {question["id"] for question in QUESTIONS if question["channel"] == "sms"}
    assert all(set(answer) - {"segments"} == CONTRACT for answer in answers.values())
    assert {name for name, answer in answers.items() if "segments" in answer} == by_text
    assert all(set(post) == SIGNPOST for answer in answers.values() for post in answer["signposts"])
    assert all(answer["text"] and answer["ms"] > 0 for answer in answers.values())
    assert answers["q1"]["place"] == "Frome" and answers["q1"]["signposts"]
    assert answers["q2"]["outcome"] == "council" and answers["q4"]["language"] == "cy"
    assert answers["q3"]["outcome"] == "crisis" and answers["q3"]["signposts"][0]["phone"] == "999"
    assert answers["q5"]["outcome"] == "clarify"
    if not more:
        assert answers["q6"]["outcome"] == "privacy" and answers["q6"]["needs"] == ["privacy_request"]
