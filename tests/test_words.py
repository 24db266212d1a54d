"""Sentences: both languages say the same with the same gaps, whatever the code says is written, numbers are checked."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from knowledge.emergency import all_lines
from nlu.languages import LATIN, SPOKEN, lists, of_directory
from settings import ROOT
from words import HERE, LANGUAGES, WordsMissing, look_up, other_languages, say, sentences

OTHER = HERE / "other_languages.yml"
FILES = sorted(set(HERE.glob("*.yml")) - {OTHER})
GAP = re.compile(r"\{(\w+)\}")
KEY = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)+")
NUMBER = re.compile(r"(?<![\w,.])\d(?: ?\d){2,}(?![\w,]|\.\d)")
NOT_A_TELEPHONE = {"400", "320", "160"}  # per cent and pixels, on the page about accessibility; letters of a text
A_FILE = (".py", ".yml", ".html", ".css", ".js", ".txt", ".csv", ".db", ".onnx", ".json")
SAYING = {"say": "", "say_in": "", "look_up": "", "in_page_language": "web.", "words_at": "web.",
          "in_console": "console.", "console_at": "console."}  # fmt: skip
IN_TEMPLATES = {"say": "web.", "say_in": "", "words_at": "web.", "tell": "console.", "tell_at": "console."}


@pytest.mark.parametrize("path", [path for path in FILES if ".en." in f".{path.name}"], ids=lambda path: path.name)
def test_both_languages_have_the_same_keys_with_the_same_gaps(path):
    english, welsh = dict(_leaves(_read(path))), dict(_leaves(_read(path.with_name(path.name.replace("en.", "cy.")))))
    assert set(english) == set(welsh), (
        f"Write in Welsh too: {sorted(set(english) - set(welsh))}. "
        f"Only in Welsh: {sorted(set(welsh) - set(english))} ({path.name})."
    )
    for key, sentence in english.items():
        assert sorted(GAP.findall(sentence)) == sorted(GAP.findall(welsh[key])), (
            f"{path.name}, {key}: the same {{names in braces}} must stand in both languages."
        )


def test_every_english_file_has_a_welsh_one():
    names = {path.name for path in FILES}
    for name in names:
        assert name.replace("en.yml", "cy.yml") in names, f"words/{name} has no Welsh twin."
        assert name.replace("cy.yml", "en.yml") in names, f"words/{name} has no English twin."


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_key_and_sentence_is_text(path):
    """YAML reads a bare `on`, `yes` or `no` as true or false, and a bare 12 as a number: quote them."""
    wrong = [at for at, value in _everything(_read(path)) if not isinstance(value, str)]
    assert not wrong, f"{path.name}: put quotes around {wrong}; YAML reads these as something other than text."


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_gap_is_a_plain_name(path):
    for key, sentence in _leaves(_read(path)):
        assert re.sub(GAP, "", sentence).count("{") == 0, f"{path.name}, {key}: a brace that is not a {{name}}."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_the_code_names_is_written(language):
    known = set(sentences(language))
    for where, key in _keys_in_python(known):
        assert _is_there(key, language), f"{where} says {key!r}, which is not in words/ in {language}."


def test_every_sentence_is_given_what_its_gaps_need():
    given = list(_given())
    assert len(given) > 40, "Hardly any sentence is found to be said: has the way of saying them changed?"
    for where, key, values in given:
        found = look_up(key, "en")
        gaps = {gap for _, sentence in _leaves(found) for gap in GAP.findall(sentence)}
        assert gaps <= values, f"{where} says {key!r} without {sorted(gaps - values)}: it would fail before a resident."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_a_template_names_is_written(language):
    for path in sorted((ROOT / "channels").rglob("*.html")):
        named = re.findall(
            r"\b(say|say_in|words_at|tell|tell_at)\(\s*[\"']([\w.]+)[\"']", path.read_text(encoding="utf-8")
        )
        for call, key in named:
            full = IN_TEMPLATES[call] + key
            assert _is_there(full.rstrip("."), language), f"{path.name} says {full!r}, which is not in words/."


def test_the_keys_looked_for_are_really_found():
    """Were the search above to find nothing, its test would pass for ever."""
    found = {key for _, key in _keys_in_python(set(sentences("en")))}
    assert {"place.ask", "signposts.more", "checked.on", "trouble.nothing", "web.foot.run_by", "privacy"} <= found


@pytest.mark.parametrize("path", [*FILES, OTHER], ids=lambda path: path.name)
def test_every_telephone_number_is_a_checked_emergency_line(path):
    known = _emergency_numbers()
    for key, sentence in _leaves(_read(path)):
        for number in NUMBER.findall(sentence):
            assert number in known | NOT_A_TELEPHONE, (
                f"{path.name}, {key} gives {number}, which is not in knowledge/seed/emergency.yml. "
                "Add the line there with its source, or say it without a number."
            )


def test_danger_has_a_full_set_of_sentences_for_every_kind():
    kinds = {kind for line in all_lines() for kind in line.kinds}
    for language in LANGUAGES:
        danger = sentences(language)["danger"]
        assert set(danger) == kinds, f"words/danger.{language}.yml and emergency.yml speak of different dangers."
        for kind in kinds:
            missing = {"lead", "stay", "still_here", "again", "step_down"} - set(danger[kind])
            assert not missing, f"words/danger.{language}.yml, {kind}: write {sorted(missing)}."


@pytest.mark.parametrize("code", other_languages())
def test_in_every_other_language_there_is_a_sentence_a_way_to_999_and_whether_it_was_checked(code):
    given = other_languages()[code]
    assert given["reviewed"] in (True, False), "Write `reviewed: true` once a speaker has read all three, else false."
    assert all(given[part].strip() for part in ("reads", "below", "danger"))
    assert "999" in given["danger"] and given["called"] in given["danger"]
    assert given["called"] == look_up("languages", "en")[of_directory(code)]
    first = unicodedata.bidirectional(given["reads"][0])
    assert given.get("direction", "ltr") == ("rtl" if first in ("AL", "R") else "ltr")


def test_every_language_recognised_has_its_sentence():
    assert set(other_languages()) == {*LATIN, *SPOKEN, *lists().scripts}


def test_dots_go_down_and_values_are_filled_in():
    assert "Richmond" in say("place.which", "en", name="Richmond")
    assert say("place.which", "cy", name="Richmond") != say("place.which", "en", name="Richmond")


def test_a_language_we_do_not_speak_is_answered_in_english():
    assert say("place.ask", "pl") == say("place.ask", "en")


@pytest.mark.parametrize("key", ["nowhere", "place.nowhere", "place.ask.further"])
def test_a_missing_sentence_is_named(key):
    with pytest.raises(WordsMissing, match=key):
        look_up(key, "cy")


def _read(path: Path) -> object:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _leaves(words: object, at: str = "") -> Iterator[tuple[str, str]]:
    yield from ((key, str(value)) for key, value in _everything(words, at) if not key.endswith(" (key)"))


def _everything(words: object, at: str = "") -> Iterator[tuple[str, object]]:
    """Every sentence with the way to it, and every key that leads there."""
    if isinstance(words, dict):
        for key, below in words.items():
            yield f"{at}.{key} (key)".lstrip("."), key
            yield from _everything(below, f"{at}.{key}".lstrip("."))
    elif isinstance(words, list):
        for number, below in enumerate(words):
            yield from _everything(below, f"{at}.{number}")
    else:
        yield at, words


def _keys_in_python(known: set[str]) -> Iterator[tuple[str, str]]:
    """Keys given to a saying function, other constants that look like one, and the fixed beginnings of built ones."""
    for where, node in _nodes():
        yield from ((where, key) for key in _keys_of(node, known))


@lru_cache(maxsize=1)
def _nodes() -> list[tuple[str, ast.AST]]:
    """Every node of bot/ and channels/ that stands in a line, with where that is."""
    found = []
    for path in sorted(path for folder in ("bot", "channels") for path in (ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        lines = (node for node in ast.walk(tree) if hasattr(node, "lineno"))
        found += [(f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", node) for node in lines]
    return found


def _given() -> Iterator[tuple[str, str, set[str]]]:
    """Where a sentence is said with values that can be read off: as keywords of `say`, or in `("key", {"name": …})`."""
    for where, node in _nodes():
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = getattr(node.func, "id", "")
            if called in ("say", "in_page_language", "in_console") and all(one.arg for one in node.keywords):
                yield where, SAYING[called] + node.args[0].value, {one.arg for one in node.keywords if one.arg}
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Dict):
            key, values = node.elts
            if isinstance(key, ast.Constant) and KEY.fullmatch(str(key.value)):
                yield where, key.value, {one.value for one in values.keys if isinstance(one, ast.Constant)}


def _keys_of(node: ast.AST, known: set[str]) -> Iterator[str]:
    called = getattr(getattr(node, "func", None), "id", "")
    if isinstance(node, ast.Call) and called in SAYING and node.args and isinstance(node.args[0], ast.Constant):
        yield SAYING[called] + node.args[0].value
    elif isinstance(node, ast.JoinedStr) and len(node.values) > 1 and isinstance(node.values[0], ast.Constant):
        start, dot, _ = node.values[0].value.rpartition(".")
        if dot and start.split(".")[0] in known:
            yield start
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
        if node.value.split(".")[0] in known and not node.value.endswith(A_FILE):
            yield node.value


def _is_there(key: str, language: str) -> bool:
    try:
        look_up(key, language)
    except WordsMissing:
        return False
    return True


def _emergency_numbers() -> set[str]:
    found: set[str] = set()
    for line in all_lines():
        written = " ".join((*line.line.values(), *line.more.values(), *line.name.values()))
        found |= {line.number, line.text, *NUMBER.findall(written)}
    return found - {""}
