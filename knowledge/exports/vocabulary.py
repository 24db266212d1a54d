"""Taxonomies and terms: our topics, ways to get in and who runs it, beside those that came with imported entries."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, select
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.editing import id_of

TOPICS, ACCESS, TIERS = "topics", "access", "tiers"
OURS = (TOPICS, ACCESS, TIERS)
SHOWN_KINDS = ("community", "statutory", "danger")

Terms = dict[str, Any]


@dataclass(frozen=True)
class Names:
    """What the publisher calls our own lists and their terms; the words are the caller's."""

    lists: Mapping[str, tuple[str, str]]  # to (name, description)
    terms: Mapping[str, Mapping[str, str]]  # of access and tiers: key to name


def list_id(name: str) -> uuid.UUID:
    """The stable UUID of one of our own lists."""
    return id_of("taxonomy", f"fingerpost/{name}")


def term_id(name: str, key: str) -> uuid.UUID:
    """The stable UUID of a term of one of our own lists."""
    return id_of("term", f"fingerpost/{name}/{key}")


@dataclass
class Vocabulary:
    """Every term by id. Ours are made here; an imported one is there only while a published entry has it."""

    names: Names
    ours: dict[uuid.UUID, tuple[str, str]] = field(default_factory=dict)  # to (list, key)
    terms: dict[uuid.UUID, Terms] = field(default_factory=dict)

    def has_term(self, term: uuid.UUID) -> ColumnElement[bool]:
        """The condition that an entry has this term."""
        name, key = self.ours.get(term, ("", ""))
        if name == TOPICS:
            return _about(m.ServiceTopic.topic_key == key)
        if name == ACCESS:
            return cast(m.Service.access, String).contains(f'"{key}"')
        if name == TIERS:
            return m.Service.tier == key
        return exists().where(m.Attribute.service_id == m.Service.id, m.Attribute.term_id == term)

    def has_taxonomy(self, taxonomy: uuid.UUID) -> ColumnElement[bool]:
        """The condition that an entry has any term of this list."""
        if taxonomy == list_id(TOPICS):
            return _about()
        if taxonomy == list_id(ACCESS):
            return cast(m.Service.access, String) != "[]"
        if taxonomy == list_id(TIERS):
            return m.Service.tier != ""
        within = select(m.TaxonomyTerm.id).where(m.TaxonomyTerm.taxonomy_id == taxonomy)
        return exists().where(m.Attribute.service_id == m.Service.id, m.Attribute.term_id.in_(within))


def _about(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    """About a topic that a person has agreed to: a machine's suggestion is not published."""
    agreed = (m.ServiceTopic.suggested.is_(False), m.Topic.kind.in_(SHOWN_KINDS))
    topic = and_(m.ServiceTopic.service_id == m.Service.id, m.Topic.key == m.ServiceTopic.topic_key)
    return exists().where(topic, *agreed, *more)


def vocabulary(session: Session, names: Names) -> Vocabulary:
    """Our own terms; imported ones are read by `imported`."""
    made = Vocabulary(names)
    for topic in session.scalars(select(m.Topic).where(m.Topic.kind.in_(SHOWN_KINDS)).order_by(m.Topic.position)):
        _put(made, TOPICS, topic.key, topic.name, topic.definition)
    for name in (ACCESS, TIERS):
        for key, called in names.terms[name].items():
            _put(made, name, key, called, called)
    return made


def _put(made: Vocabulary, name: str, key: str, called: str, description: str) -> None:
    made.ours[term_id(name, key)] = (name, key)
    made.terms[term_id(name, key)] = term(
        term_id(name, key), key, called, description or called, made.names.lists[name][0], list_id(name)
    )


def term(one: uuid.UUID, code: str, name: str, description: str, taxonomy: str, taxonomy_id: uuid.UUID) -> Terms:
    """A taxonomy term as the standard writes it."""
    told = {"id": str(one), "code": code, "name": name, "description": description or name}
    told |= {"taxonomy": taxonomy, "taxonomy_id": str(taxonomy_id)}
    return told if code else {key: value for key, value in told.items() if key != "code"}


def imported(session: Session, shown: ColumnElement[bool]) -> Iterator[tuple[m.Taxonomy, m.TaxonomyTerm]]:
    """Imported terms that an entry which meets `shown` has, with their lists, by name."""
    used = exists().where(m.Attribute.term_id == m.TaxonomyTerm.id, m.Attribute.service_id == m.Service.id).where(shown)
    rows = session.execute(
        select(m.Taxonomy, m.TaxonomyTerm)
        .join(m.TaxonomyTerm, m.TaxonomyTerm.taxonomy_id == m.Taxonomy.id)
        .where(used)
        .order_by(m.Taxonomy.name, m.TaxonomyTerm.name, m.TaxonomyTerm.id)
    )
    yield from (tuple(row) for row in rows)


def all_terms(session: Session, made: Vocabulary, shown: ColumnElement[bool]) -> list[Terms]:
    """Ours, then the imported ones."""
    theirs = [
        term(one.id, one.code, one.name, one.description, taxonomy.name, taxonomy.id)
        for taxonomy, one in imported(session, shown)
    ]
    return [*made.terms.values(), *theirs]


def all_lists(session: Session, names: Names, shown: ColumnElement[bool]) -> list[Terms]:
    """Every taxonomy, ours first."""
    ours = [
        {"id": str(list_id(name)), "name": names.lists[name][0], "description": names.lists[name][1]} for name in OURS
    ]
    theirs: dict[str, Terms] = {}
    for taxonomy, _ in imported(session, shown):
        told = {"id": str(taxonomy.id), "name": taxonomy.name, "description": taxonomy.description or taxonomy.name}
        theirs[told["id"]] = told | ({"uri": taxonomy.uri} if taxonomy.uri else {})
    return [*ours, *theirs.values()]
