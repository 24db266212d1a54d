"""A list from the web to a telephone and back: a number confirmed and forgotten, codes that work once."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.messages import Reply, Turn
from channels.sms import limits, list_pages, lists, reading, workers
from channels.web import create_app, resident
from knowledge.db import session_scope
from settings import use
from tests.channels.sms.conftest import work
from tests.channels.web.lint import LintingClient, fields_of
from words import say

CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")


@pytest.fixture
def posts(ann, rasa):
    """What Ann was shown for a need."""
    rasa.status = 500
    ann.asks("somewhere for my mum to make friends in Wenbury")
    rasa.status = 200
    from channels import conversations
    from channels.sms.numbers import person_of

    return conversations.latest(person_of(ann.number)).signposts


@pytest.fixture
def page(texting, monkeypatch, clock, posts):
    """A browser whose last answer held the same places."""
    clock.at = datetime.now(UTC)
    turns = [Turn("somewhere", clock(), Reply("signposts", "en", ("Here.",), posts))]
    monkeypatch.setattr(resident, "history", lambda: tuple(turns))
    monkeypatch.setattr(workers, "wake", lambda: work(lambda: datetime.now(UTC)))
    app = create_app(texting)
    app.test_client_class = LintingClient
    client = app.test_client()
    client.turns, client.posts = turns, posts
    return client


def post(page, path: str, **fields):
    return page.post(path, data={**fields_of(page.get(path).tree, "say"), **fields})


def test_web_gives_a_code_for_our_own_page_that_shows_the_list_once(ann, page, posts):
    said = ann.asks("WEB")
    assert "/list and type" in said
    code = CODE.search(said)[0]
    shown = post(page, "/list", code=code.lower())
    assert shown.status_code == 200 and posts[0].name.split("'")[0] in shown.text
    assert post(page, "/list", code=code).status_code == 400, "used up"


def test_web_without_a_list(telephone):
    assert telephone().asks("WEB") == say("sms.no_list", "en")


def test_after_danger_there_is_no_list(ann, page, posts):
    ann.asks("I want to kill myself")
    assert ann.asks("WEB") == say("sms.no_list", "en")
    page.turns.append(Turn("help", datetime.now(UTC), Reply("crisis", "en", danger=True)))
    assert page.get("/text-list").status_code == 303


def test_a_code_is_too_old_after_fifteen_minutes(ann, clock, texting, page):
    with session_scope(texting.conversations_url) as session:
        code = lists.make_code(session, ("a",), clock())
    with session_scope(texting.conversations_url) as session:
        assert lists.use_code(session, code, clock() + timedelta(minutes=16)) == ()


def test_a_code_from_the_page_sent_by_text_brings_the_list(telephone, page, posts, rasa):
    ben = telephone()
    code = CODE.search(page.get("/text-list").text)[0]
    asked = len(rasa.asked)
    said = ben.asks(f"list {code}")
    assert said.startswith(say("sms.list.intro", "en")) and "1 " in said and len(rasa.asked) == asked
    assert say("sms.list.intro", "en") not in ben.asks(code), "used up: an ordinary text now"


@pytest.mark.parametrize(("text", "language"), [("K7M4-Q2PX", "en"), ("wydd-ymy2", "en"), ("rhestr k7m4q2px", "cy")])
def test_a_codes_letters_tell_no_language_only_the_word_before_them(text, language):
    assert reading.language_in(text, "en") == language


def test_text_me_this_list(page, carrier, rows):
    sent = post(page, "/text-list", number="07700 900 777")
    assert sent.status_code == 303 and carrier.sent[-1].number == "+447700900777"
    six = re.search(r"\d{6}", carrier.said[-1])[0]
    assert post(page, "/text-list/code", code="000000" if six != "000000" else "111111").status_code == 400
    done = post(page, "/text-list/code", code=f"{six[:3]} {six[3:]}")
    assert done.status_code == 200 and say("web.list.sent_title", "en") in done.text
    assert carrier.said[-1].startswith(say("sms.list.intro", "en")) and carrier.sent[-1].number == "+447700900777"
    assert all(row["number"] is None for row in rows("texter")) and len(rows("text_code")) <= 3
    assert page.get("/text-list/code").status_code == 303, "used once"


def test_five_wrong_codes_end_it(page, carrier):
    post(page, "/text-list", number="07700 900778")
    six = re.search(r"\d{6}", carrier.said[-1])[0]
    before = len(carrier.sent)
    for wrong in range(5):
        assert post(page, "/text-list/code", code=f"{(int(six) + 1 + wrong) % 10**6:06d}").status_code == 400
    assert post(page, "/text-list/code", code=six).status_code == 400 and len(carrier.sent) == before


def test_a_number_is_sent_so_many_codes_a_day_and_no_more(page, carrier):
    before = len(carrier.sent)
    for _ in range(6):
        assert post(page, "/text-list", number="07700 900779").status_code == 303
    assert len(carrier.sent) - before == 4


@pytest.mark.parametrize("language", ["en", "cy"])
def test_one_conversation_asks_for_so_many_codes_a_day_whatever_numbers_and_cookies(page, carrier, language):
    before = len(carrier.sent)
    for number in range(list_pages.ASKED_A_DAY):
        with page.session_transaction() as cookie:
            cookie.pop("text_list", None)
        assert post(page, "/text-list", number=f"07700 90078{number}").status_code == 303
    page.get(f"/text-list?lang={language}")
    enough = post(page, "/text-list", number="07700 900790")
    assert enough.status_code == 429 and say("web.list.enough", language) in html.unescape(enough.text)
    assert len(carrier.sent) - before == list_pages.ASKED_A_DAY


def test_codes_never_use_up_the_texts_of_those_who_wait_for_an_answer(page, telephone, carrier, texting):
    before = len(carrier.sent)
    with use(replace(texting, texting=replace(texting.texting, per_day=20))):
        for number in range(5):
            post(page, "/text-list", number=f"07700 90079{number}")
        assert len(carrier.sent) - before == 20 // limits.CODES_SHARE
        assert telephone().asks("hello") != say("sms.busy", "en")


def test_somebody_who_stopped_gets_no_code_and_the_page_does_not_tell(page, telephone, carrier):
    ben = telephone("+447700900781")
    ben.asks("STOP")
    before = len(carrier.sent)
    assert post(page, "/text-list", number="07700 900781").status_code == 303 and len(carrier.sent) == before


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_right_code_that_may_not_be_answered_says_so_and_stays_good(page, telephone, carrier, language):
    ben = telephone("+447700900783")
    page.get(f"/text-list?lang={language}")
    post(page, "/text-list", number="07700 900783")
    six = re.search(r"\d{6}", carrier.said[-1])[0]
    ben.asks("STOP")
    for _ in range(lists.TRIES + 1):
        told = post(page, "/text-list/code", code=six)
        assert told.status_code == 409 and say("web.list.not_sent", language) in html.unescape(told.text)
    ben.asks("START")
    assert post(page, "/text-list/code", code=six).status_code == 200
    assert carrier.said[-1].startswith(say("sms.list.intro", language))


def test_looking_at_the_page_again_makes_no_new_code_until_the_old_one_is_used_or_nearly_over(page, telephone, rows):
    first, before = CODE.search(page.get("/text-list").text)[0], len(rows("text_code"))
    assert CODE.search(page.get("/text-list").text)[0] == first and len(rows("text_code")) == before
    telephone().asks(first)
    second = CODE.search(page.get("/text-list").text)[0]
    assert second != first and len(rows("text_code")) == before
    page.turns[:] = [replace(page.turns[0], reply=replace(page.turns[0].reply, signposts=page.posts[:1]))]
    assert CODE.search(page.get("/text-list").text)[0] != second, "another list"


@pytest.mark.parametrize(
    "number", ["", "12", "60006", "0906 123 4567", "020 7946 0018", "+1 415 555 0123", "+882 16 1234 5678"]
)
def test_a_number_nobody_could_be_texted_at(page, number):
    wrong = post(page, "/text-list", number=number)
    assert (
        wrong.status_code == 400
        and say("web.list.wrong", "en") in wrong.text
        and (not number or number not in wrong.text)
    )


def test_no_list_nothing_to_send(page):
    page.turns.clear()
    assert page.get("/text-list").status_code == 303


@pytest.mark.parametrize("path", ["/text-list", "/list"])
def test_the_pages_are_in_welsh_too(page, path):
    assert page.get(f"{path}?lang=cy").tree.get("lang") == "cy"


def test_where_nobody_carries_texts_there_is_no_such_page(texting, page):
    with use(replace(texting, texting=replace(texting.texting, providers=()))):
        assert page.get("/text-list").status_code == 404 and page.get("/list").status_code == 404


def test_the_number_stands_nowhere_in_the_clear(page, on_any_disk, carrier):
    post(page, "/text-list", number="07700 987321")
    assert carrier.sent[-1].number == "+447700987321"
    assert on_any_disk("7700987321") == [] and on_any_disk("987321") == []
