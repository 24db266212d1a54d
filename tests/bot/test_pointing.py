"""The sentence before the signposts says what they are for."""

from __future__ import annotations

import uuid

from bot.actions.pointing import _understood
from knowledge.answering import Answer
from knowledge.signposting import Plan, Post
from nlu.needs import Need


def test_the_sentence_names_what_only_a_public_body_can_do_though_another_need_came_first():
    found = _answer(("statutory", "council_tax"), ("community", "food"), statutory=True)
    assert _understood(found) == [("signposts.statutory", {"topic": "council_tax"})]


def test_two_needs_that_are_both_answered_are_both_named():
    found = _answer(("community", "food"), ("statutory", "council_tax"), statutory=False)
    assert _understood(found) == [("signposts.intro_two", {"topic": "food", "topic2": "council_tax"})]


def _answer(*shown: tuple[str, str], statutory: bool) -> Answer:
    posts = tuple(Post(uuid.uuid4(), tier, need, None, False, False, ()) for tier, need in shown)
    needs = (Need("food", 0.5, 1.0, ""), Need("council_tax", 0.5, 1.0, ""))
    return Answer(needs, Plan(posts, statutory=statutory), {})
