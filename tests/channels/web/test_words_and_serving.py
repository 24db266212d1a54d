"""The web channel's words in both languages, and starting it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

from channels.web import __main__ as serving
from settings import from_environment
from tests.channels.web.fakes import settings_for
from words import look_up

TEMPLATES = Path(serving.__file__).parent / "templates"


def test_both_languages_say_the_same_things_with_the_same_gaps():
    assert dict(_gaps(look_up("web", "en"))) == dict(_gaps(look_up("web", "cy")))


def _gaps(words: object, at: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(words, dict):
        for key, below in words.items():
            yield from _gaps(below, f"{at}.{key}")
    elif isinstance(words, list):
        for number, below in enumerate(words):
            yield from _gaps(below, f"{at}[{number}]")
    else:
        yield at, sorted(re.findall(r"\{\w+\}", str(words)))


def test_templates_hold_no_sentences():
    for template in TEMPLATES.glob("*.html"):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template.read_text(), flags=re.S)
        text = re.sub(r"<svg.*?</svg>|<[^>]*>| lang=\"\"", " ", text, flags=re.S)
        assert not re.findall(r"[A-Za-z]{3,}", text), template.name


def test_a_taken_port_is_said_in_one_sentence(tmp_path, monkeypatch, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        given = settings_for(tmp_path, PORT=str(taken.getsockname()[1]))
        monkeypatch.setattr(serving, "settings", lambda: given)
        assert serving.main() == 1
    said = capsys.readouterr().err.strip()
    assert said.count("\n") == 0 and "already in use" in said


def test_a_wrong_setting_is_said_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(serving, "settings", lambda: from_environment({"PORT": "eighty"}))
    assert serving.main() == 1
    assert "PORT is 'eighty'" in capsys.readouterr().err
