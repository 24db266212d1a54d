"""When actions and Rasa itself fail, no process prints or logs a word of what the resident wrote."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path

import requests

from settings import ROOT
from words import say

MARKER = "marmalade zeppelin quagmire"
WORDS = MARKER.split()
NO_LOGS = (".db", "-wal", "-shm", ".npz", ".gz", ".onnx", "tokenizer.json")


def post(rasa, **asked) -> requests.Response:
    """Straight to Rasa, past the gateway."""
    url = f"{rasa.settings.rasa_url}/webhooks/fingerpost/message"
    return requests.post(url, json=asked, headers={"X-Fingerpost": rasa.settings.rasa_token}, timeout=20)


def printed(rasa) -> str:
    """Everything Rasa's process printed, and every file beside it or in var/ that could be a log."""
    folders = (rasa.output.parent, rasa.settings.var, ROOT / "var")
    files = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    return "\n".join(
        path.read_text(encoding="utf-8", errors="replace") for path in files if not path.name.endswith(NO_LOGS)
    )


def assert_unsaid(told: str) -> None:
    for word in WORDS:
        assert word not in told.lower(), told[max(0, told.lower().index(word) - 300) :][:600]


def test_an_action_that_raises(rasa, person, caplog, capfd):
    caplog.set_level(logging.INFO)
    with rasa.broken_directory():
        for text in (MARKER, f"I need a food bank, {MARKER}", f"I'm in Frome {MARKER}"):
            reply = person.says(text)
            assert reply.before == (say("trouble.nothing", "en"),) and not reply.from_rasa
    after = person.says("is there a food bank")
    assert after.from_rasa and after.outcome == "signposts", "and mended, it goes on"
    told = printed(rasa)
    assert "OperationalError" in told, "the failure itself is seen"
    out, err = capfd.readouterr()
    assert_unsaid(told + caplog.text + out + err)


def test_an_action_whose_error_quotes_the_text(rasa):
    """A date that is no date is quoted by Python's own error."""
    metadata = {"language": "en", "today": MARKER}
    answered = post(rasa, sender=str(uuid.uuid4()), message=MARKER, metadata=metadata)
    assert answered.status_code == 500 or answered.json()["messages"] == []
    assert_unsaid(answered.text + printed(rasa))
    assert "ValueError" in printed(rasa)


def test_rasa_itself_failing(rasa):
    """Messages no channel of ours would send: Rasa's own code raises with them in hand."""
    for asked in (
        {"sender": str(uuid.uuid4()), "message": [MARKER]},
        {"sender": str(uuid.uuid4()), "message": {"text": MARKER}},
        {"sender": [MARKER], "message": MARKER},
        {"sender": MARKER, "message": MARKER, "metadata": MARKER},
        {"sender": str(uuid.uuid4()), "text": MARKER},
    ):
        answered = post(rasa, **asked)
        assert MARKER not in answered.text, asked
    assert_unsaid(printed(rasa))


def test_in_the_end_something_was_printed_and_it_holds_only_kinds(rasa):
    lines = Path(rasa.output).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(("ERROR", "WARNING"))], "Rasa's troubles are not hidden"
    assert not [line for line in lines if line.startswith("Traceback")]
