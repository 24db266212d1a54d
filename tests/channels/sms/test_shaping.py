"""An answer as one text: who and how to reach them, inside the budget, whatever the answer holds."""

from __future__ import annotations

import random
import re

import pytest

from channels.messages import Choice, Phone, Reply, Signpost
from channels.sms.segments import TOGETHER, cost
from channels.sms.shaping import list_of, numbered, shown, text_of
from words import look_up, say

KETTLE = Signpost("1", "community", "The Kettle's On", "Tea and a chat, no need to book.", ("loneliness",), "Near you.",
                  when="Tuesdays, 10 to 12", where="The Hut, Larch Lane",
                  phones=(Phone("01632 960123", "ask for Jean"),), url="https://example.org/kettle", cost="Free",
                  checked="Checked on 1 October 2025 by Larch Lane Church.")  # fmt: skip
WALKS = Signpost("2", "voluntary", "Wednesday walks: slow, short, with a café at the end of each and every one of them",
                 "Walk a mile.", ("loneliness",), "", url="https://walks.example.org.uk/")  # fmt: skip
TIP = Signpost("3", "friend", "A tip from round here",
               "I went ten minutes early so that only three people were there. " * 4, ("loneliness",), "")  # fmt: skip
COUNCIL = Signpost(
    "4", "council", "Adult social care", "Ask for an assessment.", ("care",), "", phones=(Phone("01632 960900"),)
)
POLICE = Signpost(
    "9", "emergency", "Police, ambulance, fire or coastguard", "Ring.", ("crisis_suicide",), "", phones=(Phone("999"),)
)
SAMARITANS = Signpost(
    "10", "emergency", "Samaritans", "Day and night.", ("crisis_suicide",), "", phones=(Phone("116 123"),)
)
SHOUT = Signpost("11", "emergency", "SHOUT", "", ("crisis_suicide",), "", text_number="85258")
CHILDLINE = Signpost("12", "emergency", "Childline", "", ("crisis_suicide",), "", phones=(Phone("0800 1111"),))
INTRO, ASK = say("signposts.intro", "en", topic="loneliness"), say("place.ask", "en")
ANSWER = Reply("signposts", "en", (INTRO,), (KETTLE, WALKS, TIP, COUNCIL), (ASK,))
DANGER = Reply("crisis", "en", ("lead", "stay with somebody. And more."),
               (POLICE, SAMARITANS, SHOUT, CHILDLINE, KETTLE),
               ("we are still here",), needs=("crisis_suicide",), danger=True)  # fmt: skip


def test_three_signposts_each_with_how_to_reach_it_in_order():
    said = text_of(ANSWER, 3)
    assert [line[0] for line in said.split("\n") if line[:2] in ("1 ", "2 ", "3 ")] == ["1", "2", "3"]
    assert "The Kettle's On: 01632 960123" in said or "The Kettle's On, Tuesdays, 10 to 12: 01632 960123" in said
    assert "walks.example.org.uk" in said and "Tip: I went ten minutes early" in said and cost(said).segments <= 3
    assert INTRO in said and look_up("sms.instead", "en")["place__ask"] in said and ASK not in said


def test_a_smaller_budget_keeps_who_and_how_and_lets_the_rest_go():
    said = text_of(ANSWER, 2)
    assert cost(said).segments <= 2 and "01632 960123" in said and "walks.example.org.uk" in said and "3 Tip" in said


def test_in_one_segment_something_is_still_said():
    said = text_of(ANSWER, 1)
    assert cost(said).segments == 1 and "01632 960123" in said


def test_what_is_shown_is_what_can_be_read():
    assert shown(ANSWER, 3)[:3] == (KETTLE, WALKS, TIP) and numbered(ANSWER) == (KETTLE, WALKS, TIP)
    assert KETTLE in shown(ANSWER, 1) and COUNCIL not in shown(ANSWER, 1)


def test_one_asked_about_is_told_in_full():
    said = text_of(Reply("signposts", "en", (say("details.intro", "en"),), (KETTLE,)), 3)
    for part in (
        "The Kettle's On: 01632 960123",
        "Tuesdays, 10 to 12",
        "The Hut, Larch Lane",
        "example.org/kettle",
        "Checked on",
    ):
        assert part in said


def test_who_can_only_be_written_to_is_told_with_the_address():
    online = Signpost(
        "5", "voluntary", "Little Lights online", "An evening.", ("grief",), "", email="lights@example.org"
    )
    assert "1 Little Lights online: lights@example.org" in text_of(
        Reply("signposts", "en", signposts=(online, WALKS)), 3
    )
    assert "lights@example.org" in text_of(Reply("signposts", "en", signposts=(online,)), 3)
    both = Signpost(
        "6", "voluntary", "Lights", "An evening.", (), "", email="l@example.org", phones=(Phone("01632 9"),)
    )
    assert "l@example.org" in text_of(Reply("signposts", "en", signposts=(both,)), 3)


def test_danger_is_999_and_the_lines_in_the_first_segment():
    said = text_of(DANGER, 3)
    first = said[:153]
    for part in (
        "999",
        "Samaritans 116 123",
        "Text SHOUT to 85258",
        "Childline 0800 1111",
        "Text 999 if you registered",
    ):
        assert part in first + said[153:200], part
    assert first.index("999") < first.index("116 123") and said.index("1 The Kettle's On") > 100
    assert cost(text_of(DANGER, 1)).segments == 1 and "116 123" in text_of(DANGER, 1)


@pytest.mark.parametrize("kind", look_up("sms.danger", "en"))
@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_danger_leads_with_its_own_words(kind, language):
    from dataclasses import replace

    said = text_of(replace(DANGER, needs=(kind,), language=language), 3)
    assert said.startswith(look_up("sms.danger", language)[kind]) and "999" in said.split("\n")[0]


def test_buttons_become_numbers_or_letters():
    choices = (Choice("Food and meals", "food"), Choice("Loneliness", "loneliness"))
    alone = text_of(Reply("clarify", "en", (say("unclear.rephrase", "en"),), choices=choices), 3)
    assert "\n1 Food and meals\n2 Loneliness" in alone and "tap" not in alone
    beside = text_of(Reply("signposts", "en", (INTRO,), (KETTLE,) * 2, choices=choices), 3)
    assert "\nA Food and meals\nB Loneliness" in beside


def test_a_long_answer_in_words_is_cut_between_words_and_says_so():
    said = text_of(Reply("smalltalk", "en", ("word " * 400 + "end.",)), 3)
    assert cost(said).segments <= 3 and said.endswith("...") and not said.endswith("wor...")


def test_a_welsh_letter_stays_and_the_budget_holds():
    said = text_of(
        Reply(
            "signposts",
            "cy",
            ("Dyma nhw.",),
            (Signpost("1", "community", "Tŷ'r Ŵyl", "Paned.", (), "", url="https://tyrwyl.cymru"),) * 3,
        ),
        3,
    )
    assert "Tŷ'r Ŵyl" in said and not cost(said).gsm and cost(said).segments <= 3


def test_our_own_welsh_costs_no_more_than_ordinary_letters():
    def leaves(words):
        return [leaf for one in words.values() for leaf in (leaves(one) if isinstance(one, dict) else [one])]

    dear = [said for language in ("en", "cy") for said in leaves(look_up("sms", language)) if not cost(said).gsm]
    assert dear == []


def test_nothing_said_by_text_speaks_of_a_page():
    def leaves(words):
        return [leaf for one in words.values() for leaf in (leaves(one) if isinstance(one, dict) else [one])]

    said = " ".join(leaves(look_up("sms", "en")))
    assert not re.search(r"\b(tap|page|screen|click|button)\b", said)
    for key in look_up("sms.instead", "en"):
        assert say(key.replace("__", "."), "en") and say(key.replace("__", "."), "cy")


def test_a_list_asked_for_is_longer_and_within_what_notify_takes():
    said = list_of((KETTLE, WALKS, TIP, COUNCIL), "en")
    assert said.startswith(say("sms.list.intro", "en")) and "4 Adult social care (council): 01632 960900" in said
    assert len(said) <= 918 and cost(said).segments <= 6


AGREED = ("The listening desk will see this, and nobody else.", "word " * 110, "To say yes, text SHARE.")


def offer(**given) -> str:
    needs = ("handover", "handover_offer")
    return text_of(Reply("handover", "en", needs=needs, **{"after": AGREED, **given}), 3)


def test_an_offer_of_a_person_says_first_what_stood_before_it_and_then_all_that_a_yes_means():
    told = offer(before=("All right, I have noted that.", "By phone only."))
    assert told.startswith("All right, I have noted that.\nBy phone only.\nThe listening desk")
    assert told.endswith("To say yes, text SHARE.") and cost(told).segments <= 6


def test_who_answers_the_phone_is_named_beside_an_offer_or_not_spoken_of():
    ring = ("Of course. These people answer the phone:",)
    people = (KETTLE, WALKS, COUNCIL)
    told = offer(before=ring, signposts=people)
    assert told.startswith("Of course. These people answer the phone:\n1 ") and "\nThe listening desk" in told
    full = offer(before=ring, signposts=people, after=(*AGREED[:1], "word " * 168, *AGREED[2:]))
    assert "answer the phone" not in full and cost(full).segments <= 6


def test_of_what_a_yes_means_no_word_is_left_out_even_where_it_costs_more():
    told = offer(before=("All right.",), after=("word " * 250, "To say yes, text SHARE."))
    assert told.count("word") == 250 and told.startswith("word") and told.endswith("text SHARE.")


@pytest.mark.parametrize("seed", range(200))
def test_for_any_answer_the_budget_holds_and_no_number_or_link_is_cut(seed):
    dice = random.Random(seed)

    def some(words: int) -> str:
        pool = ["tea", "Llŷn", "café", "group", "“chat”", "people", "£2.50", "10–12", "😀", "walking"]
        return " ".join(dice.choice(pool) for _ in range(dice.randrange(0, words)))

    def post(at: int) -> Signpost:
        return Signpost(
            str(at), dice.choice(["friend", "community", "voluntary", "council", "statutory"]), some(12) or "x",
            some(40), (), "", when=some(12), where=some(12),
            phones=(Phone(f"01632 960{dice.randrange(100, 999)}"),) if dice.random() < 0.6 else (),
            url=f"https://example{dice.randrange(9)}.org.uk/{'a' * dice.randrange(60)}" if dice.random() < 0.7 else "",
        )  # fmt: skip

    posts = tuple(post(at) for at in range(dice.randrange(0, 6)))
    reply = Reply(
        "signposts", dice.choice(["en", "cy"]), (some(60),), posts, (some(30),), (Choice("a", "b"),) * dice.randrange(3)
    )
    most = dice.randrange(1, 5)
    said = text_of(reply, most)
    assert cost(said).segments <= most
    numbers = {phone.number for one in posts for phone in one.phones}
    for found in re.findall(r"01632[ \d]*", said):
        assert found.strip() in numbers, "whole or not at all"
    links = {one.url.removeprefix("https://").rstrip("/") for one in posts}
    for found in TOGETHER.findall(said):
        if found.startswith("example"):
            assert found.rstrip(".").removesuffix("...") in links or found in links
