"""Whole journeys through the real pages: a resident's browser and a clerk's, without JavaScript."""

from __future__ import annotations

import json
import re

import pytest

from channels.handover.agreeing import wording
from tests.channels.handover.conftest import press
from words import say

BEFORE, AFTER = "Something I said before", "Something I said after"
LINK = re.compile(r"/desk/[0-9a-f-]{36}")


def shares(client, scope: str = "from_now", **values) -> None:
    """Choose, look at exactly what goes, say yes."""
    look = press(client, client.get("/p/wenbury/person"), "share", scope=scope, **values)
    assert look.status_code == 200 and say("handed.preview.yes", "en") in look.text
    back = press(client, look, "yes")
    assert back.status_code == 200


def takes(clerk) -> tuple[str, object]:
    """Claim the only one who waits; the path of their page, and the page."""
    queue = clerk.get("/desk")
    path = re.search(LINK, queue.text).group(0)
    page = press(clerk, queue, "desk", path=f"{path}/claim")
    assert page.status_code == 200
    return path, page


@pytest.fixture
def talked(at_home):
    """A resident who has said something in Wenbury."""
    at_home.send(BEFORE, path="/p/wenbury")
    return at_home


def test_from_asking_to_closing(talked, at_desk, here, monkeypatch):
    monkeypatch.setattr("channels.handover.lining.open_at", lambda *_given: True)  # whatever hour the tests run at
    asked = talked.get("/p/wenbury/person")
    assert here[0].name in asked.text and "scope" in asked.text
    shares(talked)
    assert "You are waiting for The listening desk." in talked.get("/p/wenbury").text

    jo = at_desk()
    queue = jo.get("/desk")
    assert "Waiting for less than a minute." in queue.text and BEFORE not in queue.text
    path, page = takes(jo)
    assert BEFORE not in page.text and "They shared what they write from now on." in page.text
    assert say("handed.notice.joined", "en", name="Jo", team="The listening desk") in talked.get("/p/wenbury").text

    talked.send(AFTER, path="/p/wenbury")
    page = jo.get(path)
    assert AFTER in page.text and BEFORE not in page.text
    press(jo, page, "answer", text="I am here & listening", do="say")
    heard = talked.get("/p/wenbury")
    assert "I am here &amp; listening" in heard.text and "You are talking to Jo" in heard.text

    press(jo, jo.get(path), "answer", path=f"{path}/end", how="handed_back")
    after = talked.get("/p/wenbury")
    assert say("handed.notice.handed_back", "en", name="Jo") in after.text
    thanked = press(talked, after, "say", path="/person/helped", helped="yes")
    assert say("handed.panel.helped", "en") in after.text and say("handed.panel.helped", "en") not in thanked.text


def test_nothing_is_on_the_desk_before_yes(talked, at_desk):
    look = press(talked, talked.get("/p/wenbury/person"), "share", scope="whole")
    assert BEFORE in look.text, "they see exactly what would go"
    assert say("staff.queue.nobody_waits", "en") in at_desk().get("/desk").text


def test_exactly_the_words_agreed_to_are_kept(talked, here):
    shares(talked, scope="summary", summary="Mum is lonely", may_call="yes", callback="07700 900123, mornings")
    seen = talked.get("/person/seen")
    for sentence in wording("en", here[0].name, here[0].organisation, "summary", callback=True).sentences:
        assert sentence in seen.text
    assert "Mum is lonely" in seen.text and "07700 900123, mornings" in seen.text


def test_a_yes_to_other_words_than_were_shown_is_no_yes(talked, at_desk):
    look = press(talked, talked.get("/p/wenbury/person"), "share")
    again = press(talked, look, "yes", version="another")
    assert say("handed.preview.title", "en") in again.text
    assert say("staff.queue.nobody_waits", "en") in at_desk().get("/desk").text


def test_more_said_than_was_shown_is_shown_again(talked, at_desk):
    look = press(talked, talked.get("/p/wenbury/person"), "share", scope="whole")
    talked.send("and one more thing", path="/p/wenbury")
    again = press(talked, look, "yes")
    assert "and one more thing" in again.text
    assert say("staff.queue.nobody_waits", "en") in at_desk().get("/desk").text


@pytest.mark.parametrize(
    ("values", "problem"),
    [({"scope": "summary", "summary": " "}, "summary"), ({"may_call": "yes", "callback": ""}, "callback"),
     ({"scope": "everything"}, "scope"), ({"desk": "no-such"}, "desk")],
)  # fmt: skip
def test_what_is_missing_is_said_and_what_was_chosen_stays(talked, values, problem):
    page = press(talked, talked.get("/p/wenbury/person"), "share", **values)
    assert page.status_code == 400 and say(f"handed.ask.wrong.{problem}", "en") in page.text


def test_the_whole_conversation_is_seen_only_when_it_was_shared(talked, at_desk):
    shares(talked, scope="whole")
    _, page = takes(at_desk())
    assert BEFORE in page.text and "They shared the whole conversation." in page.text


def test_taking_back_takes_it_from_the_desk_and_says_what_it_cannot_do(talked, at_desk):
    shares(talked, scope="summary", summary="Mum is lonely")
    jo = at_desk()
    path, page = takes(jo)
    assert "Mum is lonely" in page.text
    press(jo, page, "answer", text="Hello", do="say")
    seen = talked.get("/person/seen")
    assert "Jo of Wenbury Advice Centre looked at your summary" in seen.text
    handover = path.rpartition("/")[2]
    gone = press(talked, seen, "seen", handover=handover)
    assert say("handed.seen.taken", "en") in gone.text and "Mum is lonely" not in gone.text
    assert "Jo of Wenbury Advice Centre looked at your summary" in gone.text, "who looked stays to be seen"
    for answer in (jo.get(path), jo.get(f"{path}/news"), press(jo, page, "answer", text="still?", do="say")):
        assert answer.status_code in (404, 409) and "Mum is lonely" not in answer.text
    assert "Hello" in talked.get("/p/wenbury").text, "what was said to them stays theirs"


def test_a_clerk_who_types_while_they_delete_is_told_and_nothing_is_sent(talked, at_desk):
    shares(talked)
    jo = at_desk()
    _, page = takes(jo)
    asked = talked.get("/delete")
    next(asked.tree.iter("form")).set("id", "delete")
    press(talked, asked, "delete")
    answer = press(jo, page, "answer", text="I was just typing this", do="say")
    assert answer.status_code == 404


def test_a_stale_tab_keeps_what_was_typed(talked, at_desk):
    shares(talked)
    jo, sam = at_desk("Jo"), at_desk("Sam")
    path, page = takes(jo)
    press(jo, page, "answer", path=f"{path}/end", how="put_back")
    press(sam, sam.get("/desk"), "desk", path=f"{path}/claim")
    late = press(jo, page, "answer", text="a long answer", do="say")
    assert late.status_code == 409 and "a long answer" in late.text and "a long answer" not in talked.get("/").text
    assert press(jo, page, "answer", path=f"{path}/claim").status_code == 409


def test_notes_are_for_the_team_and_the_resident_finds_them_in_their_record(talked, at_desk):
    shares(talked)
    jo = at_desk()
    path, page = takes(jo)
    press(jo, page, "answer", text="sounds tired", do="note")
    assert "sounds tired" in at_desk("Sam").get(path).text
    assert "sounds tired" not in talked.get("/p/wenbury").text
    assert "sounds tired" in talked.get("/person/seen").text


def test_quick_replies_and_somewhere_to_turn_from_the_same_search(talked, at_desk, here):
    shares(talked)
    jo = at_desk()
    path, page = takes(jo)
    press(jo, page, "answer", do="quick 0")
    assert here[0].quick_replies[0]["en"] in talked.get("/p/wenbury").text
    found = press(jo, jo.get(path), "answer", do="find", q="lunch club", text="half a reply")
    assert "half a reply" in found.text, "what was typed is kept while searching"
    entry = re.search(r'name="entry"[^>]*value="([0-9a-f-]{36})"', found.text).group(1)
    name = re.search(r"<label for=\"entry-1\"><strong>([^<]+)<", found.text).group(1)
    press(jo, found, "answer", do="say", text="Try this", entry=entry)
    heard = talked.get("/p/wenbury").text
    assert "Try this" in heard and name in heard
    assert press(jo, jo.get(path), "answer", do="say", text=" ").status_code == 400


def test_another_team_gets_nothing_until_the_resident_says_yes(talked, at_desk, here):
    shares(talked, scope="whole")
    jo, other = at_desk(), at_desk("Ann", here[1])
    path, page = takes(jo)
    press(jo, page, "answer", path=f"{path}/give", to=f"team {here[1].id}")
    assert other.get(path).status_code == 404 and say("staff.queue.nobody_waits", "en") in other.get("/desk").text
    seen = talked.get("/person/seen")
    assert "May we pass you on to Marlshire contact team" in seen.text
    stay = press(talked, seen, "seen", path="/person/other", say="no")
    assert stay.status_code == 200 and other.get(path).status_code == 404

    press(jo, jo.get(path), "answer", path=f"{path}/give", to=f"team {here[1].id}")
    press(talked, talked.get("/person/seen"), "seen", path="/person/other", say="yes")
    assert jo.get(path).status_code == 404, "the first team is no longer concerned"
    press(other, other.get("/desk"), "desk", path=f"{path}/claim")
    page = other.get(path)
    assert page.status_code == 200 and BEFORE not in page.text, "only from the second yes on"
    talked.send(AFTER, path="/p/wenbury")
    assert AFTER in other.get(path).text


def test_the_streams_say_what_is_new_end_and_name_when_to_ask_again(talked, at_desk):
    assert at_desk().get("/desk/news").text.startswith("retry: 700\n")
    shares(talked)
    first = talked.get("/person/news?seen=0.")
    assert first.mimetype == "text/event-stream" and first.text.startswith("retry: 700\n\nid: ")
    mark = re.search(r"^id: (.*)$", first.text, re.M).group(1)
    again = talked.get("/person/news", headers={"Last-Event-ID": mark})
    assert again.text == "retry: 700\n\n", "nothing new: nothing said"
    jo = at_desk()
    path, page = takes(jo)
    press(jo, page, "answer", text="Hello you", do="say")
    news = talked.get("/person/news", headers={"Last-Event-ID": mark})
    told = json.loads(re.search(r"^data: (.*)$", news.text, re.M).group(1))
    assert "Hello you" in told["html"] and "Jo" in told["panel"] and told["live"]
    press(jo, jo.get(path), "answer", path=f"{path}/end", how="ended")
    mark = re.search(r"^id: (.*)$", news.text, re.M).group(1)
    last = talked.get("/person/news", headers={"Last-Event-ID": mark})
    assert not json.loads(re.search(r"^data: (.*)$", last.text, re.M).group(1))["live"]
    mark = re.search(r"^id: (.*)$", last.text, re.M).group(1)
    assert talked.get("/person/news", headers={"Last-Event-ID": mark}).status_code == 204


def test_leaving_the_queue_and_asking_again(talked, at_desk):
    shares(talked)
    left = press(talked, talked.get("/p/wenbury"), "say", path="/person/leave")
    assert "You are waiting" not in left.text
    assert say("staff.queue.nobody_waits", "en") in at_desk().get("/desk").text
    shares(talked)
    assert say("staff.queue.claim", "en") in at_desk().get("/desk").text


def test_a_break_is_not_waited_for(talked, at_desk):
    jo = at_desk()
    jo.get("/desk")
    shares(talked)
    assert say("handed.waiting.staffed", "en") in talked.get("/p/wenbury").text
    press(jo, jo.get("/desk"), "desk", away="yes")
    assert say("handed.waiting.staffed", "en") not in talked.get("/p/wenbury").text


def test_a_person_can_be_asked_for_before_a_word_was_said(at_home, at_desk):
    at_home.get("/p/wenbury")
    shares(at_home)
    _, page = takes(at_desk())
    assert say("staff.talk.by.notice", "en") in page.text
