"""What a reader may see, case by case; and that every way of reading asks the one function."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.handover.agreeing import KINDS, SCOPES, Agreed, Reader, may_open, may_see, wording

TEAM, OTHER = uuid.uuid4(), uuid.uuid4()
YES = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
BEFORE, AFTER = YES - timedelta(minutes=1), YES + timedelta(minutes=1)
CLERK = Reader("jo", "Jo", frozenset([TEAM]))
AGREED = Agreed(TEAM, "Desk", uuid.uuid4(), "Charity", "from_now", False, YES)

# scope, way to call, kind, when it was said: whether it may be seen
CASES = [
    (scope, callback, kind, at, expected)
    for scope in SCOPES
    for callback in (False, True)
    for at in (BEFORE, AFTER)
    for kind, expected in {
        "message": at == AFTER or scope == "whole",
        "answer": at == AFTER or scope == "whole",
        "emergency": at == AFTER or scope == "whole",
        "clerk": at == AFTER or scope == "whole",
        "notice": at == AFTER or scope == "whole",
        "note": at == AFTER,
        "summary": scope == "summary",
        "callback": callback,
        "something new": False,
    }.items()
]


@pytest.mark.parametrize(("scope", "callback", "kind", "at", "expected"), CASES)
def test_what_was_agreed_is_seen_and_nothing_else(scope, callback, kind, at, expected):
    agreed = replace(AGREED, scope=scope, callback=callback)
    assert may_see(agreed, CLERK, kind, at, AFTER) is expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("agreed", "reader", "now"),
    [
        (None, CLERK, AFTER),
        (replace(AGREED, taken_back_at=AFTER), CLERK, AFTER),
        (replace(AGREED, closed_at=AFTER), CLERK, AFTER + timedelta(days=28)),
        (AGREED, Reader("sam", "Sam", frozenset([OTHER])), AFTER),
        (AGREED, Reader("admin", "Admin", frozenset()), AFTER),
    ],
    ids=["before a yes", "taken back", "28 days after closing", "another team", "no team at all"],
)
def test_nobody_else_and_at_no_other_time(agreed, reader, now, kind, scope):
    given = replace(agreed, scope=scope, callback=True) if agreed else None
    assert not may_see(given, reader, kind, AFTER, now) and not may_open(given, reader, now)


def test_it_may_be_looked_at_until_28_days_after_closing():
    closed = replace(AGREED, closed_at=AFTER)
    assert may_see(closed, CLERK, "message", AFTER, AFTER + timedelta(days=28) - timedelta(seconds=1))


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_wording_names_who_and_how_long_and_the_limit_and_changes_its_version_with_any_letter(language):
    plain = wording(language, "The desk", "A charity", "from_now", callback=False)
    assert "The desk" in plain.text and "A charity" in plain.text and "28" in plain.text
    versions = {
        wording(language, team, "A charity", scope, callback=callback, outside=outside).version
        for team in ("The desk", "Another desk") for scope in SCOPES for callback in (True, False)
        for outside in (True, False)
    }  # fmt: skip
    assert len(versions) == 24
    if language == "en":
        assert plain.sentences[-1] == (
            "If we think you or someone else is in serious danger, the person you talk to may have to tell someone. "
            "They will try to tell you first."
        )
