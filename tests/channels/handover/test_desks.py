"""Hours by the clock here, bank holidays of the four nations, nobody who comes, and the same by text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from channels.handover import keeping, queueing
from channels.handover.agreeing import wording
from knowledge.desks import is_holiday, next_opening, open_at
from tests.channels.handover.conftest import Resident, opened
from words import say

WEEK = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.mark.parametrize(
    ("at", "nation", "expected"),
    [
        ("2026-03-02 09:00", "england", True),  # a Monday in winter
        ("2026-03-02 08:59", "england", False),
        ("2026-03-02 17:00", "england", False),
        ("2026-07-06 08:00", "england", True),  # nine by the clock here
        ("2026-07-06 16:30", "england", False),  # half past five by the clock here
        ("2026-03-07 12:00", "england", False),  # a Saturday
        ("2026-11-30 12:00", "scotland", False),  # St Andrew's Day, there only
        ("2026-11-30 12:00", "wales", True),
        ("2026-03-17 12:00", "northern_ireland", False),  # St Patrick's Day
        ("2026-03-17 12:00", "england", True),
        ("2026-12-28 12:00", "wales", False),  # Boxing Day made up for
    ],
)
def test_open_by_the_clock_here_and_never_on_a_bank_holiday(at, nation, expected):
    assert open_at(WEEK, nation, datetime.fromisoformat(at).replace(tzinfo=UTC)) is expected


def test_the_next_opening_passes_over_nights_weekends_and_holidays():
    before_easter = datetime(2026, 4, 2, 18, 0, tzinfo=UTC)
    assert f"{next_opening(WEEK, 'england', before_easter):%Y-%m-%d %H:%M}" == "2026-04-07 09:00"
    assert f"{next_opening(WEEK, 'scotland', before_easter):%Y-%m-%d %H:%M}" == "2026-04-06 09:00"
    assert next_opening({}, "england", before_easter) is None
    assert is_holiday(date(2026, 8, 3), "scotland") and not is_holiday(date(2026, 8, 3), "wales")


def test_nobody_comes_and_the_resident_is_told_once_while_the_desk_is_open(resident, waiting, here):
    late = resident.at + timedelta(minutes=here[0].nobody_after)
    keeping.sweep(late - timedelta(seconds=1))
    assert resident.told == []
    keeping.sweep(late)
    keeping.sweep(late + timedelta(minutes=30))
    assert resident.told == [say("handed.notice.nobody", "en", minutes=here[0].nobody_after)]
    with opened() as session:
        assert queueing.queue(session, [here[0].id])[0].told, "the queue says so too"


def test_a_closed_desk_keeps_nobody_waiting_for_a_minute_count(resident, here):
    who = here[0].id
    line = queueing.Waiting(who, who, "wenbury", "web", "en", False, resident.at, "waiting", "", "", False)
    assert queueing.late([line], {who: replace(here[0], hours={})}, resident.at + timedelta(hours=5)) == []


def test_how_long_it_usually_takes_is_said_only_when_known(resident, somebody_waits, here):
    with opened() as session:
        assert queueing.usual_minutes(session, here[0].id) is None
    for minutes in (2, 4, 30):
        somebody_waits(minutes)
    with opened() as session:
        assert queueing.usual_minutes(session, here[0].id) == 4


@pytest.fixture
def somebody_waits(clerk, here):
    number = iter(range(100))

    def wait(minutes: int) -> None:
        other = Resident(f"other-{next(number):08d}")
        other.says("hello", door="wenbury")
        handover = other.asks(here[0])
        clerk().claims(handover, other.at + timedelta(minutes=minutes))

    return wait


class Texts(Resident):
    """The same person by text."""

    def says(self, text, *, reference="", later=timedelta(seconds=20), **more):
        from channels import gateway
        from channels.messages import Inbound

        self.at += later
        mark = reference or f"text-{self.at:%H%M%S%f}"
        return gateway.handle(Inbound("sms", self.sender, text, mark, self.at, "wenbury"))


class Chats(Resident):
    """Somebody in the chat of the page."""

    def says(self, text, *, reference="", later=timedelta(seconds=20), **more):
        from channels import gateway
        from channels.messages import Inbound

        self.at += later
        mark = reference or f"chat-{self.at:%H%M%S%f}"
        return gateway.handle(Inbound("web", self.sender, text, mark, self.at, "wenbury"))

    def turns(self):
        from channels import conversations

        return conversations.turns(self.sender)


@pytest.fixture
def texter(home, rasa):
    from knowledge.replying import payload

    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    return Texts("texter-00000001")


def test_by_text_a_yes_is_a_word_of_its_own_and_no_is_no(texter, here, clerk):
    offered = texter.says("can I talk to a person")
    told = "\n".join(offered.after)
    for sentence in wording("en", here[0].name, here[0].organisation, "from_now", callback=False).sentences:
        assert sentence in told
    assert say("handed.text.offer", "en") in told
    assert texter.says("no").before == (say("handed.text.no", "en"),)
    texter.says("can I talk to a person")
    texter.says("yes")
    assert texter.owner.owner == "bot", "yes is said too easily"
    texter.says("can I talk to a person")
    assert texter.says("Share.").outcome == "handover" and texter.owner.owner == "waiting"


def test_in_the_chat_a_person_is_offered_with_what_a_yes_means_and_how_is_heard(home, rasa, here, clerk):
    from knowledge.replying import payload

    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    resident = Chats("chatter-00000001")
    offered = resident.says("can I talk to a person")
    told = "\n".join(offered.after)
    for sentence in wording("en", here[0].name, here[0].organisation, "from_now", callback=False).sentences:
        assert sentence in told
    noted = resident.says("by email only, mags@example.org")
    assert say("handed.chat.reach_email", "en") in noted.before and "mags@example.org" not in "".join(noted.before)
    assert say("handed.agree.callback", "en") in noted.after, "what a yes means now holds that too"
    assert say("handed.chat.left_out", "en") in resident.says("please don't mention my son").before
    passed = resident.says("yes please")
    assert passed.before[0] == say("handed.chat.sent", "en") and resident.owner.owner == "waiting"
    jo = clerk()
    jo.claims(resident.owner.handover, resident.at)
    seen = [item.text for item in jo.sees(resident.owner.handover, resident.at)]
    assert any("mags@example.org" in one for one in seen) and not any("my son" in one for one in seen)
    assert not any("mags@example.org" in turn.said for turn in resident.turns()), "then only the desk holds it"


def test_in_the_chat_no_is_no_and_the_address_goes(home, rasa, here):
    from knowledge.replying import payload

    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    resident = Chats("chatter-00000002")
    resident.says("can I talk to a person")
    resident.says("text me on 07700 900321")
    assert resident.says("no thanks").before == (say("handed.text.no", "en"),)
    assert resident.owner.owner == "bot"
    assert not any("900321" in turn.said for turn in resident.turns())


def test_by_text_who_looked_and_taking_back(texter, here, clerk):
    texter.says("can I talk to a person")
    texter.says("SHARE ALL")
    jo = clerk()
    jo.claims(texter.owner.handover, texter.at)
    assert any("can I talk" in item.text for item in jo.sees(texter.owner.handover, texter.at))
    assert texter.says("who looked").outcome == "with_person", "the bot is silent; the answer is a notice"
    assert "Jo of Wenbury Advice Centre looked at what you wrote" in texter.told[-1]
    handover = texter.owner.handover
    assert texter.says("take back").before == (say("handed.text.taken_back", "en"),)
    assert jo.sees(handover, texter.at) == () and texter.owner.owner == "bot"


def test_share_alone_out_of_nowhere_is_no_yes(home, rasa):
    texter = Texts("texter-00000002")
    texter.says("hello")
    texter.says("share")
    with opened() as session:
        from channels.models import Handover

        assert session.query(Handover).count() == 0


@pytest.mark.parametrize(("area", "offered"), [("wenbury", True), ("", False)])
def test_of_two_places_of_one_name_the_desk_is_that_of_the_one_that_was_chosen(person, rasa, here, area, offered):
    from channels.handover.gate import OFFERED
    from knowledge.replying import payload
    from nlu.places import Spot

    chosen = Spot("Wenbury", 52.0, -1.0, "england", "town", slug=area)
    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"], spot=chosen))
    assert (OFFERED in person.says("can I talk to a person").needs) is offered
    assert (person.says("yes please").before[:1] == (say("handed.chat.sent", "en"),)) is offered


def agreed() -> list[tuple[str, str]]:
    from channels.models import Agreement

    with opened() as session:
        return [(row.team_name, row.wording) for row in session.query(Agreement)]


def test_a_yes_goes_to_the_desk_that_was_shown_whatever_language_it_is_said_in(person, rasa):
    from knowledge.replying import payload

    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    shown = "\n".join(person.says("can I talk to a person").after)
    assert person.says("iawn diolch").outcome == "handover"
    ((team, words),) = agreed()
    assert team in shown and words in shown


def test_a_yes_goes_to_the_desk_that_was_shown_whatever_door_comes_with_it(person, rasa, here):
    from knowledge.replying import payload

    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    shown = "\n".join(person.says("can I talk to a person", door="wenbury").after)
    person.says("yes", door="morwerydd")
    ((team, words),) = agreed()
    assert team == here[0].name and words in shown


def test_a_yes_to_words_that_are_others_by_now_is_asked_again(person, rasa, here, monkeypatch):
    from channels.handover import gate
    from knowledge.replying import payload

    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    person.says("can I talk to a person", door="wenbury")
    monkeypatch.setattr(gate, "desk", lambda _session, _team: replace(here[0], names={"en": "Renamed since"}))
    again = person.says("yes")
    assert again.before == (say("handed.chat.changed", "en"),) and agreed() == []
    assert any("Renamed since" in one for one in again.after)
    assert person.says("yes").before[0] == say("handed.chat.sent", "en") and agreed()[0][0] == "Renamed since"


def test_a_number_given_to_an_earlier_question_goes_only_after_words_that_say_so(person, rasa, here):
    from knowledge.replying import payload

    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    person.says("can I talk to a person", door="wenbury")
    person.says("text me on 07700 900321")
    person.says("can I talk to a person")
    assert say("handed.agree.callback", "en") in person.says("yes").after and agreed() == []
    person.says("yes")
    assert say("handed.agree.callback", "en") in agreed()[0][1]


def test_a_yes_to_a_desk_that_has_gone_passes_nothing_on(person, rasa, monkeypatch):
    from channels.handover import gate
    from knowledge.replying import payload

    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    person.says("can I talk to a person", door="wenbury")
    monkeypatch.setattr(gate, "desk", lambda _session, _team: None)
    assert person.says("yes").before == (say("handed.text.gone", "en"),) and agreed() == []


def test_a_question_about_ringing_somebody_is_answered_and_goes_to_no_desk(person, rasa):
    from knowledge.replying import payload

    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    person.says("can I talk to a person", door="wenbury")
    asked = len(rasa.asked)
    told = person.says("can I just ring them myself?")
    assert len(rasa.asked) == asked + 1 and say("handed.chat.reach", "en") not in told.before
    assert say("handed.agree.callback", "en") not in told.after


def test_how_somebody_cannot_be_reached_is_noted_as_that(person, rasa):
    from knowledge.replying import payload

    rasa.says(payload("handover", before=[("person.none", {})], needs=["handover"]))
    person.says("can I talk to a person", door="wenbury")
    told = person.says("I can't use the phone")
    assert told.before == (say("handed.chat.reach", "en"), say("handed.chat.reach_not_phone", "en"))
    assert say("handed.agree.callback", "en") in told.after
