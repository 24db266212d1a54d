"""Whatever is sent is made safe to read: no command to Rasa, no control characters, a bounded length."""

from __future__ import annotations

import unicodedata

import pytest

from nlu.text import LONGEST, clean, has_words, was_cut


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("  hello  ", "hello"),
        ("hello\n\n\tthere\r\n", "hello there"),
        ("hel\x00lo\x07", "hel lo"),
        ("a\u2028b\u2029c", "a b c"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\u202egnp.exe", "gnp.exe"),  # text that runs backwards
        ("cafe\u0301", "café"),
        ("half \ud83d", "half"),
        ("👩\u200d👧 and ❤\ufe0f", "👩\u200d👧 and ❤\ufe0f"),
        ("", ""),
        ("\n\t ", ""),
    ],
)
def test_text_is_cleaned_and_otherwise_kept(sent, read):
    assert clean(sent) == read


@pytest.mark.parametrize(
    "sent",
    [
        "/restart",
        "//restart",
        " /restart",
        "/ /restart",
        "/\n/restart",
        "\u200b/restart",
        "/\u200b/restart",
        "/ / /restart",
    ],
)
def test_no_message_is_a_command_to_rasa(sent):
    assert clean(sent) == "restart"


def test_a_slash_inside_stays():
    assert clean("he/she, 24/7") == "he/she, 24/7"


def test_a_message_of_slashes_is_empty():
    assert clean("/ // /") == ""


def test_a_thousand_characters_are_read_and_no_more():
    assert (len(clean("a" * LONGEST)), was_cut("a" * LONGEST)) == (1000, False)
    assert (len(clean("a" * (LONGEST + 1))), was_cut("a" * (LONGEST + 1))) == (1000, True)


def test_nothing_is_said_to_be_cut_when_only_blanks_were():
    sent = "a" * 900 + "\n" * 500
    assert clean(sent) == "a" * 900 and not was_cut(sent)


def test_cleaning_twice_is_cleaning_once():
    for sent in ("/ /a", "  x\n/y ", "cafe\u0301", "👍🏽"):
        assert clean(clean(sent)) == clean(sent)


def test_whatever_character_is_sent_nothing_uncontrolled_comes_out():
    for code in (*range(0x3000), *range(0xD7F0, 0xE010), *range(0xFE00, 0x10000), *range(0xE0000, 0xE0080)):
        for character in clean(f"a{chr(code)}b"):
            allowed = unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
            assert allowed or character in "\u200d\ufe0f", f"U+{code:04X} came through"


@pytest.mark.parametrize(("text", "has"), [("help", True), ("7", True), ("ŵ", True), ("مرحبا", True), ("👍", False)])
def test_words_are_told_from_emoji(text, has):
    assert has_words(text) is has


@pytest.mark.parametrize("text", ["", "?!", "🙏🙏", "...", "_", "👩\u200d👧", " "])
def test_nothing_to_read_has_no_words(text):
    assert not has_words(text)
