"""ALL we hold about the people who look after the directory or answer residents. Residents are never here.

| table        | what                                                   | how long                               |
|--------------|--------------------------------------------------------|----------------------------------------|
| person       | e-mail, name, password hash                            | until they leave, or two years unseen  |
| membership   | which group, place or team, in which role              | with the person                        |
| invitation   | an e-mail address and what it was invited to           | 14 days, or until taken up             |
| sign_in_link | a hash of the link, whose it is                        | 15 minutes                             |
| sign_in      | a hash of a browser's token, first and last seen       | 12 hours unseen, 7 days at most        |
| kept_form    | what somebody wrote and did not send yet               | 30 days, or until they send it         |
| claim        | an e-mail address, and why a group is theirs           | 30 days, or until it is decided        |
| letter       | an e-mail that is owed: to whom, which sentence        | words and address go when it is sent   |
| telephone    | an editor's own number, sealed, for reminders by text  | until they want e-mail, or leave; not  |
|              |                                                        | shown to be theirs: 15 minutes         |
| authenticator| the secret of their app, sealed; hashes of spare codes  | until they turn it off, or leave       |
| vouching     | that somebody is an organisation's trained advocate    | until withdrawn or ended, and 28 days  |
| team         | a council's contact team: its name and hours           | not personal                           |

`knowledge/accounts.py` is what is done with them; `knowledge/access.py` says who may do what.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.models import Base, Identified, Organisation, Place, Translations, now

EDITOR, STEWARD, ADMIN, STAFF = "editor", "steward", "admin", "staff"


class Team(Identified, Base):
    """People of an organisation who answer residents of a place: the council's front desk."""

    __tablename__ = "team"
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    place_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("place.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    hours: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"mon": ["09:00", "17:00"], …}; a day left out: shut
    position: Mapped[int] = mapped_column(Integer, default=0)  # among the desks of its place
    nobody_after: Mapped[int] = mapped_column(Integer, default=10)  # minutes; then a resident is told nobody came
    quick_replies: Mapped[list[Any]] = mapped_column(JSON, default=list)  # each {"en": …, "cy": …}
    translations: Mapped[Translations] = mapped_column(default=dict)
    organisation: Mapped[Organisation] = relationship()
    place: Mapped[Place | None] = relationship()


class Person(Identified, Base):
    """Somebody who signs in."""

    __tablename__ = "person"
    email: Mapped[str] = mapped_column(String(200), unique=True)  # in lower case
    name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    password: Mapped[str | None] = mapped_column(String(200))  # argon2id; none: links by e-mail only
    wrong_tries: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="person", cascade="all, delete-orphan", order_by="Membership.made_at"
    )


class Membership(Identified, Base):
    """One role: editor of a group, steward of a place, staff of a team, or admin of everything."""

    __tablename__ = "membership"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    place_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("place.id"), index=True)
    team_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("team.id"), index=True)
    lead: Mapped[bool] = mapped_column(Boolean, default=False)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    person: Mapped[Person] = relationship(back_populates="memberships")


class Vouching(Identified, Base):
    """A steward says that this person is a trained advocate of an organisation, until a day. Opens nothing by itself:
    a resident lets an advocate in."""

    __tablename__ = "vouching"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("place.id"), index=True)
    trained_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    vouched_by: Mapped[str] = mapped_column(String(40))
    person: Mapped[Person] = relationship()


class Invitation(Identified, Base):
    """An address that was asked to take on a role. The link holds the token; only its hash is here."""

    __tablename__ = "invitation"
    email: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(10))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    place_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("place.id"), index=True)
    team_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("team.id"))
    lead: Mapped[bool] = mapped_column(Boolean, default=False)
    language: Mapped[str] = mapped_column(String(8), default="en")
    token: Mapped[str] = mapped_column(String(64), unique=True)
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SignInLink(Identified, Base):
    """A link sent by e-mail, good once."""

    __tablename__ = "sign_in_link"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SignIn(Identified, Base):
    """One browser that somebody is signed in on. Deleting the row signs it out."""

    __tablename__ = "sign_in"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    person: Mapped[Person] = relationship()


class Telephone(Base):
    """Where an editor would rather be reminded by text. Used only once they gave back the code that we texted to it.
    `letter` is the reminder that a bare 1, 2 or 3 from this number answers; `heard` the last such text, so that one
    brought twice does nothing twice."""

    __tablename__ = "telephone"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # knowledge.sealing
    known: Mapped[str] = mapped_column(String(64), index=True)  # the keyed hash by which a text from it is known
    code: Mapped[str] = mapped_column(String(64), default="")  # a hash; "" once the number is theirs
    wrong_tries: Mapped[int] = mapped_column(Integer, default=0)
    codes: Mapped[int] = mapped_column(Integer, default=1)  # sent on the day of `code_at`
    code_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    proved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    letter: Mapped[str] = mapped_column(String(64), default="")
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    unsure_of: Mapped[uuid.UUID | None] = mapped_column(Uuid)  # the entry for which 3 was said once
    heard: Mapped[str] = mapped_column(String(64), default="")


class Authenticator(Base):
    """A second step at signing in: an app that shows a new code every half minute (TOTP, RFC 6238)."""

    __tablename__ = "authenticator"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # knowledge.sealing
    proved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # none: not in use yet
    last_step: Mapped[int] = mapped_column(Integer, default=0)  # of the last code taken: none is taken twice
    spare: Mapped[list[str]] = mapped_column(JSON, default=list)  # hashes of codes for a lost telephone, each good once
    wrong_tries: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class KeptForm(Identified, Base):
    """What somebody wrote in a form and has not sent: kept by them, or kept for them when their sign-in ran out."""

    __tablename__ = "kept_form"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(200))
    fields: Mapped[dict[str, Any]] = mapped_column()
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)
    __table_args__ = (UniqueConstraint("person_id", "path"),)


class Claim(Identified, Base):
    """Somebody says that a group is theirs and has no way to show it but words: a steward decides."""

    __tablename__ = "claim"
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(String(200))
    said: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)
    organisation: Mapped[Organisation] = relationship()


class Letter(Identified, Base):
    """An e-mail or a text that is owed: a kind of words/letters.*.yml and its values. Emptied once it has gone."""

    __tablename__ = "letter"
    kind: Mapped[str] = mapped_column(String(30))
    by: Mapped[str] = mapped_column(String(5), default="email")  # or "text": then to the person's telephone
    recipient: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="en")
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)  # none: sent or given up
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    trouble: Mapped[str] = mapped_column(Text, default="")  # the kind of failure last met; no addresses, no words
    person_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, index=True)


def aware(moment: datetime) -> datetime:
    """The moment in UTC: SQLite gives back what it was given without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
