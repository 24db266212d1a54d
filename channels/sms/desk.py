"""What somebody at a desk says to a resident who texts: into the outbox, in the transaction that keeps it."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from channels.handover import items
from channels.handover.asking import open_handover
from channels.handover.speaking import Said, carriers
from channels.models import now
from channels.sms import outbox
from channels.sms.segments import in_texts, plain
from channels.sms.shaping import LIST_SEGMENTS, list_of
from words import say

logger = logging.getLogger(__name__)


def carry(session: Session, said: Said) -> None:
    """Their words whole, in as many texts as they take, then the places they chose."""
    words = f"{said.author}: {said.text}" if said.author else said.text
    texts = [*in_texts([plain(words)], LIST_SEGMENTS)]
    if said.signposts:
        texts.append(list_of(said.signposts, said.language))
    queued = [outbox.notify_later(session, said.sender, text, now()) for text in texts]
    if not all(queued):
        logger.warning("desk's text not queued handover=%s", said.handover)
        if said.author:
            text = say("staff.talk.not_texted.stopped", said.language)
            items.add(session, said.handover, "note", text, now(), author=say("handed.notice_from", said.language))


def never_left(session: Session, person: str) -> None:
    """A text from the desk that no supplier took: whoever talks with them sees it, beside what they wrote."""
    row = open_handover(session, person)
    if row is not None:
        text = say("staff.talk.not_texted.refused", row.language)
        items.add(session, row.id, "note", text, now(), author=say("handed.notice_from", row.language))


carriers["sms"] = carry
