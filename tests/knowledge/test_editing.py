"""Saving: each change is a revision, nothing changed is nothing written, and a masked address never comes out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select

from knowledge import models as m
from knowledge.db import session_scope
from knowledge.drafts import words
from knowledge.editing import id_of, save_service, translations_of, withdraw
from knowledge.errors import NotFound
from knowledge.reading import entries
from tests.knowledge.making import TODAY, entry, owner, place, tip, topics

CLUB = {"name": "Lunch club", "topics": ["food"], "phone": "01632 960123", "cost": {"kind": "low", "amount": 4}}
WHOLE = {
    **CLUB,
    "location": {
        "venue": "The hall",
        "address": "2 Larch Lane",
        "town": "Larch",
        "postcode": "ZZ1 1AA",
        "note": "ramp",
    },
    "schedule": [{"days": ["tue", "thu"], "from": "12:00", "to": "14:00", "every": "month", "week": -1}],
    "phones": [{"number": "07700 900123", "note": "by text"}],
    "ages": {"min": 60},
    "who": "Anyone over 60",
    "languages": ["en", "cy"],
    "access": ["step_free", "hearing_loop"],
    "email": "hello@example.org",
    "url": "https://example.org",
    "source": "the club itself",
}


def test_a_save_is_read_back_whole(session):
    saved = entry(session, "club", checked_on=TODAY, checked_by="Jean", **WHOLE)
    read = entries(session, [saved.id])[saved.id]
    assert (read.name, read.run_by, read.tier, read.topics) == ("Lunch club", "church", "community", ("food",))
    assert (read.cost, read.amount, read.minimum_age, read.who) == ("low", 4.0, 60.0, "Anyone over 60")
    assert [phone.number for phone in read.phones] == ["01632 960123", "07700 900123"]
    assert (read.where[0].venue, read.where[0].address, read.where[0].town) == ("The hall", "2 Larch Lane", "Larch")
    times = read.when[0]
    assert (times.byday, times.opens, times.closes, times.freq, times.week) == (
        ("TU", "TH"), "12:00", "14:00", "MONTHLY", -1,
    )  # fmt: skip
    assert (read.access, set(read.languages)) == (("step_free", "hearing_loop"), {"en", "cy"})
    assert (read.checked_on, read.checked_by, read.source) == (TODAY, "Jean", "the club itself")


def test_every_save_is_a_revision_with_who_and_what(session):
    entry(session, "club", by="Jean", name="Lunch club")
    entry(session, "club", by="Dev", name="Lunch and games")
    kept = _revisions(session, "club")
    assert [(one.number, one.made_by, one.body["name"]["en"]) for one in kept] == [
        (1, "Jean", "Lunch club"),
        (2, "Dev", "Lunch and games"),
    ]


def test_saving_the_same_again_writes_nothing(session):
    entry(session, "club", checked_on=TODAY, **WHOLE)
    session.commit()
    written = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *said: written.append(said[2]))
    assert entry(session, "club", checked_on=TODAY, **WHOLE) is None
    changing = [statement for statement in written if statement.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert changing == [] and len(_revisions(session, "club")) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Dinner club"},
        {"phone": "01632 960124"},
        {"cost": {"kind": "free"}},
        {"topics": ["food", "loneliness"]},
        {"access": ["step_free"]},
        {"schedule": [{"days": ["wed"], "from": "12:00"}]},
        {"name": {"en": "Lunch club", "cy": "Clwb cinio"}},
        {"checked_on": TODAY + timedelta(days=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_at_all_is_saved(session, change):
    entry(session, "club", **{"checked_on": TODAY, **WHOLE})
    assert entry(session, "club", **{"checked_on": TODAY, **WHOLE, **change}) is not None
    assert len(_revisions(session, "club")) == 2


def test_a_change_replaces_the_parts_and_leaves_no_others_behind(session):
    entry(session, "club", **WHOLE)
    entry(session, "club", name="Lunch club", topics=["loneliness", "food"], phone="01632 960199")
    session.expire_all()
    read = entries(session, [id_of("service", "club")])[id_of("service", "club")]
    assert [phone.number for phone in read.phones] == ["01632 960199"]
    assert (read.topics, read.where, read.when, read.cost) == (("loneliness", "food"), (), (), "")
    left = {
        table: session.scalar(select(func.count()).select_from(table)) for table in (m.Location, m.Address, m.Schedule)
    }
    assert set(left.values()) == {0}, left


def test_ids_stay_the_same_from_one_installation_to_the_next():
    assert str(id_of("service", "larch-lane-lunch")) == "64aed697-ca37-55d6-bda1-7d30cb9eff12"


def test_a_draft_of_nobodys_is_refused_by_name(session):
    topics(session, "loneliness")
    from knowledge.drafts import service_from

    row = {"key": "club", "organisation": "nobody", "tier": "community", "name": "Club"}
    with pytest.raises(NotFound, match="club: there is no organisation 'nobody'"):
        save_service(session, service_from(row), by="Jean")


def test_withdrawn_is_gone_from_reading_and_kept_with_its_history(session):
    saved = entry(session, "club")
    withdraw(session, saved, by="Jean", reason="closed for good")
    assert entries(session, [saved.id]) == {}
    assert [(one.body, one.reason) for one in _revisions(session, "club")][-1] == (
        {"withdrawn": True},
        "closed for good",
    )


def test_what_was_withdrawn_comes_back_when_saved_the_same(session):
    saved = entry(session, "club", **WHOLE)
    withdraw(session, saved, by="Jean")
    assert entry(session, "club", **WHOLE) is not None
    assert entries(session, [saved.id])[saved.id].name == "Lunch club"
    assert [one.number for one in _revisions(session, "club")] == [1, 2, 3]


def test_review_is_due_a_year_after_the_last_check_and_never_for_what_was_not_checked(session):
    assert entry(session, "checked", checked_on=date(2025, 11, 3)).review_by == date(2026, 11, 3)
    assert entry(session, "unchecked").review_by is None


def test_other_languages_are_kept_beside_the_english(session):
    both = {"name": {"en": "Lunch club", "cy": "Clwb cinio"}, "who": {"en": "Anyone", "cy": "Unrhyw un"}}
    saved = entry(session, "club", **both)
    read = entries(session, [saved.id])[saved.id]
    assert (read.name, read.text("name", "cy"), read.text("name", "pl")) == ("Lunch club", "Clwb cinio", "Lunch club")
    assert (read.text("who", "cy"), read.text("line", "cy")) == ("Unrhyw un", read.line)
    assert (read.spoken("cy"), read.spoken("pl"), read.spoken("en")) == ("cy", "en", "en")


def test_translations_hold_only_what_was_written():
    assert translations_of(name=words({"en": "A", "cy": "B", "pl": ""}), line=words("C")) == {"cy": {"name": "B"}}


def test_a_masked_address_never_leaves_the_database(session):
    refuge = {"venue": "Rose House", "address": "9 Hidden Row", "town": "Larch", "postcode": "ZZ1 9ZZ", "masked": True}
    saved = entry(session, "refuge", location=refuge, phone="01632 960123")
    read = entries(session, [saved.id])[saved.id]
    assert read.masked and read.where == ()
    for secret in ("Rose House", "Hidden Row", "ZZ1 9ZZ"):
        assert secret not in repr(read), f"{secret} passed knowledge.reading"
    assert session.scalars(select(m.Address.address_1)).all() == ["9 Hidden Row"], "editors still see it"


def test_a_tip_is_somebodys_words_and_always_a_friends(session):
    place(session, "larch")
    entry(session, "club", name="Lunch club")
    saved = tip(session, "second", "larch", text={"en": "Go twice.", "cy": "Ewch ddwywaith."}, about="club", who="Ann")
    read = entries(session, [saved.id])[saved.id]
    assert (read.tier, read.description, read.name, read.who) == ("friend", "Go twice.", "Lunch club", "Ann")
    assert read.text("description", "cy") == "Ewch ddwywaith."
    assert (
        tip(session, "second", "larch", text={"en": "Go twice.", "cy": "Ewch ddwywaith."}, about="club", who="Ann")
        is None
    )


def test_a_save_that_fails_leaves_nothing(knowledge_url):
    with pytest.raises(ZeroDivisionError), session_scope(knowledge_url) as session:
        entry(session, "club")
        raise ZeroDivisionError
    with session_scope(knowledge_url) as session:
        assert session.scalar(select(func.count()).select_from(m.Service)) == 0
        assert session.scalar(select(func.count()).select_from(m.Revision)) == 0


def test_an_organisation_keeps_one_number(session):
    for phone in ("01632 960123", "01632 960124", "01632 960124"):
        owner(session, phone=phone)
    assert session.scalars(select(m.Phone.number)).all() == ["01632 960124"]


def _revisions(session, key: str) -> list[m.Revision]:
    query = select(m.Revision).where(m.Revision.row_id == id_of("service", key)).order_by(m.Revision.number)
    return list(session.scalars(query))
