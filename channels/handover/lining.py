"""How long somebody will wait, honestly and in words: who is before them, how long it usually takes, who is there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from channels.handover import queueing
from channels.models import Handover
from channels.saying import in_words
from knowledge.desks import UK, Desk, next_opening, open_at
from words import look_up, say


def line_words(session: Session, row: Handover, here: Desk, language: str, now: datetime) -> str:
    """Where they stand in the queue of this desk; "" while it is closed and nobody is there."""
    staffed = queueing.staffed(session, here.id, now)
    if not staffed and not open_at(here.hours, here.nation, now):
        return ""
    line, usual = queueing.before(session, row), queueing.usual_minutes(session, here.id)
    told = [say("handed.waiting.before", language, number=line) if line else say("handed.waiting.first", language)]
    if usual is not None:
        told.append(
            say("handed.waiting.usually_one" if usual == 1 else "handed.waiting.usually", language, minutes=usual)
        )
    told.append(say("handed.waiting.staffed" if staffed else "handed.waiting.unstaffed", language))
    return " ".join(told)


def waiting_words(here: Desk, language: str, now: datetime) -> str:
    """What somebody is told who begins to wait: that somebody will come, or when the desk opens."""
    if open_at(here.hours, here.nation, now):
        return say("handed.waiting.now", language, team=here.called(language))
    return say("handed.waiting.closed", language, team=here.called(language), opens=opens_words(here, language, now))


def opens_words(here: Desk, language: str, now: datetime) -> str:
    """When a desk opens next, in words; that we do not know, where it does not."""
    opens = next_opening(here.hours, here.nation, now)
    if opens is None:
        return say("handed.waiting.unknown", language)
    day = list(look_up("days", language).values())[opens.weekday()]
    date = in_words(opens.astimezone(UK).date(), language)
    return say("handed.waiting.opens", language, day=day, date=date, time=f"{opens:%H:%M}")
