"""The only way to write the directory. Every save of an entry is a revision; nothing changed means nothing written."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.drafts import NATION_GROUPS, OrganisationDraft, ServiceDraft, Spot, Times, TipDraft, Words, plain, words
from knowledge.errors import NotFound
from knowledge.indexing import next_stamp

NAMESPACE = uuid.UUID("5b0f3f0e-6d1a-5c1e-9a57-0f1e2d3c4b5a")  # ours; keys under it become stable UUIDs
REVIEW_AFTER = timedelta(days=365)  # a year from the last check; ALISS asks its owners as often
REVIEW_TIMES_AFTER = timedelta(days=182)  # what a group does on certain days changes sooner: half a year
BYDAY = {"mon": "MO", "tue": "TU", "wed": "WE", "thu": "TH", "fri": "FR", "sat": "SA", "sun": "SU"}
FREQUENCY = {"week": ("WEEKLY", 1), "fortnight": ("WEEKLY", 2), "month": ("MONTHLY", 1), "term": ("WEEKLY", 1)}


def id_of(kind: str, key: str) -> uuid.UUID:
    """The stable UUID of a keyed row."""
    return uuid.uuid5(NAMESPACE, f"{kind}/{key}")


def save_organisation(session: Session, draft: OrganisationDraft) -> m.Organisation:
    """Make or change an organisation; flushes."""
    row = session.get(m.Organisation, id_of("organisation", draft.key))
    if row is None:
        row = m.Organisation(id=id_of("organisation", draft.key), key=draft.key)
        session.add(row)
    numbers = [phone.number for phone in row.phones]  # read first: reading flushes, and what is flushed looks unchanged
    row.name, row.description = draft.name["en"], draft.description["en"]
    row.kind, row.body, row.url, row.email = draft.kind, draft.body, draft.url, draft.email
    row.charity_number, row.source, row.licence = draft.charity_number, draft.source, draft.licence
    row.place_id = id_of("place", draft.place) if draft.place else None
    row.translations = translations_of(name=draft.name, description=draft.description)
    if numbers != ([draft.phone] if draft.phone else []):
        row.phones = [m.Phone(number=draft.phone)] if draft.phone else []
    if session.is_modified(row):
        row.changed_at = m.now()
        next_stamp(session, "findable")  # its name is shown with its entries: readers look again
    session.flush()
    return row


def save_service(session: Session, draft: ServiceDraft, *, by: str, reason: str = "") -> m.Service | None:
    """Publish an entry; returns it, or None if it says the same already. Raises `NotFound` for an unknown owner.

    Flushes; the caller then calls `knowledge.indexing.publish` with what was saved, in the same transaction.
    """
    service_id = id_of("service", draft.key)
    row = session.get(m.Service, service_id)
    if row is not None and row.status == "active" and _same_as_last(session, service_id, plain(draft)):
        return None
    owner = session.get(m.Organisation, id_of("organisation", draft.organisation))
    if owner is None:
        raise NotFound(f"{draft.key}: there is no organisation {draft.organisation!r}")
    if row is None:
        row = m.Service(id=service_id, key=draft.key)
        session.add(row)
    row.organisation = owner
    _write_service(row, draft)
    _write_parts(session, row, draft)
    _revise(session, "service", row, plain(draft), by, reason)
    return row


def save_tip(session: Session, draft: TipDraft, *, by: str, reason: str = "") -> m.Tip | None:
    """Publish a tip; returns it, or None if it says the same already."""
    tip_id = id_of("tip", draft.key)
    row = session.get(m.Tip, tip_id)
    if row is not None and row.status == "active" and _same_as_last(session, tip_id, plain(draft)):
        return None
    if row is None:
        row = m.Tip(id=tip_id, key=draft.key)
        session.add(row)
    row.organisation_id = id_of("organisation", draft.organisation)
    row.place_id = id_of("place", draft.place) if draft.place else None
    row.about_id = id_of("service", draft.about) if draft.about else None
    row.text, row.who = draft.text["en"], draft.who["en"]
    row.towns, row.topics = list(draft.towns), list(draft.topics)
    row.source, row.status = draft.source, "active"
    row.checked_on, row.checked_by = draft.checked_on, draft.checked_by
    row.review_by = review_by(draft)
    row.translations = translations_of(text=draft.text, who=draft.who)
    _revise(session, "tip", row, plain(draft), by, reason)
    return row


def withdraw(session: Session, row: m.Service | m.Tip, *, by: str, reason: str = "") -> None:
    """Take an entry or tip down; it stays here with its revisions. Publish it afterwards, as after a save."""
    row.status = "inactive"
    kind = "service" if isinstance(row, m.Service) else "tip"
    _revise(session, kind, row, {"withdrawn": True}, by, reason)


def _write_service(row: m.Service, draft: ServiceDraft) -> None:
    row.tier, row.status = draft.tier, "active"
    row.place_id = id_of("place", draft.place) if draft.place else None
    row.name, row.line, row.description = draft.name["en"], draft.line["en"], draft.description["en"]
    row.url, row.email, row.eligibility = draft.url, draft.email, draft.who["en"]
    row.minimum_age, row.maximum_age = draft.minimum_age, draft.maximum_age
    row.access, row.schedule_text = list(draft.access), draft.schedule_text
    row.source, row.licence, row.source_row = draft.source, draft.licence, draft.source_row
    row.checked_on, row.checked_by = draft.checked_on, draft.checked_by
    row.review_by = review_by(draft)
    row.changed_at = m.now()
    row.translations = translations_of(
        name=draft.name, line=draft.line, description=draft.description, eligibility=draft.who
    )


def _write_parts(session: Session, row: m.Service, draft: ServiceDraft) -> None:
    row.locations = [_location(spot, id_of("location", f"{row.key}/{at}")) for at, spot in enumerate(draft.spots)]
    row.areas = [m.ServiceArea(name=name, extent=_extent(name)) for name in draft.area]
    row.schedules = [_schedule(times) for times in draft.schedule]
    row.phones = [
        m.Phone(number=phone.number, note=phone.note["en"], position=at, translations=translations_of(note=phone.note))
        for at, phone in enumerate(draft.phones)
    ]
    row.costs = [_cost(draft.cost)] if draft.cost else []
    row.languages = [m.Language(code=code) for code in draft.languages]
    row.attributes = [m.Attribute(term=_term(session, *term)) for term in draft.terms]
    if row.topics:
        row.topics = []
        session.flush()  # the old topics leave before the same keys come back
    row.topics = [
        m.ServiceTopic(topic_key=key, position=at, suggested=draft.topics_suggested)
        for at, key in enumerate(draft.topics)
    ]


def _extent(name: str) -> str:
    return "nation" if name in NATION_GROUPS else "place" if name == "place" else "town"


def _location(spot: Spot, location_id: uuid.UUID) -> m.Location:
    """Its id is the same after every save: others hold on to it, since the open feed publishes it."""
    address = m.Address(address_1=spot.address, city=spot.town, postal_code=spot.postcode)
    return m.Location(
        id=location_id,
        name=spot.venue["en"],
        latitude=spot.latitude,
        longitude=spot.longitude,
        masked=spot.masked,
        uprn=spot.uprn,
        note=spot.note["en"],
        translations=translations_of(name=spot.venue, note=spot.note),
        addresses=[address] if spot.address or spot.town or spot.postcode else [],
    )


def _schedule(times: Times) -> m.Schedule:
    freq, interval = FREQUENCY[times.every]
    return m.Schedule(
        freq=freq,
        interval=interval,
        byday=",".join(BYDAY[day] for day in times.days),
        bysetpos=times.week if freq == "MONTHLY" else None,
        opens_at=times.opens,
        closes_at=times.closes,
        term_time=times.every == "term",
        starts_on=date.fromisoformat(times.starts) if times.starts else None,
        ends_on=date.fromisoformat(times.ends) if times.ends else None,
        breaks=[list(pair) for pair in times.breaks],
        note=times.note["en"],
        translations=translations_of(note=times.note),
    )


def _cost(cost: dict[str, Any]) -> m.CostOption:
    note = words(cost.get("note"))
    amount = float(cost["amount"]) if cost.get("amount") is not None else None
    return m.CostOption(option=cost["kind"], amount=amount, note=note["en"], translations=translations_of(note=note))


def _term(session: Session, taxonomy: str, code: str, name: str) -> m.TaxonomyTerm:
    taxonomy_id, term_id = id_of("taxonomy", taxonomy), id_of("term", f"{taxonomy}/{code or name}")
    if session.get(m.Taxonomy, taxonomy_id) is None:
        session.add(m.Taxonomy(id=taxonomy_id, name=taxonomy))
    term = session.get(m.TaxonomyTerm, term_id)
    if term is None:
        term = m.TaxonomyTerm(id=term_id, taxonomy_id=taxonomy_id, code=code, name=name)
        session.add(term)
        session.flush()
    return term


def translations_of(**fields: Words) -> m.Translations:
    """Everything but English, by language and field, as rows keep it."""
    found: m.Translations = {}
    for name, texts in fields.items():
        for language, text in texts.items():
            if language != "en" and text:
                found.setdefault(language, {})[name] = text
    return found


def review_by(draft: ServiceDraft | TipDraft) -> date | None:
    """The day by which somebody should look again: a year after the last check, half a year for a group's times."""
    if draft.checked_on is None:
        return None
    changes_soon = isinstance(draft, ServiceDraft) and draft.tier == "community" and bool(draft.schedule)
    return draft.checked_on + (REVIEW_TIMES_AFTER if changes_soon else REVIEW_AFTER)


def _same_as_last(session: Session, row_id: uuid.UUID, body: dict[str, Any]) -> bool:
    last = session.scalars(
        select(m.Revision).where(m.Revision.row_id == row_id).order_by(m.Revision.number.desc()).limit(1)
    ).first()
    return last is not None and last.body == json.loads(json.dumps(body))


def _revise(session: Session, kind: str, row: m.Service | m.Tip, body: dict[str, Any], by: str, reason: str) -> None:
    row.version = (row.version or 0) + 1
    row.changed_at = m.now()
    session.flush()
    session.add(
        m.Revision(
            kind=kind,
            row_id=row.id,
            number=row.version,
            made_by=by,
            reason=reason,
            body=json.loads(json.dumps(body)),
        )
    )
    session.flush()


def save_topic(
    session: Session, key: str, position: int, row: dict[str, Any], phrases: Sequence[m.TopicPhrase]
) -> None:
    """Make or change a topic and add the phrases it does not have yet."""
    topic = session.get(m.Topic, key)
    if topic is None:
        topic = m.Topic(key=key)
        session.add(topic)
    topic.position, topic.kind, topic.name = position, row["kind"], row["name"]["en"]
    topic.definition, topic.bodies = row["definition"], row.get("body") or {}
    topic.translations = translations_of(name=row["name"])
    session.flush()
    session.add_all(phrases)
    session.flush()


def save_place(session: Session, place: m.Place, *, by: str, **given: Any) -> bool:
    """Set a place's name, welcome and banner (words by language), colours and languages; whether anything changed.

    Every save is a revision, as for entries; the seed then leaves the place alone.
    """
    name, welcome, banner = given["name"], given["welcome"], given["banner"]
    body = {**given, "languages": list(given["languages"])}
    if _same_as_last(session, place.id, body):
        return False
    place.name, place.welcome, place.banner = name["en"], welcome["en"], banner["en"]
    place.colours, place.languages = dict(given["colours"]), list(given["languages"])
    place.translations = translations_of(name=name, welcome=welcome, banner=banner)
    next_stamp(session, "findable")  # a place's name is shown with entries: readers look again
    _note(session, "place", place.id, body, by)
    return True


def save_group(session: Session, draft: OrganisationDraft, *, by: str) -> m.Organisation:
    """Make or change an organisation as a person, with a revision; flushes."""
    row = save_organisation(session, draft)
    body = asdict(draft)
    if not _same_as_last(session, row.id, body):
        _note(session, "organisation", row.id, body, by)
    return row


def _note(session: Session, kind: str, row_id: uuid.UUID, body: dict[str, Any], by: str) -> None:
    last = session.scalars(select(func.max(m.Revision.number)).where(m.Revision.row_id == row_id)).one() or 0
    kept = json.loads(json.dumps(body))
    session.add(m.Revision(kind=kind, row_id=row_id, number=last + 1, made_by=by, body=kept))
    session.flush()
