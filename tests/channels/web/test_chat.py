"""The conversation on the web, without a browser: what is sent, what comes back."""

from __future__ import annotations

import pytest

from channels.messages import Inbound
from tests.channels.web.fakes import KINDS, WELSH
from tests.channels.web.lint import fields_of, lint, words_of


def test_the_first_page_asks_nothing_but_what_is_going_on(client):
    page = client.get("/")
    assert page.status_code == 200
    assert "Not sure where to turn?" in page.text and "What&#39;s going on?" in page.text
    assert len(list(page.tree.iter("form"))) == 1
    assert len(list(page.tree.iter("textarea"))) == 1
    assert 'href="tel:999"' in page.text and "invented for demonstration" in page.text


def test_a_message_goes_to_the_gateway_and_back_to_the_newest_answer(client, world):
    sent = client.send("I am lonely")
    assert sent.status_code == 303 and sent.location == "/#answer-101"
    inbound = world.heard[0]
    assert (inbound.channel, inbound.text, inbound.language, inbound.door) == ("web", "I am lonely", "en", "")
    assert inbound.received_at.tzinfo and len(inbound.reference) >= 16
    page = client.get("/").text
    assert "Larch Lane lunch club" in page and 'id="answer-101"' in page and "I am lonely" in page


def test_nothing_that_was_written_reaches_the_title(client):
    client.send("I am lonely in Larch")
    assert client.get("/").tree.findtext("head/title") == "Not sure where to turn? - Fingerpost"


def test_a_double_post_is_one_message(client, world):
    fields = fields_of(client.get("/").tree, "say")
    for _ in range(2):
        assert client.post("/", data={**fields, "message": "I am lonely"}).status_code == 303
    assert len(world.heard) == 1 and client.get("/").text.count("Larch Lane lunch club</h3>") == 1


def test_a_late_repeat_of_something_deleted_shows_nothing(client, world):
    fields = fields_of(client.get("/").tree, "say")
    client.post("/", data={**fields, "message": "I am lonely"})
    world.kept.clear()
    again = client.post("/", data={**fields, "message": "I am lonely"})
    assert again.status_code == 303 and again.location == "/"


def test_a_tap_counts_before_what_is_half_typed(client, world):
    client.send("half a sent", choice="only at weekends")
    assert world.heard[0].text == "only at weekends"


def test_taps_are_offered_under_the_newest_answer_only(client):
    client.send("I am lonely")
    assert client.get("/").text.count("Something at weekends") == 1
    client.send("bins")
    assert "Something at weekends" not in client.get("/").text


def test_an_empty_box_is_said_kindly(client, world):
    page = client.send("   ")
    assert page.status_code == 400 and "There was nothing in the box" in page.text and not world.heard


def test_a_very_long_message_reaches_the_gateway_whole_since_danger_may_come_last(client, world):
    client.send("lonely " + "é" * 2000)
    assert len(world.heard[0].text) == 2007


def test_what_was_written_is_shown_as_text_never_as_markup(client):
    client.send("<script>alert('lonely')</script>")
    assert "<script>alert" not in client.get("/").text


def test_a_place_has_its_own_door(client, world):
    page = client.get("/p/wenbury")
    assert "Hello, neighbour." in page.text and "Wenbury is an invented place." in page.text
    assert "/p/wenbury/colours.css" in page.text
    assert client.send("lonely", "/p/wenbury").location == "/p/wenbury#answer-101"
    assert world.heard[0].door == "wenbury"
    assert client.get("/p/nowhere").status_code == 404


def test_a_place_whose_first_language_is_welsh_opens_in_welsh_unless_the_browser_says(client):
    assert client.get("/p/morwerydd").tree.get("lang") == "cy"
    assert client.get("/p/morwerydd", headers={"Accept-Language": "en-GB,en"}).tree.get("lang") == "en"


def test_colours_of_an_editor_are_made_readable_and_harmless(client):
    css = client.get("/p/morwerydd/colours.css").text
    assert "#9ad0ff" not in css and "--brand: #" in css and "red" not in css


def test_the_language_chosen_stays_chosen(client, world):
    assert client.get("/?lang=cy").tree.get("lang") == "cy"
    assert client.get("/privacy").tree.get("lang") == "cy"
    client.send("unig")
    assert world.heard[0].language == "cy"
    assert client.get("/?lang=xx").tree.get("lang") == "cy"


def test_an_answer_in_another_language_than_the_page_says_so(client):
    client.send("unig")
    page = client.get("/")
    answer = next(element for element in page.tree.iter("div") if element.get("id") == "answer-101")
    assert answer.get("lang") == "cy" and "Grŵp lleol" in page.text
    english = [element for element in answer.iter("h3") if element.get("lang") == "en"]
    assert [words_of(heading) for heading in english] == ["Larch Lane lunch club"]


def test_our_script_gets_the_new_turn_alone(client):
    client.send("bins")
    sent = client.send("I am lonely", headers={"Accept": "application/json"})
    piece = sent.json
    assert sent.status_code == 200 and piece["answer"] == "answer-102" and not piece["danger"]
    assert "Larch Lane" in piece["html"] and "Missed bins" not in piece["html"]
    lint(f"<!DOCTYPE html><html lang=en><head><title>x</title></head><body><h1>x</h1>{piece['html']}</body></html>")


@pytest.mark.parametrize("headers", [None, {"Accept": "application/json"}])
def test_the_answer_comes_even_when_the_store_is_down(client, world, headers):
    fields = fields_of(client.get("/").tree, "say")
    world.broken = True
    sent = client.post("/", data={**fields, "message": "I am lonely"}, headers=headers)
    assert sent.status_code == 200 and "Larch Lane lunch club" in (sent.json["html"] if headers else sent.text)


def test_deleting_by_saying_so_ends_the_cookie_and_shows_the_receipt(client, world):
    client.send("I am lonely")
    assert client.send("forget me").location == "/forgotten"
    assert "FP-7K2M" in client.get("/forgotten").text
    with client.session_transaction() as session:
        assert "token" not in session
    client.send("lonely")
    assert client.send("forget me", headers={"Accept": "application/json"}).json == {"go": "/forgotten"}


def test_emergency_comes_first_and_the_way_out_is_prominent(client):
    client.send("he hurts me")
    page = client.get("/")
    assert [words_of(heading) for heading in page.tree.iter("h3")][:2] == [
        "National Domestic Abuse Helpline", "Police, fire, ambulance",
    ]  # fmt: skip
    assert "is-danger" in (page.tree.find("body").get("class") or "")
    assert 'href="tel:08082000247"' in page.text


def test_a_card_tells_everything_it_knows(client):
    client.send("everything")
    page = client.get("/").text
    for expected in ("Local group", "A tip from round here", "Charity", "Your council", "Only they can do this",
                     "Emergency help", "a few minutes&#39; walk away", "about 2.1 miles away", "about 7 miles away",
                     'href="tel:01632960123"', 'href="sms:07700900123"', 'href="https://example.org/lunch"',
                     'href="mailto:hello@example.org"', "Hearing loop", "£4 for two courses", "Anybody over 60",
                     "You said your mum is on her own", "Checked on 1 October 2025",
                     "Invented for demonstration"):  # fmt: skip
        assert expected in page, expected
    assert "javascript:" not in page
    assert f'<h3 lang="cy">{WELSH.name.replace(chr(39), "&#39;")}</h3>' in page


@pytest.mark.parametrize("word", KINDS)
@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_kind_of_answer_is_a_sound_page(client, word, language):
    client.get(f"/?lang={language}")
    client.send(word)
    assert client.get("/").status_code == 200


def test_a_sentence_in_another_language_says_which_it_is_and_which_way_it_runs(client):
    client.send("أحتاج مساعدة")
    page = client.get("/")
    [own] = [one for one in page.tree.iter("div") if one.get("dir") == "rtl"]
    assert own.get("lang") == "ar" and len(list(own.iter("p"))) == 3
    assert "native speaker" in page.text


def test_an_answer_is_its_own_also_where_another_tabs_came_after_it(client, world, monkeypatch):
    answered = world.handle

    def and_another(inbound):
        reply = answered(inbound)
        if "lonely" in inbound.text:  # the other tab, answered before this one looks
            answered(Inbound("web", inbound.sender, "my bins", "of-another-tab-0001", inbound.received_at))
        return reply

    monkeypatch.setattr("channels.gateway.handle", and_another)
    piece = client.send("I am lonely", headers={"Accept": "application/json"}).json
    assert piece["answer"] == "answer-101" and "Larch Lane" in piece["html"] and "Missed bins" not in piece["html"]


def test_back_on_the_page_it_is_also_its_own_answer_that_is_gone_to(client, world, monkeypatch):
    answered = world.handle

    def and_another(inbound):
        reply = answered(inbound)
        answered(Inbound("web", inbound.sender, "my bins", "of-another-tab-0001", inbound.received_at))
        return reply

    monkeypatch.setattr("channels.gateway.handle", and_another)
    assert client.send("I am lonely").location == "/#answer-101"
