"""The record as one value, from what is held; as JSON for a file of theirs, and back from one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from channels.handover import asking, items, looking
from channels.handover.gate import look_words
from channels.messages import Reply, Signpost, Turn
from channels.models import Conversation, Keepsake, aware
from channels.plain import as_text
from knowledge.db import session_scope
from settings import settings

SCHEMA = Path(__file__).parent / "record.schema.json"
FORMAT, VERSION = "fingerpost-record", 1
MOST_ENTRIES, LONGEST_NOTES, LONGEST_ASKED = 60, 4000, 300


class RecordWrong(ValueError):
    """A file that is not a record of ours, or not whole."""


@dataclass(frozen=True)
class Line:
    """One thing said in the conversation, by whom."""

    by: str  # you | assistant | the name of a clerk, or of an advocate
    at: str
    text: str


@dataclass(frozen=True)
class Record:
    """Everything held about one resident that they can take away."""

    place: str = ""
    door: str = ""
    needs: tuple[str, ...] = ()
    asked: str = ""  # what they last asked for, in their words
    entries: tuple[str, ...] = ()
    notes: str = ""
    said: tuple[Line, ...] = ()
    looks: tuple[str, ...] = ()
    danger: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing at all is held."""
        return not (self.entries or self.notes or self.said or self.looks)


def record_of(sender: str, turns: tuple[Turn, ...], language: str) -> Record:
    """What is held about this sender; an empty record for a stranger."""
    if not sender:
        return Record()
    with session_scope(settings().conversations_url) as session:
        talk = session.scalars(select(Conversation).where(Conversation.sender == sender)).first()
        kept = session.get(Keepsake, talk.id) if talk else None
        handovers = [row.id for row in asking.handovers_of(session, sender)]
        heard = [item for item in items.items_of(session, handovers) if item.kind in items.SAID_TO_RESIDENT]
        looks = tuple(look_words(one, language) for one in looking.looks_at(session, looking.about(session, sender)))
        door, notes = (talk.door if talk else ""), (kept.notes if kept else "")
        removed, added = (kept.removed if kept else []), (kept.added if kept else [])
    replies = [turn.reply for turn in turns if turn.reply]
    shown = dict.fromkeys([*added, *(post.entry for reply in replies for post in _listed(reply))])
    return Record(
        place=next((reply.place for reply in reversed(replies) if reply.place), ""),
        door=door,
        needs=_needs(replies),
        asked=_asked(turns),
        entries=tuple(entry for entry in shown if entry not in removed)[:MOST_ENTRIES],
        notes=notes,
        said=_said(turns, heard),
        looks=looks,
        danger=any(reply.danger for reply in replies),
    )


def to_json(record: Record, signposts: Iterable[Signpost], at: datetime) -> str:
    """The file: readable, with everything in it; `record.schema.json` says what each part is."""
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "place": record.place,
        "front_door": record.door,
        "needs": list(record.needs),
        "asked": record.asked,
        "list": [
            {
                "entry": one.entry,
                "name": one.name,
                "run_by": one.run_by,
                "phones": [phone.number for phone in one.phones],
            }
            for one in signposts
        ],
        "notes": record.notes,
        "conversation": [asdict(line) for line in record.said],
        "who_looked": list(record.looks),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def from_json(written: str) -> Record:
    """A record from a file of ours, here or from another installation. Raises `RecordWrong` for anything else."""
    try:
        given = json.loads(written)
    except (ValueError, RecursionError):
        raise RecordWrong("not JSON") from None
    if not isinstance(given, dict) or given.get("format") != FORMAT or given.get("version") != VERSION:
        raise RecordWrong("not a record")
    entries = [str(row.get("entry")) for row in _rows(given, "list") if isinstance(row, dict)]
    return Record(
        place=_text(given, "place", 120),
        needs=tuple(str(one)[:60] for one in _rows(given, "needs"))[:20],
        asked=_text(given, "asked", LONGEST_ASKED),
        entries=tuple(dict.fromkeys(entry for entry in entries if _is_uuid(entry)))[:MOST_ENTRIES],
        notes=_text(given, "notes", LONGEST_NOTES),
    )


def keep(sender: str, *, notes: str | None = None, remove: str = "", add: Iterable[str] = ()) -> bool:
    """Change notes or the list; False for what is no entry, or where there is no conversation to keep them with."""
    if remove and not _is_uuid(remove):
        return False
    with session_scope(settings().conversations_url) as session:
        talk = session.scalars(select(Conversation).where(Conversation.sender == sender)).first()
        if talk is None:
            return False
        row = session.get(Keepsake, talk.id) or Keepsake(conversation_id=talk.id, notes="", removed=[], added=[])
        row.notes = row.notes if notes is None else notes[:LONGEST_NOTES]
        if remove:
            row.removed = [*dict.fromkeys([*row.removed, remove])][-MOST_ENTRIES:]
        row.added = [*dict.fromkeys([*row.added, *add])][:MOST_ENTRIES]
        session.add(row)
        return True


def _listed(reply: Reply) -> list[Signpost]:
    """What belongs on a list to keep: emergency lines are on every page and say what happened."""
    return [post for post in reply.signposts if post.tier != "emergency"]


def _needs(replies: list[Reply]) -> tuple[str, ...]:
    named = (post.needs[:1] for reply in replies for post in _listed(reply))
    return tuple(dict.fromkeys(need for needs in named for need in needs))[:8]


def _asked(turns: tuple[Turn, ...]) -> str:
    found = [turn.said for turn in turns if turn.reply and _listed(turn.reply) and not turn.reply.danger]
    return found[-1][:LONGEST_ASKED] if found else ""


def _said(turns: tuple[Turn, ...], heard: list[items.Item]) -> tuple[Line, ...]:
    lines = [(aware(item.at), Line(item.author or "assistant", _iso(item.at), item.text)) for item in heard]
    for turn in turns:
        lines.append((aware(turn.at), Line(turn.by or "you", _iso(turn.at), turn.said)))
        if turn.reply and (text := as_text(turn.reply)):
            lines.append((aware(turn.at), Line("assistant", _iso(turn.at), text)))
    return tuple(line for _, line in sorted(lines, key=lambda one: one[0]))


def _iso(moment: datetime) -> str:
    return aware(moment).astimezone(UTC).isoformat(timespec="seconds")


def _rows(given: Mapping[str, Any], name: str) -> list[Any]:
    rows = given.get(name, [])
    if not isinstance(rows, list):
        raise RecordWrong(name)
    return rows


def _text(given: Mapping[str, Any], name: str, longest: int) -> str:
    text = given.get(name, "")
    if not isinstance(text, str):
        raise RecordWrong(name)
    return text[:longest].replace("\x00", "")


def _is_uuid(written: object) -> bool:
    try:
        uuid.UUID(str(written))
    except ValueError:
        return False
    return True
