"""Danger across a conversation: it leads, it is stayed with, it steps down only when they say so."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from channels.danger import says_safe
from settings import ROOT
from tests.channels.conftest import UNSURE
from words import say

DANGER = "I want to kill myself"
SAFE = [
    "I'm safe now",
    "I’m safe now",
    "im ok",
    "We're safe now, thank you",
    "No, I'm fine now thanks",
    "Sorry, it was a joke",
    "I'm not in danger",
    "I'm not going to do it",
    "I'm feeling better than this morning",
    "the police are here",
    "they've gone",
    "dwi'n iawn diolch",
    "saff rwan",
]
NOT_SAFE = [
    "I'm not ok",
    "I am not safe now",
    "I don't think I'm ok",
    "i dont think im ok",
    "I'm not feeling better",
    "I'm not going to ring them",
    "I'm not going to make it",
    "they've come back",
    "is it safe now?",
    "nobody believes I'm fine",
    "when will I be safe now",
    "I never feel safe now",
    "I can't say I’m ok",
    "hello",
    "",
]


def numbers(reply) -> list[str]:
    return [phone.number for post in reply.signposts for phone in post.phones]


def assert_leads(reply, kind: str = "crisis_suicide") -> None:
    assert reply.danger and reply.outcome == "crisis" and reply.needs[0] == kind
    assert reply.before[0] == say(f"danger.{kind}.lead", "en") and numbers(reply)[0] == "999"


def assert_stays(reply, kind: str = "crisis_suicide") -> None:
    assert reply.danger and reply.outcome == "crisis" and reply.needs == (kind,)
    assert reply.before == (say(f"danger.{kind}.again", "en"),) and numbers(reply)[0] == "999"


def assert_steps_down(reply, kind: str = "crisis_suicide") -> None:
    assert not reply.danger and reply.before == (say(f"danger.{kind}.step_down", "en"),)
    assert reply.signposts == ()


@pytest.mark.parametrize("text", SAFE)
def test_said_to_be_over(text):
    assert says_safe(text)


@pytest.mark.parametrize("text", NOT_SAFE)
def test_not_said_to_be_over(text):
    assert not says_safe(text)


def test_danger_leads_and_rasa_never_hears_of_it(person, rasa):
    assert_leads(person.says(DANGER))
    assert rasa.asked == []


def test_danger_with_rasa_stopped(person, but, nobody):
    with but(rasa_url=nobody):
        assert_leads(person.says(DANGER))


@pytest.mark.parametrize("after", ["I can't", "yes", "in the kitchen", "😢", "...", "", "nobody answers"])
def test_the_next_message_stays_with_it(person, rasa, after):
    person.says(DANGER)
    assert_stays(person.says(after))
    assert rasa.asked == []


def test_it_steps_down_and_then_listens_again(person, rasa):
    person.says(DANGER)
    assert_stays(person.says("I don't know what to do"))
    assert_steps_down(person.says("I'm safe now"))
    reply = person.says("what time is it there")
    assert reply.from_rasa and reply.before == (say("unclear.rephrase", "en"),)


def test_danger_said_again_leads_again_and_says_so(person):
    person.says(DANGER)
    reply = person.says("I am going to kill myself tonight")
    assert_leads(reply)
    assert reply.after[0] == say("danger.crisis_suicide.again", "en")


def test_another_clear_need_is_answered(person, rasa):
    person.says(DANGER)
    reply = person.says("I need a food bank near me please")
    assert reply.from_rasa and not reply.danger
    assert rasa.said == ["I need a food bank near me please"]
    assert person.says("hello").from_rasa, "and it is over"


def test_another_danger_takes_over(person):
    person.says(DANGER)
    reply = person.says("my house is on fire")
    assert reply.before[0] == say("danger.crisis_fire_gas.fire.lead", "en")
    assert reply.needs[0] == "crisis_fire_gas" and numbers(reply)[0] == "999"


def test_the_practical_need_is_answered_underneath(person):
    reply = person.says("my boyfriend hits me and I have no money for food for the kids")
    assert_leads(reply, "crisis_domestic_abuse")
    tiers = [post.tier for post in reply.signposts]
    assert tiers[0] == "emergency" and tiers == sorted(tiers, key=lambda tier: tier != "emergency")


def test_nothing_but_people_underneath_a_wish_to_die(person):
    reply = person.says(f"{DANGER}, I live in Frome and cannot pay my debts")
    assert_leads(reply)
    assert {post.tier for post in reply.signposts} <= {"emergency", "community"}


def test_two_people_have_two_conversations(somebody):
    one, other = somebody(), somebody()
    one.says(DANGER)
    assert other.says("hello").from_rasa
    assert_stays(one.says("hello"))


def test_welsh(person):
    reply = person.says("Dw i eisiau lladd fy hun")
    assert reply.language == "cy" and reply.before[0] == say("danger.crisis_suicide.lead", "cy")
    assert numbers(reply)[:2] == ["999", "0808 164 0123"], "the Samaritans in Welsh, and the lines of Wales"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("wires down and sparking in the lane, Fermanagh", "03457 643 643"),
        ("he hits me, we're out in Gwynedd", "0808 80 10 800"),
        ("my husband hits me. Fife", "0800 027 1234"),
        ("he hits me, I live in Belfast", "0808 802 1414"),
        ("dwi isio marw, dwi ym Mangor", "0808 164 0123"),
    ],
)
def test_the_lines_are_those_of_the_nation_they_name(person, text, number):
    reply = person.says(text)
    assert reply.outcome == "crisis"
    assert number in [phone.number for post in reply.signposts for phone in post.phones]


def test_no_text_to_999_is_offered_but_how_to_register_is(person):
    first = person.says(DANGER).signposts[0]
    assert first.text_number == "" and "register" in first.description


def test_a_child_gets_childline_before_other_lines(person):
    reply = person.says("im 11 and my dad keeps hitting my mum")
    assert numbers(reply)[:2] == ["999", "0800 1111"]


def test_an_ordinary_message_at_the_same_moment_does_not_end_it(person, rasa):
    """The ordinary one was asked first and is answered last."""
    replies = []

    def meanwhile(_asked):
        replies.append(person.says(DANGER))
        return {"messages": [UNSURE]}

    rasa.answer = meanwhile
    assert person.says("hello").from_rasa
    assert_leads(replies[0])
    assert_stays(person.says("are you there"))


WITHOUT_MODEL = """
import json, sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from channels.gateway import handle, warm
from channels.messages import Inbound
from settings import settings, use
with use(replace(settings(), model_dir=Path(sys.argv[1]), knowledge_url=sys.argv[2], conversations_url=sys.argv[3],
                 var=Path(sys.argv[1]), rasa_url="http://127.0.0.1:9")):
    warm()
    for text in sys.argv[4:]:
        reply = handle(Inbound("web", "someone", text, text, datetime.now(UTC)))
        print(json.dumps([reply.before, [p.number for s in reply.signposts for p in s.phones]]))
"""


def test_with_the_sentence_model_gone_danger_still_leads(home, tmp_path):
    nowhere = tmp_path / "no-model"
    nowhere.mkdir()
    addresses = [str(nowhere), home.knowledge_url, home.conversations_url]
    command = [sys.executable, "-W", "ignore", "-c", WITHOUT_MODEL, *addresses, DANGER, "I am lonely"]
    ran = subprocess.run(command, cwd=ROOT, env=home.environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    danger, need = map(json.loads, ran.stdout.splitlines())
    assert danger[0][0] == say("danger.crisis_suicide.lead", "en") and danger[1][0] == "999"
    assert need[0] == [say("danger.crisis_suicide.again", "en")] or need[0] == [say("trouble.nothing", "en")]
