"""Saying something into a resident's conversation from outside it: a clerk's reply, or a notice of ours.

The web shows it by reading the conversation. A channel that must send it, such as texts, puts its own function in
`carriers`: it is called in the same transaction, so that what is kept is sent and what is sent is kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from channels.handover import items
from channels.messages import Signpost
from channels.models import Handover
from words import say


@dataclass(frozen=True)
class Said:
    """What goes to the resident: in whose name ("" for a notice of ours), the words, the places to turn."""

    handover: uuid.UUID
    conversation: uuid.UUID | None
    sender: str
    language: str
    author: str
    text: str
    signposts: tuple[Signpost, ...] = ()
    reference: str = ""


Carrier = Callable[[Session, Said], None]
carriers: dict[str, Carrier] = {}  # by channel; the web needs none


def say_to(
    session: Session,
    handover: Handover,
    text: str,
    at: datetime,
    *,
    author: str = "",
    signposts: Sequence[Signpost] = (),
    reference: str = "",
) -> int:
    """Say this to the resident, once by its reference (`IntegrityError` if said before). The caller has checked that
    whoever speaks may: a clerk by `owning.renew` in this same transaction."""
    kind = "clerk" if author else "notice"
    posts = [asdict(post) for post in signposts]
    number = items.add(session, handover.id, kind, text, at, author=author, posts=posts, reference=reference)
    said = Said(
        handover.id,
        handover.conversation_id,
        handover.sender,
        handover.language,
        author,
        text,
        tuple(signposts),
        reference or str(number),
    )
    if carry := carriers.get(handover.channel):
        carry(session, said)
    return number


def notice(session: Session, handover: Handover, key: str, at: datetime, values: Mapping[str, object]) -> int:
    """A fixed sentence of ours, `words/handed.*.yml` under `notice`, in the resident's language."""
    return say_to(session, handover, say(f"handed.notice.{key}", handover.language, **values), at)
