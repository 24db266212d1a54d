"""The directory's tables, shaped so that Open Referral UK (HSDS-UK 3.0) falls out of them. Never about residents."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Float, ForeignKey, Index, Integer, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

Translations = dict[str, dict[str, str]]  # {"cy": {"name": …}}: the English stands in plain columns


def now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """The knowledge database."""

    type_annotation_map = {
        **dict.fromkeys((dict[str, Any], list[str], list[list[str]], Translations, dict[str, str]), JSON)
    }


class Identified:
    """A UUID of its own, as Open Referral asks of every row."""

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)


class Place(Identified, Base):
    """A district, county or borough that local people look after here: a front door at /p/<slug>."""

    __tablename__ = "place"
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    nation: Mapped[str] = mapped_column(String(20))
    invented: Mapped[bool] = mapped_column(Boolean, default=False)
    welcome: Mapped[str] = mapped_column(Text, default="")
    banner: Mapped[str] = mapped_column(Text, default="")
    colours: Mapped[dict[str, str]] = mapped_column(default=dict)
    languages: Mapped[list[str]] = mapped_column(default=list)
    translations: Mapped[Translations] = mapped_column(default=dict)
    towns: Mapped[list[Town]] = relationship(back_populates="place", cascade="all, delete-orphan")
    outcodes: Mapped[list[Outcode]] = relationship(cascade="all, delete-orphan")
    bodies: Mapped[list[PlaceBody]] = relationship(cascade="all, delete-orphan")


class Town(Identified, Base):
    """A town, village or neighbourhood of a place, beside the gazetteer's own."""

    __tablename__ = "town"
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("place.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20), default="town")
    latitude: Mapped[float]
    longitude: Mapped[float]
    alternates: Mapped[list[str]] = mapped_column(default=list)
    translations: Mapped[Translations] = mapped_column(default=dict)
    place: Mapped[Place] = relationship(back_populates="towns")


class Outcode(Identified, Base):
    """The first half of a postcode that a place has, with its middle."""

    __tablename__ = "outcode"
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("place.id"), index=True)
    outcode: Mapped[str] = mapped_column(String(4), unique=True)
    latitude: Mapped[float]
    longitude: Mapped[float]


class PlaceBody(Base):
    """Which organisation acts in a place for a kind of body: its district, its county, its water company."""

    __tablename__ = "place_body"
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("place.id"), primary_key=True)
    body: Mapped[str] = mapped_column(String(30), primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))


class Organisation(Identified, Base):
    """Who runs services: a group, a charity, a company, a faith body or a public body (HSDS organization)."""

    __tablename__ = "organisation"
    key: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(20), default="group")
    body: Mapped[str | None] = mapped_column(String(30))
    url: Mapped[str | None] = mapped_column(String(500))
    email: Mapped[str | None] = mapped_column(String(200))
    charity_number: Mapped[str | None] = mapped_column(String(20), index=True)
    place_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("place.id"))
    source: Mapped[str] = mapped_column(String(500), default="")
    licence: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # None: not since it was kept
    translations: Mapped[Translations] = mapped_column(default=dict)
    services: Mapped[list[Service]] = relationship(back_populates="organisation")
    phones: Mapped[list[Phone]] = relationship(cascade="all, delete-orphan")


class Service(Identified, Base):
    """An entry: one thing a resident can turn to (HSDS service). `place_id` empty: the national layer."""

    __tablename__ = "service"
    key: Mapped[str] = mapped_column(String(200), unique=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    place_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("place.id"), index=True)
    tier: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="active")
    name: Mapped[str] = mapped_column(String(300))
    line: Mapped[str] = mapped_column(String(400), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str | None] = mapped_column(String(500))
    email: Mapped[str | None] = mapped_column(String(200))
    minimum_age: Mapped[float | None]
    maximum_age: Mapped[float | None]
    eligibility: Mapped[str] = mapped_column(Text, default="")
    access: Mapped[list[str]] = mapped_column(default=list)
    schedule_text: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(500), default="")
    licence: Mapped[str] = mapped_column(String(200), default="")
    source_row: Mapped[str] = mapped_column(String(200), default="")
    checked_on: Mapped[date | None] = mapped_column(Date)
    checked_by: Mapped[str] = mapped_column(String(200), default="")
    review_by: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=0)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    translations: Mapped[Translations] = mapped_column(default=dict)
    organisation: Mapped[Organisation] = relationship(back_populates="services")
    place: Mapped[Place | None] = relationship()
    locations: Mapped[list[Location]] = relationship(cascade="all, delete-orphan")
    areas: Mapped[list[ServiceArea]] = relationship(cascade="all, delete-orphan")
    schedules: Mapped[list[Schedule]] = relationship(cascade="all, delete-orphan")
    phones: Mapped[list[Phone]] = relationship(cascade="all, delete-orphan")
    contacts: Mapped[list[Contact]] = relationship(cascade="all, delete-orphan")
    costs: Mapped[list[CostOption]] = relationship(cascade="all, delete-orphan")
    languages: Mapped[list[Language]] = relationship(cascade="all, delete-orphan")
    attributes: Mapped[list[Attribute]] = relationship(cascade="all, delete-orphan")
    topics: Mapped[list[ServiceTopic]] = relationship(cascade="all, delete-orphan", order_by="ServiceTopic.position")


class Location(Identified, Base):
    """Where a service happens (HSDS service_at_location and location in one: ours are not shared between services)."""

    __tablename__ = "location"
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    name: Mapped[str] = mapped_column(String(300), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    uprn: Mapped[str] = mapped_column(String(12), default="")  # the building's number in Britain's address register
    masked: Mapped[bool] = mapped_column(Boolean, default=False)  # a refuge: never leaves the database
    note: Mapped[str] = mapped_column(Text, default="")
    translations: Mapped[Translations] = mapped_column(default=dict)
    addresses: Mapped[list[Address]] = relationship(cascade="all, delete-orphan")


class Address(Identified, Base):
    """A postal address of a location."""

    __tablename__ = "address"
    location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("location.id"), index=True)
    address_1: Mapped[str] = mapped_column(String(300), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    state_province: Mapped[str] = mapped_column(String(120), default="")
    postal_code: Mapped[str] = mapped_column(String(12), default="")
    country: Mapped[str] = mapped_column(String(2), default="GB")
    address_type: Mapped[str] = mapped_column(String(20), default="physical")


class ServiceArea(Identified, Base):
    """Where a service's people may live: a nation, a place, or a named town of it."""

    __tablename__ = "service_area"
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    extent: Mapped[str] = mapped_column(String(20))  # nation | place | town


class Schedule(Identified, Base):
    """When a service happens; `byday` and `bysetpos` as in RFC 5545.

    `starts_on` tells which of two weeks a fortnight means. `breaks`: pairs of days, inclusive, "2026-08-03" or, every
    year, "08-03".
    """

    __tablename__ = "schedule"
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    freq: Mapped[str] = mapped_column(String(10), default="WEEKLY")
    interval: Mapped[int] = mapped_column(Integer, default=1)
    byday: Mapped[str] = mapped_column(String(40), default="")
    bysetpos: Mapped[int | None]
    opens_at: Mapped[str] = mapped_column(String(5), default="")
    closes_at: Mapped[str] = mapped_column(String(5), default="")
    term_time: Mapped[bool] = mapped_column(Boolean, default=False)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    breaks: Mapped[list[list[str]]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    translations: Mapped[Translations] = mapped_column(default=dict)


class Phone(Identified, Base):
    """A telephone number of a service, an organisation or a contact."""

    __tablename__ = "phone"
    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contact.id"))
    number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10), default="voice")
    note: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    translations: Mapped[Translations] = mapped_column(default=dict)


class Contact(Identified, Base):
    """A role to ask for, never shown with a private person's details."""

    __tablename__ = "contact"
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str | None] = mapped_column(String(200))


class CostOption(Identified, Base):
    """What it costs; `option` is free, low, paid or varies."""

    __tablename__ = "cost_option"
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    option: Mapped[str] = mapped_column(String(10))
    amount: Mapped[float | None] = mapped_column(Float)
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    note: Mapped[str] = mapped_column(Text, default="")
    translations: Mapped[Translations] = mapped_column(default=dict)


class Language(Identified, Base):
    """A language a service is given in, by ISO 639 code."""

    __tablename__ = "language"
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    code: Mapped[str] = mapped_column(String(8))


class Taxonomy(Identified, Base):
    """A list of terms that came with imported entries, or that others use."""

    __tablename__ = "taxonomy"
    name: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    uri: Mapped[str | None] = mapped_column(String(500))


class TaxonomyTerm(Identified, Base):
    """One term of a taxonomy."""

    __tablename__ = "taxonomy_term"
    taxonomy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("taxonomy.id"), index=True)
    code: Mapped[str] = mapped_column(String(200), default="")
    name: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")


class Attribute(Identified, Base):
    """A term said of a service (HSDS attribute)."""

    __tablename__ = "attribute"
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    term_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("taxonomy_term.id"))
    term: Mapped[TaxonomyTerm] = relationship()


class Topic(Base):
    """A need residents have, in our own words, with the phrases that show it."""

    __tablename__ = "topic"
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(12))  # community | statutory | danger | message
    name: Mapped[str] = mapped_column(String(120))
    definition: Mapped[str] = mapped_column(Text)
    bodies: Mapped[dict[str, Any]] = mapped_column(default=dict)
    translations: Mapped[Translations] = mapped_column(default=dict)


class TopicPhrase(Identified, Base):
    """What somebody with this need might say. Counts from the next message on, without retraining."""

    __tablename__ = "topic_phrase"
    topic_key: Mapped[str] = mapped_column(ForeignKey("topic.key"), index=True)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8), default="en")
    added_by: Mapped[str] = mapped_column(String(200), default="seed")
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    stamp: Mapped[int] = mapped_column(Integer, index=True)


class ServiceTopic(Base):
    """Which needs an entry meets, main first; `suggested` until a person has agreed."""

    __tablename__ = "service_topic"
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), primary_key=True)
    topic_key: Mapped[str] = mapped_column(ForeignKey("topic.key"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    suggested: Mapped[bool] = mapped_column(Boolean, default=False)


class Tip(Identified, Base):
    """What helped somebody round here, in their words, looked after by a group. Always the friend tier."""

    __tablename__ = "tip"
    key: Mapped[str] = mapped_column(String(200), unique=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    place_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("place.id"))
    about_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"))
    status: Mapped[str] = mapped_column(String(20), default="active")
    text: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(300), default="")
    towns: Mapped[list[str]] = mapped_column(default=list)
    topics: Mapped[list[str]] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(String(500), default="")
    licence: Mapped[str] = mapped_column(String(200), default="")
    checked_on: Mapped[date | None] = mapped_column(Date)
    checked_by: Mapped[str] = mapped_column(String(200), default="")
    review_by: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=0)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    translations: Mapped[Translations] = mapped_column(default=dict)
    organisation: Mapped[Organisation] = relationship()
    about: Mapped[Service | None] = relationship()
    place: Mapped[Place | None] = relationship()


class Revision(Identified, Base):
    """One save: what the row said from then on, by whom, when and why."""

    __tablename__ = "revision"
    kind: Mapped[str] = mapped_column(String(20))
    row_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    made_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[dict[str, Any]] = mapped_column()
    __table_args__ = (Index("revision_of_row", "row_id", "number", unique=True),)


class Findable(Base):
    """What search needs of one published entry or tip, flat: every process reads the rows with a newer stamp."""

    __tablename__ = "findable"
    entry_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))  # service | tip
    stamp: Mapped[int] = mapped_column(Integer, index=True)
    gone: Mapped[bool] = mapped_column(Boolean, default=False)
    tier: Mapped[str] = mapped_column(String(20))
    topics: Mapped[list[str]] = mapped_column(default=list)
    nations: Mapped[list[str]] = mapped_column(default=list)  # empty: wherever its place is
    place_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class Flag(Identified, Base):
    """Somebody said that an entry is wrong: which one, what kind of wrong and the day. Never who, never their words."""

    __tablename__ = "flag"
    entry_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    kind: Mapped[str] = mapped_column(String(20))
    day: Mapped[date] = mapped_column(Date)
    done: Mapped[bool] = mapped_column(Boolean, default=False)


class Stamp(Base):
    """A counter that every saved entry or phrase moves on, so that a reader knows whether to look again."""

    __tablename__ = "stamp"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[int] = mapped_column(Integer, default=0)


class Learnt(Base):
    """What was fitted on the phrases up to a stamp (nlu.needs.fit_head); fitted again when the seed changes them."""

    __tablename__ = "learnt"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    stamp: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)
