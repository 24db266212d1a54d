"""What people really send: nothing, far too much, no words, other languages, markup, commands."""

from __future__ import annotations

import pytest

from channels import conversations
from channels.plain import as_text
from nlu.text import LONGEST
from words import say

ODD = {
    "html": "<script>alert(1)</script> <b>debt</b> &amp; bills",
    "sql": "Robert'); DROP TABLE message; -- help with debt",
    "sql wildcards": "100% _ \" ' ` ; \\",
    "fts operators": 'food AND NOT "bank" OR NEAR(a b) * ^ : ( ) -',
    "braces": "help {topic} {0} {} %s %(x)s with rent",
    "chinese": "我需要帮助",
    "accents apart": "Cafe\u0301 meet\u0301ings",
    "right to left marks": "\u202eplease\u202c help \u200fwith rent",
    "one letter": "x",
    "digits": "98765",
    "one endless word": "a" * 900,
}
NO_WORDS = ["😢", "😢🙏🏽👨‍👩‍👧", "...", "?!", "❤️", "— ✓ §", "___"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t\r\n", "\x00\x07\x1b", "\u200b\u200b", "/", " // "])
def test_nothing_at_all(person, rasa, text):
    reply = person.says(text)
    assert reply.before == (say("trouble.empty", "en"),) and reply.outcome == "clarify"
    assert rasa.asked == []


@pytest.mark.parametrize("text", NO_WORDS)
def test_no_words(person, rasa, text):
    reply = person.says(text)
    assert reply.before == (say("trouble.wordless", "en"),) and reply.outcome == "clarify"
    assert rasa.asked == []


def test_twenty_thousand_characters(person, rasa):
    reply = person.says("I am lonely and " * 1250)
    assert reply.before == (say("unclear.rephrase", "en"), say("trouble.cut", "en"))
    assert len(rasa.said[0]) <= LONGEST
    assert len(conversations.turns(person.sender)[0].said) <= LONGEST


@pytest.mark.parametrize("before", [950, 3_000, 19_100])
def test_danger_far_down_a_long_message_is_seen(person, before):
    chatter = "The bins were late again and the neighbour has a new car. " * 400
    reply = person.says(f"{chatter[:before]}I want to kill myself tonight. {chatter[before:19_900]}")
    assert reply.danger and reply.before[0] == say("danger.crisis_suicide.lead", "en")
    assert reply.signposts[0].phones[0].number == "999"


@pytest.mark.parametrize("which", ODD)
def test_anything_is_answered_by_rasa_and_without(person, rasa, but, nobody, which):
    assert person.says(ODD[which]).before == (say("unclear.rephrase", "en"),)
    with but(rasa_url=nobody):
        reply = person.says(ODD[which])
    assert reply.before[0] == say("trouble.slow", "en") and reply.after
    assert as_text(reply) and [turn.reply for turn in conversations.turns(person.sender)][1] == reply


def test_markup_is_kept_as_the_resident_wrote_it_and_never_said_back(person, but, nobody):
    with but(rasa_url=nobody):
        reply = person.says(ODD["html"])
    assert "<script>" not in as_text(reply)
    assert conversations.turns(person.sender)[0].said == ODD["html"]


@pytest.mark.parametrize("command", ["/restart", "/session_start", "//need", " /wants_person{}", "\u200b/greet"])
def test_a_slash_is_no_command(person, rasa, command):
    person.says(command)
    assert not rasa.said[0].startswith("/") and rasa.said[0] == command.strip(" /\u200b")


def test_control_characters_never_reach_rasa_or_the_database(person, rasa):
    person.says("I\x00 need\x07 a\x1b[31m \u202efood\ud800\u2028bank\r\n")
    assert rasa.said == ["I need a [31m food bank"]
    assert conversations.turns(person.sender)[0].said == rasa.said[0]


def test_welsh_is_answered_in_welsh_and_remembered(person, rasa):
    assert person.says("Dw i angen help gyda bwyd os gwelwch yn dda").before == (say("unclear.rephrase", "cy"),)
    assert person.says("ok").language == "cy", "too little to tell, so as before"
    assert rasa.asked[1]["metadata"]["language"] == "cy"
    assert person.says("I would like to speak English now please").language == "en"


def test_a_number_that_reaches_one_person_is_neither_kept_nor_passed_on(person, rasa):
    reply = person.says("ring me on 07700 900123 about the rent")
    assert say("privacy.left_out", "en") in reply.after
    assert "900123" not in as_text(reply) and "900123" not in str(rasa.asked)
    assert "900123" not in conversations.turns(person.sender)[0].said
