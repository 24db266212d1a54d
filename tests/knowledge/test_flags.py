"""What is said to be wrong with an entry: kept by entry, kind and day, counted, closed; nothing about anybody."""

from __future__ import annotations

import uuid
from datetime import date

from knowledge import models as m
from knowledge.cli import main
from knowledge.editing import withdraw
from knowledge.flags import KINDS, done, flag, open_flags
from tests.knowledge.making import entry, place, tip

DAY = date(2025, 11, 20)


def test_what_was_said_often_comes_first_with_its_entry(session):
    lunch, choir = entry(session, "lunch"), entry(session, "choir")
    for day in (DAY, date(2025, 11, 22), DAY):
        assert flag(session, lunch.id, "closed", day)
    assert flag(session, choir.id, "too_far", DAY)
    found = [(one.name, one.run_by, one.kind, one.times, one.last) for one in open_flags(session)]
    assert found == [("lunch", "church", "closed", 3, date(2025, 11, 22)), ("choir", "church", "too_far", 1, DAY)]


def test_a_tip_can_be_wrong_too(session):
    place(session, "larch")
    said = tip(session, "after-dad", "larch")
    assert flag(session, said.id, "other", DAY)
    assert open_flags(session)[0].name == "Go to the second one."


def test_no_such_entry_or_kind_is_not_kept(session):
    lunch = entry(session, "lunch")
    assert not flag(session, uuid.uuid4(), "closed", DAY)
    assert not flag(session, lunch.id, "horrible", DAY)
    assert not open_flags(session)


def test_a_flag_holds_the_entry_the_kind_and_the_day_and_nothing_else():
    assert set(m.Flag.__table__.columns.keys()) == {"id", "entry_id", "kind", "day", "done"}
    assert all(len(kind) <= m.Flag.__table__.columns["kind"].type.length for kind in KINDS)


def test_dealt_with_is_off_the_list_until_it_is_said_again(session):
    lunch = entry(session, "lunch")
    flag(session, lunch.id, "closed", DAY)
    assert done(session, lunch.id) == 1 and not open_flags(session)
    flag(session, lunch.id, "wrong_number", DAY)
    assert [one.kind for one in open_flags(session)] == ["wrong_number"]


def test_an_entry_taken_down_is_off_the_list(session):
    lunch = entry(session, "lunch")
    flag(session, lunch.id, "closed", DAY)
    withdraw(session, lunch, by="an editor")
    assert not open_flags(session)


def test_the_command_lists_and_closes(session, capsys):
    lunch = entry(session, "lunch")
    flag(session, lunch.id, "wrong_number", DAY)
    session.commit()
    assert main(["flags"]) == 0
    assert f"1 x wrong number, last 2025-11-20: lunch (church) {lunch.id}" in capsys.readouterr().out
    assert main(["flags", "--done", str(lunch.id)]) == 0
    assert main(["flags"]) == 0
    assert capsys.readouterr().out.split("\n")[-2] == "Nothing is open."
