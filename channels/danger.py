"""Emergency help, ahead of everything: no Rasa, and no database unless it happens to be there."""

from __future__ import annotations

import logging
import re

from sqlalchemy.exc import SQLAlchemyError

from channels.messages import Inbound, Phone, Reply, Signpost
from channels.saying import in_words, reply_of
from knowledge.answering import answer, knowing, read_needs
from knowledge.db import session_scope
from knowledge.emergency import FIRST, EmergencyLine, lines_for
from knowledge.reading import place_spot
from knowledge.replying import payload
from knowledge.signposting import HELP
from nlu.embedding import ModelFileWrong
from nlu.needs import Need, Reading
from nlu.places import Gazetteer, Spot
from nlu.text import has_words
from nlu.urgent import Urgent, look
from nlu.welsh import gloss
from words import WordsMissing, look_up, say

logger = logging.getLogger(__name__)

WELSH_NATION = "wales"  # whoever writes Welsh and says no place gets the lines of Wales
LIFE = ("crisis_suicide", "crisis_selfharm")  # underneath: only people to be with
PEOPLE_TO_BE_WITH = ("mental_wellbeing", "befriending", "loneliness")
BESIDE_STRENGTH, BESIDE_SHARE = 0.5, 0.3  # how clear a need must be to be answered under the emergency lines
SAFE = re.compile(
    r"\b(i'?m (safe|ok|okay|fine)( now)?|safe now|not in danger|"
    r"not going to (do (it|that|anything)|hurt|harm|kill|jump)|it was a joke|feeling better|"
    r"they'?ve (gone|left)|ambulance is here|police are here|"
    r"dwi'?n (iawn|saff)|saff rwan|saff nawr)\b",
    re.I,
)
DOUBT = re.compile(  # just before: "I am not safe now", "I don't think I'm ok", "is it safe now"
    r"(\b(not|never|nobody|no one|cannot|if|until|till|unless|when|wish|is it|am i|are we|ddim)|n't|\b(do|ca|is|wo)nt)"
    r"\W+([\w']+\W+){0,3}$",
    re.I,
)


def seen(message: str, language: str) -> Urgent | None:
    """The danger in a message, in Welsh also by its English gloss."""
    return look(message) or (look(gloss(message)) if language == "cy" else None)


def reply(urgent: Urgent, message: str, language: str, inbound: Inbound, *, again: bool) -> Reply:
    """Emergency lines first, no question before them; then what else was asked for in the same message."""
    spot = _spot(message, inbound)
    lines = lines_for(
        urgent.kind,
        nation=_nation(spot, language, urgent.nation),
        child=urgent.child,
        about=urgent.about,
        hazard=urgent.hazard,
        who=urgent.who or ("welsh" if language == "cy" else None),
        also=urgent.also,
    )
    before = (_sentence(urgent, "lead", language), _sentence(urgent, "stay", language))
    after = (say(f"danger.{urgent.kind}.again", language),) if again else ()
    beside = _beside(urgent, message, language, inbound, spot)
    if beside:
        after = (*after, say(f"danger.{urgent.kind}.still_here", language))
    return Reply(
        outcome="crisis",
        language=language,
        before=before,
        signposts=(*(_post(line, urgent.kind, language) for line in lines), *beside),
        after=after,
        needs=(urgent.kind, *urgent.also),
        place=spot.name if spot and spot.kind != "place" else None,
        danger=True,
    )


def still(kind: str, message: str, language: str, inbound: Inbound) -> Reply | None:
    """The message after danger: stays with it, or steps down when they are safe; None when they ask something else."""
    if says_safe(message):
        return Reply("smalltalk", language, before=(say(f"danger.{kind}.step_down", language),), needs=("smalltalk",))
    if has_words(message) and _clear_need(message) is not None:
        return None
    spot = _spot(message, inbound)
    lines = lines_for(kind, nation=_nation(spot, language))[:3]
    return Reply(
        outcome="crisis",
        language=language,
        before=(say(f"danger.{kind}.again", language),),
        signposts=tuple(_post(line, kind, language) for line in lines),
        needs=(kind,),
        danger=True,
    )


def says_safe(message: str) -> bool:
    """Whether somebody says that the danger is over; when in doubt it is not."""
    plain = message.replace("’", "'")
    said = SAFE.search(plain)
    return said is not None and not DOUBT.search(plain[: said.start()])


def _sentence(urgent: Urgent, part: str, language: str) -> str:
    try:
        return (
            str(look_up(f"danger.{urgent.kind}.{urgent.hazard}.{part}", language))
            if urgent.hazard
            else say(f"danger.{urgent.kind}.{part}", language)
        )
    except WordsMissing:
        return say(f"danger.{urgent.kind}.{part}", language)


def _post(line: EmergencyLine, kind: str, language: str) -> Signpost:
    confirmed = (
        say("checked.emergency_confirmed", language, date=in_words(line.confirmed_on, language))
        if line.confirmed_on
        else say("checked.emergency", language)
    )
    text_only = line.number == line.text and line.key != FIRST  # SHOUT
    text = "" if line.key == FIRST else line.text  # 999 answers texts only from those who registered: `more` says so
    return Signpost(
        entry=line.id,
        tier="emergency",
        name=line.name.get(language) or line.name["en"],
        line=line.line.get(language) or line.line["en"],
        needs=(kind,),
        why="",
        description=line.more.get(language) or line.more.get("en", ""),
        phones=(Phone(line.number),) if line.number and not text_only else (),
        text_number=text,
        url=line.url,
        when=line.hours,
        checked=confirmed,
        checked_on=line.confirmed_on.isoformat() if line.confirmed_on else "",
        language=language if line.name.get(language) else "en",
    )


def _spot(message: str, inbound: Inbound) -> Spot | None:
    """Where they are, for the right nation's lines: said, or the front door's; with no database, real places only."""
    try:
        with session_scope() as session:
            named = knowing(session).gazetteer.find(message)
            return named or (place_spot(session, inbound.door) if inbound.door else None)
    except (SQLAlchemyError, ModelFileWrong) as wrong:
        logger.error("directory not read for danger: %s", type(wrong).__name__)
        return Gazetteer().find(message)


def _nation(spot: Spot | None, language: str, named: str = "") -> str | None:
    """Of two Bangors the one in the nation that is `named`, or where Welsh is written; None when nothing tells."""
    meant = named or (WELSH_NATION if language == "cy" else "")
    if spot is None or any(one.nation == meant for one in spot.also):
        return meant or (spot.nation if spot else None)
    return spot.nation


def _beside(urgent: Urgent, message: str, language: str, inbound: Inbound, spot: Spot | None) -> tuple[Signpost, ...]:
    """Help for the rest of the message; for suicide and self-harm only people near by to be with."""
    try:
        with session_scope() as session:
            reading = _company() if urgent.kind in LIFE else _clear_need(message)
            if reading is None or (urgent.kind in LIFE and spot is None):
                return ()
            found = answer(
                session, message, today=inbound.received_at.date(), spot=spot, needs=reading, only_tiers=HELP
            )
            shown = reply_of(session, payload("crisis", answer=found), language).signposts
            return tuple(post for post in shown if urgent.kind not in LIFE or post.tier == "community")[:2]
    except (SQLAlchemyError, ModelFileWrong) as wrong:
        logger.error("directory not searched beside danger: %s", type(wrong).__name__)
        return ()


def _clear_need(message: str) -> Reading | None:
    """The community need a message clearly holds besides, if any."""
    try:
        with session_scope() as session:
            reading = read_needs(session, message)
            kinds = knowing(session).kinds
    except (SQLAlchemyError, ModelFileWrong):
        return None
    needs = tuple(
        need
        for need in reading.needs
        if kinds.get(need.key) == "community" and need.strength >= BESIDE_STRENGTH and need.share >= BESIDE_SHARE
    )
    return Reading(needs, reading.shares, reading.strength) if needs else None


def _company() -> Reading:
    """Somebody to be with, whatever the words were."""
    needs = tuple(Need(key, 1.0, 1.0, "") for key in PEOPLE_TO_BE_WITH)
    return Reading(needs, {need.key: 1.0 for need in needs}, 1.0)
