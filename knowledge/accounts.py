"""Signing in: invitations, links by e-mail, passwords, lockout, and ending it everywhere. All flush; none commit."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from urllib.parse import urlencode

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import case, delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from knowledge import letters
from knowledge import people as p
from knowledge.access import Role, SignedIn
from knowledge.errors import NotFound

LINK_FOR = timedelta(minutes=15)
LINKS_AT_ONCE = 5  # links still good for one person; more are not sent, so that nobody's inbox is filled by others
LINK_ASKED = "link_asked"  # not a letter yet: an address that asked for one
INVITED_FOR = timedelta(days=14)
ANEW_AFTER = timedelta(days=1)  # an invitation that anybody may ask for is sent again only then
UNSEEN_FOR = timedelta(hours=12)
SIGNED_IN_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=730)  # an account that nobody used: what a person may find in it should not wait for ever
CLAIM_FOR = timedelta(days=30)
DRAFT_FOR = timedelta(days=30)
TRIES = 8
LOCKED_FOR = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=2)  # how exactly "last seen" is kept: not a write for every page
SHORTEST = 10

HASHER = PasswordHasher()
NOBODYS = HASHER.hash(secrets.token_urlsafe(16))  # checked for unknown addresses, so that both take as long


def tidy(email: str) -> str:
    """An address as it is kept and compared."""
    return email.strip().lower()


def looks_like_email(email: str) -> bool:
    """Whether this can be an address at all."""
    name, at, host = tidy(email).rpartition("@")
    return bool(name and at and "." in host.strip(".")) and not any(one.isspace() for one in tidy(email))


def invite(
    session: Session,
    email: str,
    role: str,
    *,
    now: datetime,
    organisation: uuid.UUID | None = None,
    place: uuid.UUID | None = None,
    team: uuid.UUID | None = None,
    lead: bool = False,
    language: str = "en",
) -> str:
    """Ask somebody to take on a role; the token for the link. An earlier invitation to the same is replaced."""
    same = (p.Invitation.organisation_id == organisation, p.Invitation.place_id == place, p.Invitation.team_id == team)
    session.execute(delete(p.Invitation).where(p.Invitation.email == tidy(email), p.Invitation.role == role, *same))
    token = secrets.token_urlsafe(24)
    session.add(
        p.Invitation(
            email=tidy(email),
            role=role,
            organisation_id=organisation,
            place_id=place,
            team_id=team,
            lead=lead,
            language=language,
            token=hashed(token),
            ends_at=now + INVITED_FOR,
        )
    )
    session.flush()
    return token


def invited_lately(session: Session, email: str, organisation: uuid.UUID, now: datetime) -> bool:
    """Whether an invitation of this address to this group, made within a day, is still to be taken up."""
    made_since = p.Invitation.ends_at > now + INVITED_FOR - ANEW_AFTER
    theirs = (p.Invitation.email == tidy(email), p.Invitation.organisation_id == organisation, made_since)
    return session.scalars(select(p.Invitation.id).where(*theirs)).first() is not None


def invitation(session: Session, token: str, now: datetime) -> p.Invitation | None:
    """The invitation this link is for, while it is good."""
    row = session.scalars(select(p.Invitation).where(p.Invitation.token == hashed(token))).first()
    return row if row and p.aware(row.ends_at) > now else None


def accept(session: Session, token: str, now: datetime, *, name: str = "", password: str = "") -> p.Person:
    """Take up an invitation: the account, made if there is none, with the role. Raises `NotFound` when it is over.

    A name or password is taken for a new account only: whoever holds the link of an old one proves no more than that.
    """
    asked = invitation(session, token, now)
    if asked is None:
        raise NotFound("no such invitation")
    person = by_email(session, asked.email)
    if person is None:
        person = p.Person(email=asked.email, name=name.strip(), language=asked.language, memberships=[])
        session.add(person)
        if password:
            set_password(person, password)
    give_role(person, asked.role, asked.organisation_id, asked.place_id, asked.team_id, lead=asked.lead)
    session.delete(asked)
    session.flush()
    return person


def vouched_for(session: Session, email: str, now: datetime) -> p.Person | None:
    """Whoever has this address, shown to be theirs by their organisation: with an account, or made one by taking up
    every invitation that waits for the address. None for anybody else: no account comes from nowhere."""
    good = (p.Invitation.email == tidy(email), p.Invitation.ends_at > now)
    person = by_email(session, email)
    for asked in session.scalars(select(p.Invitation).where(*good)).all():
        if person is None:
            person = p.Person(email=asked.email, name="", language=asked.language, memberships=[])
            session.add(person)
        give_role(person, asked.role, asked.organisation_id, asked.place_id, asked.team_id, lead=asked.lead)
        session.delete(asked)
    session.flush()
    return person


def give_role(
    person: p.Person,
    role: str,
    organisation: uuid.UUID | None = None,
    place: uuid.UUID | None = None,
    team: uuid.UUID | None = None,
    *,
    lead: bool = False,
) -> None:
    """Add a role, once; an editor who is invited as lead becomes lead."""
    about = (role, organisation, place, team)
    for held in person.memberships:
        if (held.role, held.organisation_id, held.place_id, held.team_id) == about:
            held.lead = held.lead or lead
            return
    person.memberships.append(
        p.Membership(role=role, organisation_id=organisation, place_id=place, team_id=team, lead=lead)
    )


def link_for(session: Session, email: str, now: datetime) -> tuple[p.Person, str] | None:
    """Somebody and the token of a new link to sign in with; None for nobody we know, or too many links at once."""
    person = by_email(session, email)
    if person is None:
        return None
    good = (p.SignInLink.person_id == person.id, p.SignInLink.ends_at > now)
    if session.scalars(select(func.count()).select_from(p.SignInLink).where(*good)).one() >= LINKS_AT_ONCE:
        return None
    token = secrets.token_urlsafe(24)
    session.add(p.SignInLink(person_id=person.id, token=hashed(token), ends_at=now + LINK_FOR))
    session.flush()
    return person, token


def ask_for_link(session: Session, email: str, onward: str, now: datetime) -> None:
    """Somebody asks for a link to sign in and would go on to `onward`. Whether we know the address is not looked at
    here: a page that did would take longer for those we know. It is found out by `send_links`, in seconds."""
    letters.write(session, LINK_ASKED, tidy(email), "en", now, {"onward": onward})


def send_links(session: Session, now: datetime, address: str) -> None:
    """Owe a link to everybody who asked for one and is known; of whoever is not, nothing is left."""
    for asked in session.scalars(select(p.Letter).where(p.Letter.kind == LINK_ASKED).order_by(p.Letter.made_at)).all():
        if found := link_for(session, asked.recipient, now):
            person, token = found
            link = f"{address}/console/link/{token}?{urlencode({'next': asked.told['onward']})}"
            letters.write(session, "sign_in", person.email, person.language, now, {"link": link}, person=person.id)
        session.delete(asked)
    session.flush()


def link_is_good(session: Session, token: str, now: datetime) -> bool:
    """Whether this link would sign somebody in; nothing is used up."""
    row = session.scalars(select(p.SignInLink).where(p.SignInLink.token == hashed(token))).first()
    return row is not None and p.aware(row.ends_at) > now


def use_link(session: Session, token: str, now: datetime) -> p.Person | None:
    """Whose link this is, used up by asking; None when it was used, altered or too old."""
    row = session.scalars(select(p.SignInLink).where(p.SignInLink.token == hashed(token))).first()
    if row is None or p.aware(row.ends_at) <= now:
        return None
    gone = session.execute(delete(p.SignInLink).where(p.SignInLink.id == row.id))
    if not gone.rowcount:  # type: ignore[attr-defined]  # a DELETE's result has it; the stub says Result
        return None  # another browser was quicker
    person = session.get_one(p.Person, row.person_id)
    person.wrong_tries, person.locked_until = 0, None
    return person


def check_password(session: Session, email: str, password: str, now: datetime) -> p.Person | None:
    """Who this is; None for anything else, and for a while after too many wrong tries whatever is said.

    Counts a wrong try: whoever calls this commits, also when it gives None.
    """
    person = by_email(session, email)
    locked = person is not None and person.locked_until is not None and p.aware(person.locked_until) > now
    right = _verified(person.password if person and person.password else NOBODYS, password)
    if person is None or locked or not person.password or not right:
        _count_wrong(session, email, now)
        return None
    person.wrong_tries, person.locked_until = 0, None
    if HASHER.check_needs_rehash(person.password):
        person.password = HASHER.hash(password)
    return person


def _count_wrong(session: Session, email: str, now: datetime) -> None:
    """One wrong try more, in the database itself, so that two at once are two; the same work for an unknown address."""
    free = or_(p.Person.locked_until.is_(None), p.Person.locked_until <= now)
    full = p.Person.wrong_tries + 1 >= TRIES
    counted = {
        "wrong_tries": case((full, 0), else_=p.Person.wrong_tries + 1),
        "locked_until": case((full, now + LOCKED_FOR), else_=p.Person.locked_until),
    }
    theirs = update(p.Person).where(p.Person.email == tidy(email), p.Person.password.is_not(None), free)
    session.execute(theirs.values(**counted), execution_options={"synchronize_session": "fetch"})


def set_password(person: p.Person, password: str) -> None:
    """Keep a password, as argon2id."""
    person.password = HASHER.hash(password)


def weak(password: str, email: str) -> bool:
    """Whether a password is too easily guessed: too short, one thing over and over, or the address itself."""
    plain = password.lower()
    return len(password) < SHORTEST or len(set(plain)) < 5 or tidy(email).split("@")[0] in (plain, plain[:-1])


def sign_in(session: Session, person: p.Person, now: datetime) -> str:
    """Sign this person in on one more browser; the token for its cookie."""
    token = secrets.token_urlsafe(24)
    session.add(p.SignIn(person_id=person.id, token=hashed(token), began_at=now, seen_at=now))
    person.seen_at = now
    session.flush()
    return token


def who(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Whoever is signed in with this token, while it is good."""
    row = _sign_in_of(session, token)
    if row is None or now - p.aware(row.seen_at) > UNSEEN_FOR or now - p.aware(row.began_at) > SIGNED_IN_FOR:
        return None
    if now - p.aware(row.seen_at) > SEEN_EVERY:
        row.seen_at = row.person.seen_at = now
    return plain(row.person)


def whose(session: Session, token: str) -> uuid.UUID | None:
    """Who was signed in with this token, even if it is over: what they wrote is kept for them, nothing more."""
    row = _sign_in_of(session, token)
    return row.person_id if row else None


def _sign_in_of(session: Session, token: str) -> p.SignIn | None:
    together = joinedload(p.SignIn.person).selectinload(p.Person.memberships)
    return session.scalars(select(p.SignIn).where(p.SignIn.token == hashed(token)).options(together)).first()


def sign_out(session: Session, token: str) -> None:
    """This browser is signed out."""
    session.execute(delete(p.SignIn).where(p.SignIn.token == hashed(token)))


def sign_out_everywhere(session: Session, person: uuid.UUID) -> int:
    """Every browser of this person is signed out, and no link of theirs works; how many browsers that were."""
    session.execute(delete(p.SignInLink).where(p.SignInLink.person_id == person))
    gone = session.execute(delete(p.SignIn).where(p.SignIn.person_id == person))
    return int(getattr(gone, "rowcount", 0))


def plain(person: p.Person) -> SignedIn:
    """The account as plain values."""
    roles = tuple(
        Role(one.role, one.organisation_id, one.place_id, one.team_id, one.lead) for one in person.memberships
    )
    return SignedIn(person.id, person.email, person.name, person.language, roles)


def by_email(session: Session, email: str) -> p.Person | None:
    """The account with this address."""
    return session.scalars(
        select(p.Person).where(p.Person.email == tidy(email)).options(selectinload(p.Person.memberships))
    ).first()


def forget_what_is_over(session: Session, now: datetime) -> int:
    """Delete links, invitations and sign-ins whose time is up, and accounts unseen for two years; how many accounts."""
    session.execute(delete(p.SignInLink).where(p.SignInLink.ends_at <= now))
    session.execute(delete(p.Invitation).where(p.Invitation.ends_at <= now))
    a_day = timedelta(days=1)  # kept so long after its end, so that what was written meanwhile finds its owner
    unseen, old = p.SignIn.seen_at <= now - UNSEEN_FOR - a_day, p.SignIn.began_at <= now - SIGNED_IN_FOR - a_day
    session.execute(delete(p.SignIn).where(or_(unseen, old)))
    session.execute(delete(p.Claim).where(p.Claim.made_at <= now - CLAIM_FOR))
    session.execute(delete(p.KeptForm).where(p.KeptForm.saved_at <= now - DRAFT_FOR))
    over = session.scalars(select(p.Person).where(p.Person.seen_at <= now - KEPT_FOR)).all()
    for person in over:
        session.delete(person)
    session.flush()
    return len(over)


def hashed(token: str) -> str:
    """What is kept of a token: whoever reads the database cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _verified(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (Argon2Error, InvalidHashError):
        return False


def delete_account(session: Session, person: uuid.UUID) -> bool:
    """Forget somebody who signs in: account, roles, sign-ins, letters owed. False for the last admin.

    Where they led a group with others in it, the member of longest standing leads it now.
    """
    own = session.get_one(p.Person, person)
    admins = session.scalars(select(p.Membership.person_id).where(p.Membership.role == p.ADMIN)).all()
    if person in admins and set(admins) == {person}:
        return False
    for led in [one for one in own.memberships if one.lead]:
        others = (p.Membership.organisation_id == led.organisation_id, p.Membership.person_id != person)
        heir = session.scalars(select(p.Membership).where(*others).order_by(p.Membership.made_at)).first()
        if heir is not None:
            heir.lead = True
    session.execute(delete(p.Letter).where(p.Letter.person_id == person))
    session.delete(own)
    session.flush()
    return True
