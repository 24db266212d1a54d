"""A clerk's question whether another team may have it: asked word for word, answered only by whoever it is about.

On a page the answer is a button under the very words. By text it is SHARE, after a text that holds them. A "yes" in the
chat answers whatever the clerk said last, and never this.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from channels.handover import asking, items
from channels.handover.lining import waiting_words
from channels.handover.speaking import notice, say_to
from channels.messages import Reply
from channels.models import Handover
from knowledge.db import session_scope
from knowledge.desks import Desk, desk
from words import say

FROM_NOW = asking.Wanted("from_now")
BY_TEXT = "sms"


def ask(session: Session, row: Handover, there: Desk, name: str, now: datetime) -> None:
    """Ask the resident; by text with every word of what a yes means, since there is no page to look at."""
    row.proposed = there.id
    session.flush()
    language = row.language
    values = {"name": name, "team": there.called(language), "organisation": there.of(language)}
    if row.channel == BY_TEXT:
        _put(session, row, there, say("handed.notice.proposed_text", language, **values), now)
        return
    told = say("handed.notice.proposed", language, **values)
    say_to(session, row, told, now, reference=_mark(row, there))


def answer(session: Session, row: Handover, meant: str, language: str, now: datetime) -> Reply | None:
    """What `share`, `share_all` or `no` does to the question that is open; None where it was said to the clerk."""
    newest = items.said_last(session, row.id).startswith(_start(row))
    if row.channel != BY_TEXT:
        if newest:
            notice(session, row, "proposed_where", now, {})
        return None
    if meant == "no" and not newest:
        return None
    with session_scope() as directory:
        there = desk(directory, row.proposed) if row.proposed else None
    if meant == "no":
        asking.refuse_other(session, row, there, now)
        return Reply("with_person", language, conversation=str(row.conversation_id))
    if there is not None and not items.said_last(session, row.id, _start(row)).startswith(_words(row, there)):
        _put(session, row, there, say("handed.notice.changed", row.language), now)
        return Reply("with_person", language, conversation=str(row.conversation_id))
    if there is None or not asking.agree_to_other(session, row, there, FROM_NOW, now):
        return Reply("handover", language, before=(say("handed.text.gone", language),))
    return Reply("handover", language, before=(waiting_words(there, language, now),))


def _put(session: Session, row: Handover, there: Desk, first: str, now: datetime) -> None:
    """The question with the very words that a yes is kept with."""
    sentences = FROM_NOW.wording(there, row.language).sentences
    whole = "\n".join((first, *sentences, say("handed.text.offer_other", row.language)))
    say_to(session, row, whole, now, reference=_mark(row, there))


def _start(row: Handover) -> str:
    return f"{row.id.hex}/p"


def _words(row: Handover, there: Desk) -> str:
    """How the reference of the question begins whose words are still the ones that a yes would be kept with."""
    return f"{_start(row)}{FROM_NOW.wording(there, row.language).version}"


def _mark(row: Handover, there: Desk) -> str:
    return f"{_words(row, there)}/{secrets.token_urlsafe(12)}"
