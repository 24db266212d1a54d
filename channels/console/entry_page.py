"""The page an entry is written on: its fields, what is suggested, how it reads, and where it would come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.console.entry_form import EVERY, LINES_OF_TIMES, PHONES, TIERS, Wrong
from channels.console.forms import Problems
from channels.messages import Signpost
from channels.saying import signpost
from channels.sms.segments import cost
from channels.sms.shaping import told
from channels.web import resident
from channels.web.security import person
from knowledge import models as m
from knowledge.answering import knowing
from knowledge.drafts import DAYS, NATION_GROUPS, ServiceDraft, plain
from knowledge.flags import OpenFlag, open_flags
from knowledge.history import Draft, differences
from knowledge.imports.topics import suggest
from knowledge.indexing import says
from knowledge.keeping import Fields
from knowledge.looking_after import row_id_of
from knowledge.reaching import troubles_of
from knowledge.replying import posts_of
from knowledge.suggesting import interest_in
from knowledge.trying import ask_it
from nlu.plain_words import Hint, hints
from settings import settings
from words import look_up, say


@dataclass
class Sheet:
    """One form as it is shown: whose, what is in it, and what there is to say about it."""

    group: m.Organisation
    kind: str
    action: str
    fields: Fields
    version: int
    once: str = ""  # of one new form, so that sending it twice makes one entry
    name: str = ""
    published: bool = False
    wrong: Wrong = field(default_factory=dict)
    looked: bool = False
    more: bool = False  # another line of times was asked for
    draft: Draft | None = None
    theirs: Draft | None = None  # what somebody else saved meanwhile
    kept_at: datetime | None = None
    note: str = ""  # from the steward who sent it back
    waits: bool = False  # a steward looks before it is public


def show(session: Session, sheet: Sheet) -> str:
    """The page."""
    known, language = knowing(session), resident.language()
    names = {
        key: told.get(language) or told["en"]
        for key, told in known.names.items()
        if known.kinds[key] in ("community", "statutory")
    }
    chosen = sheet.fields.get("topics", [])
    found = suggested(session, sheet.fields) if sheet.looked or "topics" in sheet.wrong else ()
    if "topics" in sheet.wrong and not found:
        sheet.wrong = {**sheet.wrong, "topics": "console.entry.wrong.no_topics"}
    elif "topics" in sheet.wrong:
        chosen = [*chosen, *found]
        sheet.fields = {**sheet.fields, "topics": chosen}
    first = list(dict.fromkeys([*chosen, *found]))
    return render_template(
        "console/entry.html",
        sheet=sheet,
        problems=Problems(sheet.wrong),
        done=request.args.get("done", ""),
        value=lambda name: (sheet.fields.get(name) or [""])[0],
        ticked=lambda name, one: one in sheet.fields.get(name, []),
        topic_names=names,
        topics_first=[key for key in first if key in names],
        suggested=found,
        lines_of_times=_lines(sheet.fields, "times", LINES_OF_TIMES, more=sheet.more),
        phones=_lines(sheet.fields, "phone", PHONES),
        days=DAYS,
        every=EVERY,
        tiers=TIERS if person().has("steward") else (),
        areas=[*(["place"] if sheet.group.place_id else []), *(NATION_GROUPS if person().admin else [])],
        access=look_up("access", language),
        languages=look_up("languages", language),
        hints=_hints(sheet.fields) if sheet.looked else [],
        asked=_asked(session, sheet) if sheet.looked and sheet.draft and not sheet.wrong else None,
        others=_others(session, sheet),
        flagged=_flagged(session, sheet),
        troubles=troubles_of(session, row_id_of(sheet.draft)) if sheet.published and sheet.draft else [],
        welsh_too=_welsh_too(session, sheet),
        interest=interest_in(session, row_id_of(sheet.draft), datetime.now(UTC).date()) if sheet.draft else {},
        compared=compared(sheet.draft, sheet.theirs) if sheet.theirs and sheet.draft else [],
    )


def _welsh_too(session: Session, sheet: Sheet) -> bool:
    """Whether Welsh stands beside the English: where the place speaks it, where somebody has begun, to who reads it."""
    place = session.get(m.Place, sheet.group.place_id) if sheet.group.place_id else None
    begun = any(name.endswith("_cy") and any(told) for name, told in sheet.fields.items())
    return begun or resident.language() == "cy" or place is None or "cy" in place.languages


def suggested(session: Session, fields: Fields) -> tuple[str, ...]:
    """Topics that fit what is written."""
    parts = [(fields.get(name) or [""])[0].strip() for name in ("name", "line", "description", "text")]
    return suggest(session, parts[3] or says(*parts[:3]))


def _hints(fields: Fields) -> list[tuple[str, Hint]]:
    names = ("name", "line", "description", "who", "text")
    return [(name, hint) for name in names for hint in hints((fields.get(name) or [""])[0])]


def _asked(session: Session, sheet: Sheet) -> dict[str, Any]:
    """The card residents would see, and where it would come for a question."""
    draft = sheet.draft
    assert draft is not None  # noqa: S101  tells mypy what the caller checked
    question = (sheet.fields.get("question") or [""])[0].strip()[:400]
    near = (sheet.fields.get("near") or [""])[0].strip()[:60]
    tried = ask_it(draft, question or _first_words(draft), today=datetime.now(UTC).date(), near=near)
    language, names = resident.language(), knowing(session).names
    posts = {post["entry"]: post for post in posts_of(tried.answer)}
    own = row_id_of(draft)
    card = signpost(tried.entries[own], posts.get(str(own), {}), language, names)
    shown: list[Signpost] = [
        signpost(tried.entries[post.entry], posts[str(post.entry)], language, names)
        for post in tried.answer.plan.posts
        if post.entry in tried.entries
    ]
    needs = [names.get(key, {}).get(language) or key for key in tried.answer.keys]
    by_text = told(card, language, settings().texting.segments)
    found = {"card": card, "shown": shown, "position": tried.position, "question": question, "needs": needs}
    return {**found, "by_text": by_text, "cost": cost(by_text)}


def _first_words(draft: Draft) -> str:
    return draft.line["en"] if isinstance(draft, ServiceDraft) else draft.text["en"]


def _others(session: Session, sheet: Sheet) -> list[tuple[str, str]]:
    """For a tip: the group's entries that it may be about."""
    if sheet.kind != "tip":
        return []
    own = select(m.Service.key, m.Service.name).where(m.Service.organisation_id == sheet.group.id)
    return [(key, name) for key, name in session.execute(own.where(m.Service.status == "active"))]


def _flagged(session: Session, sheet: Sheet) -> list[OpenFlag]:
    own = row_id_of(sheet.draft) if sheet.published and sheet.draft else None
    return [one for one in open_flags(session) if one.entry == own] if own else []


def _lines(fields: Fields, name: str, most: int, *, more: bool = True) -> range:
    """As many lines as are filled in, and one more where there are none, or more was asked for."""
    written = [key for key in fields if key.startswith(f"{name}-") and not key.endswith("-every") and any(fields[key])]
    used = max((int(key.split("-")[1]) for key in written), default=-1)
    return range(min(most, max(1, used + 1 + more)))


def compared(mine: Draft, theirs: Draft) -> list[tuple[str, str, str]]:
    """Field by field, what somebody else saved and what stands here, as text."""
    rows = differences(plain(theirs), plain(mine))
    return [(name, as_text(before), as_text(after)) for name, before, after in rows]


CODES = {"days": "console.day", "every": "console.every", "kind": "console.cost"}  # parts that are kept as codes
UNSEEN = {"latitude", "longitude", "uprn"}


def as_text(value: Any) -> str:
    """Any part of a draft as something to read side by side, in the reader's language."""
    if value in (None, "", [], {}, False):
        return ""
    if value is True:
        return say("console.private", resident.language())
    if isinstance(value, dict):
        told = {key: as_text(_in_words(key, one)) for key, one in value.items() if key not in UNSEEN}
        filled = {key: one for key, one in told.items() if one}
        return (" / " if set(filled) <= {"en", "cy"} else ", ").join(filled.values())
    if isinstance(value, list | tuple):
        return "; ".join(one for one in map(as_text, value) if one)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _in_words(part: str, value: Any) -> Any:
    """A part that is kept as a code, or several, in words."""
    if part not in CODES or not value:
        return value
    names = look_up(CODES[part], resident.language())
    return ", ".join(names.get(code, code) for code in (value if isinstance(value, list | tuple) else [value]))
