"""From a message to signposts: what Rasa's actions and, with Rasa down, the gateway both call."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.learning import need_finder
from knowledge.reading import Entry, entries, own_spots
from knowledge.search import REACH_KM, Ask, Candidate, find, index_for
from knowledge.signposting import ORDER, Option, Plan, Post, plan
from nlu.details_tried import is_one, says_for
from nlu.embedding import embed_one, embed_parts
from nlu.languages import ANY
from nlu.needs import Need, NeedFinder, Reading
from nlu.places import Gazetteer, Spot
from nlu.welsh import in_english

WITHHELD_AFTER = timedelta(days=180)  # past the review date; then an entry is not shown at all
DAYS_OF = {"weekend": ("SA", "SU"), "weekday": ("MO", "TU", "WE", "TH", "FR")}
DAY = {"mon": "MO", "tue": "TU", "wed": "WE", "thu": "TH", "fri": "FR", "sat": "SA", "sun": "SU"}
OF_A_BUILDING = ("step_free", "parking", "bus_stop", "quiet", "hearing_loop")  # not asked of a helpline or website
READ_AHEAD = 3000  # entries, about 10 MB
RING = "somebody friendly to ring who listens, answers the phone and says what help there is"
NOON, EVENING = "12:00", "17:00"
AFTER_LUNCH = "13:00"  # what closes by then is a morning's
NEWEST = text(  # moves on when a phrase or a place is added
    "SELECT (SELECT value FROM stamp WHERE name = 'phrase'), "
    "(SELECT count(*) FROM town), (SELECT count(*) FROM outcode)"
)


@dataclass(frozen=True)
class Answer:
    """What was understood and who is pointed to."""

    needs: tuple[Need, ...]
    plan: Plan
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """Topic keys understood, main first."""
        return tuple(need.key for need in self.needs)


class Knowing:
    """What a process keeps of the directory besides the search index: needs, topic kinds and the gazetteer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: tuple[object, ...] = ()
        self.finder: NeedFinder | None = None
        self.kinds: dict[str, str] = {}
        self.names: dict[str, dict[str, str]] = {}
        self.gazetteer = Gazetteer()

    def refresh(self, session: Session) -> None:
        """Read phrases and places again if any were added since; one small query when not."""
        seen = tuple(session.execute(NEWEST).one())
        if seen != self._seen:
            with self._lock:
                self._read(session)
                self._seen = seen

    def _read(self, session: Session) -> None:
        topics = session.scalars(select(m.Topic)).all()
        self.kinds = {topic.key: topic.kind for topic in topics}
        self.names = {topic.key: {"en": topic.name, **_names(topic.translations)} for topic in topics}
        self.finder = need_finder(session)
        self.gazetteer = Gazetteer(own_spots(session))

    @property
    def statutory(self) -> frozenset[str]:
        """Topics that only a public body can answer."""
        return frozenset(key for key, kind in self.kinds.items() if kind == "statutory")


def _names(translations: m.Translations) -> dict[str, str]:
    return {language: own["name"] for language, own in translations.items() if own.get("name")}


@lru_cache(maxsize=4)
def _knowing_of(url: str) -> Knowing:
    return Knowing()


def knowing(session: Session) -> Knowing:
    """The process's knowledge of the directory behind `session`, up to date."""
    own: Knowing | None = session.info.get("knowing")
    known = own if own is not None else _knowing_of(str(session.get_bind().engine.url))
    known.refresh(session)
    return known


def read_needs(session: Session, message: str) -> Reading:
    """The needs in a message, Welsh or English; no needs when nothing comes near."""
    finder = knowing(session).finder
    if finder is None:
        return Reading((), {}, 0.0)
    return finder.read(in_english(message), embed_parts)


def answer(
    session: Session,
    message: str,
    *,
    today: date,
    spot: Spot | None = None,
    wishes: Mapping[str, Any] | None = None,
    needs: Reading | None = None,
    without: Sequence[uuid.UUID] = (),
    only_tiers: Sequence[str] = (),
    reach_km: float = REACH_KM,
    within_km: float | None = None,
) -> Answer:
    """Signposts for `message`. `needs`: carried from an earlier message when this one only refines it;
    `without`: entries already shown; `only_tiers`: restrict, as after danger; `within_km`: only what is known to be
    nearer than that."""
    reading = needs or read_needs(session, message)
    if not reading.needs:
        return Answer((), Plan(()), reading.shares)
    ask = Ask(
        vector=embed_one(in_english(message)), words=message, topics=_weights(reading), spot=spot, reach_km=reach_km
    )
    found = [one for one in find(session, ask) if one.entry not in set(without)]
    if within_km is not None:
        found = [one for one in found if one.distance_km is not None and one.distance_km < within_km]
    if only_tiers:
        found = [one for one in found if one.tier in only_tiers]
    known = knowing(session)
    chosen = plan(
        [need.key for need in reading.needs],
        _options(session, found, wishes or {}, today, nation_known=spot is not None),
        statutory_share=statutory_share(reading, known.statutory),
        statutory_topics=known.statutory,
    )
    return Answer(reading.needs, chosen, reading.shares)


def _options(
    session: Session, found: Sequence[Candidate], wishes: Mapping[str, Any], today: date, *, nation_known: bool
) -> list[Option]:
    """What was found with the facts the policy weighs, each thing once."""
    facts = in_full(session, [one.entry for one in found])
    twice = _told_twice([facts[one.entry] for one in found if one.entry in facts], nation_known=nation_known)
    about = in_full(session, [entry.about for entry in facts.values() if entry.about is not None])
    return [
        _option(facts[one.entry], about, one.relevance, one.local, one.distance_km, wishes, today)
        for one in found
        if one.entry in facts and one.entry not in twice
    ]


def in_full(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Entry]:
    """Published entries in full, remembered until anything is saved: reading sixty anew was half of a turn."""
    index = index_for(session)
    with index.lock:
        index.refresh(session)
        known = index.facts
    if missing := [one for one in ids if one not in known]:
        known.update(entries(session, missing))
    return {one: known[one] for one in ids if one in known}


def read_ahead(session: Session) -> None:
    """Entries in full before anybody asks; of a large directory the first some thousands."""
    index = index_for(session)
    in_full(session, [one for one, gone in zip(index.ids, index.gone, strict=True) if not gone][:READ_AHEAD])


def _told_twice(entries_: Sequence[Entry], *, nation_known: bool) -> set[uuid.UUID]:
    """Of "Report a missed bin" and "Report a missed bin (England)", the one not to show: the nation's own is better
    where we know the nation, the one for everybody where we do not."""
    plain = {entry.name: entry.id for entry in entries_ if not entry.name.endswith(")")}
    said_twice = [(plain[base], entry.id) for entry in entries_ if (base := _base_name(entry.name)) in plain]
    return {wide if nation_known else narrow for wide, narrow in said_twice if wide != narrow}


def _base_name(name: str) -> str:
    return name[: name.rfind(" (")] if name.endswith(")") and " (" in name else ""


def people_to_ring(
    session: Session, message: str, *, today: date, spot: Spot | None, wishes: Mapping[str, Any] | None = None
) -> Answer:
    """Whoever answers a telephone about this need, or about anything at all: community, charities, then the council."""
    reading = read_needs(session, message)
    ask = Ask(vector=embed_one(RING), words="", topics=_weights(reading) if reading.needs else {}, spot=spot)
    found = {one.entry: one for one in find(session, ask)}
    facts = in_full(session, list(found))
    options = [
        _option(facts[one.entry], {}, one.relevance + 0.2 * one.local, one.local, one.distance_km, wishes or {}, today)
        for one in found.values()
        if one.entry in facts and facts[one.entry].phones and facts[one.entry].topics and one.tier in ORDER
    ]
    may = [option for option in options if not option.long_overdue and False not in option.wishes.values()]
    chosen = sorted(may, key=lambda option: (option.overdue, -option.relevance))[:3]
    posts = [
        Post(option.entry, option.tier, option.topics[0], option.distance_km, option.local, option.overdue, ())
        for option in sorted(chosen, key=lambda option: ORDER[option.tier])
    ]
    return Answer(reading.needs, Plan(tuple(posts)), reading.shares)


def statutory_share(reading: Reading, statutory: frozenset[str]) -> float:
    """How much of the message (0-1) is about what only a public body can do."""
    top = sorted(reading.shares.items(), key=lambda pair: -pair[1])[:5]
    total = sum(share for _, share in top)
    return sum(share for key, share in top if key in statutory) / total if total else 0.0


def _weights(reading: Reading) -> dict[str, float]:
    """Shares relative to the main need, so that the search weighs a clear need fully."""
    top = max(need.share for need in reading.needs)
    return {need.key: min(1.0, need.share / top) for need in reading.needs}


def _option(
    entry: Entry,
    about: Mapping[uuid.UUID, Entry],
    relevance: float,
    local: bool,
    distance_km: float | None,
    wishes: Mapping[str, Any],
    today: date,
) -> Option:
    return Option(
        entry=entry.id,
        tier=entry.tier,
        relevance=relevance,
        topics=entry.topics,
        organisation=entry.organisation,
        local=local,
        distance_km=distance_km,
        checked=entry.checked_on is not None,
        overdue=overdue(entry, today),
        long_overdue=withheld(entry, today),
        wishes=_tip_known(about.get(entry.about), wishes) if entry.about else known_of(entry, wishes),
    )


def overdue(entry: Entry, today: date) -> bool:
    """Its review date has passed: shown, and said."""
    return entry.review_by is not None and entry.review_by < today


def withheld(entry: Entry, today: date) -> bool:
    """Its review date is so long ago that nobody is sent there."""
    return entry.review_by is not None and entry.review_by + WITHHELD_AFTER < today


def known_of(entry: Entry, wishes: Mapping[str, Any]) -> dict[str, bool | None]:
    """For each wish whether the entry meets it: yes, no, or we do not know. Tips are words, so never asked."""
    if entry.tier == "friend":
        return {}
    found: dict[str, bool | None] = {}
    if "age" in wishes:
        low, high = entry.minimum_age, entry.maximum_age
        inside = (low is None or wishes["age"] >= low) and (high is None or wishes["age"] <= high)
        found["age"] = inside or False
    if wishes.get("cost"):
        wanted = ("free",) if wishes["cost"] == "free" else ("free", "low")
        found["cost"] = None if entry.cost in ("", "varies") else entry.cost in wanted
    for need in wishes.get("access", ()):
        if entry.where or need not in OF_A_BUILDING:
            found[f"access.{need}"] = True if need in entry.access else None
    for ruled_out in wishes.get("not_access", ()):
        only = bool(entry.access) and set(entry.access) <= {ruled_out, "by_text"} and not entry.where
        found[f"not.{ruled_out}"] = not only
    for code in wishes.get("language", ()):
        found[f"language.{code}"] = True if {code, ANY} & set(entry.languages) else None
    found.update(_times_known(entry, wishes))
    found.update(_people_known(entry, wishes))
    return found


def _people_known(entry: Entry, wishes: Mapping[str, Any]) -> dict[str, bool | None]:
    """Nobody tried already or not wanted, except a body that alone can act; and whether it is for women, or for men."""
    found: dict[str, bool | None] = {}
    names = (entry.name, entry.run_by)
    for value in (*wishes.get("tried", ()), *wishes.get("not_who", ())):
        if entry.tier != "statutory" and is_one(value, tier=entry.tier, names=names):
            found[f"not.{value}"] = False
    for value in wishes.get("company", ()):
        found[f"company.{value}"] = says_for(value, (entry.name, entry.line, entry.who))
    return found


def _tip_known(about: Entry | None, wishes: Mapping[str, Any]) -> dict[str, bool | None]:
    """A tip about a group that is known not to suit does not suit either; what is not known is not the tip's fault."""
    return {wish: met for wish, met in known_of(about, wishes).items() if met is not None} if about else {}


def _times_known(entry: Entry, wishes: Mapping[str, Any]) -> dict[str, bool | None]:
    found: dict[str, bool | None] = {}
    wanted = wishes.get("when", ())
    days = [one for one in wanted if one in DAY or one in DAYS_OF]
    for choice in (days, [one for one in wanted if one not in days]):  # Tuesday or Thursday: either will do
        if choice:
            met = any(_at(when, one) for when in entry.when for one in choice)
            found[f"when.{'/'.join(choice)}"] = met if entry.when else None
    for unwanted in wishes.get("not_when", ()):
        if entry.when:
            found[f"not.{unwanted}"] = any(_beyond(when, unwanted) for when in entry.when)
    return found


def _at(when: Any, wanted: str) -> bool:
    if wanted in DAY or wanted in DAYS_OF:
        days = DAYS_OF.get(wanted) or (DAY[wanted],)
        return not when.byday or bool(set(days) & set(when.byday))
    if not when.opens:
        return True
    if wanted == "morning":
        return bool(when.opens < NOON)
    if wanted == "afternoon":
        return bool(when.opens < EVENING and (when.closes or when.opens) > NOON)
    return bool((when.closes or when.opens) > EVENING)


def _beyond(when: Any, unwanted: str) -> bool:
    """Whether there is a time to go besides the unwanted one: open all day is no trouble for "not mornings"."""
    if unwanted in DAY or unwanted in DAYS_OF:
        days = DAYS_OF.get(unwanted) or (DAY[unwanted],)
        return not when.byday or bool(set(when.byday) - set(days))
    if not when.opens:
        return True
    closes = when.closes or when.opens
    if unwanted == "morning":
        return bool(closes > AFTER_LUNCH)
    if unwanted == "afternoon":
        return bool(when.opens < NOON or closes > EVENING)
    return bool(when.opens < EVENING)
