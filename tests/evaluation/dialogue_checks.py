"""What a turn of a dialogue may ask of its reply. Pure: a check gives "", or the sentence naming what failed.

CHECKS holds them by the name they have in dialogues.yml; `failed` runs those of a turn, and ALWAYS beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.messages import Reply, Signpost
from channels.plain import as_text
from words import look_up, say

NOON_OVER = "13:00"  # what closes by then is a morning's
ASKS_WHERE = ("place.ask", "place.unknown")
OFFERS_A_PERSON = ("unclear.person", "nothing.person", "person.ways", "person.none")
PUSHY = ("did it help", "did that help", "did this help", "was this helpful", "was that helpful", "rate this")
HOURS = re.compile(r"(?:\d\d:\d\d to|from) (\d\d:\d\d)")


@dataclass(frozen=True)
class Heard:
    """A reply, and the replies before it in the same dialogue, oldest first."""

    reply: Reply
    earlier: Sequence[Reply] = ()

    @property
    def text(self) -> str:
        """All that the resident reads, in small letters, apostrophes straight."""
        return _plain(" ".join([as_text(self.reply), *(choice.label for choice in self.reply.choices)]))

    @property
    def entries(self) -> list[str]:
        """The entries shown now, in order."""
        return [post.entry for post in self.reply.signposts]

    def last_shown(self) -> Reply | None:
        """The reply before this one that showed signposts last."""
        return next((one for one in reversed(self.earlier) if one.signposts), None)

    def says(self, keys: Iterable[str]) -> bool:
        """Whether a sentence of words/ stands in the reply, whatever is filled in."""
        said = [*self.reply.before, *self.reply.after]
        return any(re.fullmatch(_pattern(key, self.reply.language), one, re.S) for key in keys for one in said)


Check = Callable[[Any, Heard], str]


def failed(turn: Mapping[str, Any], heard: Heard) -> list[str]:
    """Every check of the turn that did not hold, in words."""
    asked = [check(turn[name], heard) for name, check in CHECKS.items() if name in turn]
    return [sentence for sentence in [*asked, *(check(heard) for check in ALWAYS)] if sentence]


def outcome(wanted: Any, heard: Heard) -> str:
    """The kind of answer is one of these."""
    return _one_of("outcome", wanted, heard.reply.outcome)


def need(wanted: Any, heard: Heard) -> str:
    """The main need is one of these."""
    return _one_of("main need", wanted, heard.reply.needs[0] if heard.reply.needs else "")


def needs_include(wanted: Any, heard: Heard) -> str:
    """All of these needs were understood."""
    missing = [one for one in _listed(wanted) if one not in heard.reply.needs]
    return f"did not understand {missing}, only {list(heard.reply.needs)}" if missing else ""


def needs_exclude(wanted: Any, heard: Heard) -> str:
    """None of these needs is answered."""
    there = [one for one in _listed(wanted) if one in heard.reply.needs]
    return f"still answers {there}" if there else ""


def posts_for(wanted: Any, heard: Heard) -> str:
    """For each of these needs a signpost is shown."""
    served = {one for post in heard.reply.signposts for one in post.needs}
    missing = [one for one in _listed(wanted) if one not in served]
    return f"shows nothing for {missing}" if missing else ""


def place(wanted: Any, heard: Heard) -> str:
    """The place understood is one of these; "" for none."""
    return _one_of("place", wanted, heard.reply.place or "")


def wishes(wanted: Mapping[str, Any], heard: Heard) -> str:
    """These wishes are understood: all values of a list, one of a single value; null for no such wish."""
    held = heard.reply.wishes
    wrong = {kind: held.get(kind) for kind, value in wanted.items() if not _wished(value, held.get(kind))}
    return f"wishes should hold {wanted}, got {wrong}" if wrong else ""


def language(wanted: Any, heard: Heard) -> str:
    """The language of the reply."""
    return _one_of("language", wanted, heard.reply.language)


def danger(wanted: bool, heard: Heard) -> str:
    """Whether danger was seen."""
    return "" if heard.reply.danger == wanted else f"danger should be {wanted}, it is {heard.reply.danger}"


def deleted(wanted: bool, heard: Heard) -> str:
    """Whether the conversation is deleted."""
    return "" if heard.reply.deleted == wanted else f"deleted should be {wanted}, it is {heard.reply.deleted}"


def first_tier(wanted: Any, heard: Heard) -> str:
    """The kind of the first signpost is one of these."""
    return _one_of("first tier", wanted, heard.reply.signposts[0].tier if heard.reply.signposts else "")


def tiers_exclude(wanted: Any, heard: Heard) -> str:
    """No signpost of these kinds is shown."""
    there = sorted({post.tier for post in heard.reply.signposts} & set(_listed(wanted)))
    return f"shows {there}, which should not be there" if there else ""


def posts_at_least(wanted: int, heard: Heard) -> str:
    """At least so many signposts."""
    shown = len(heard.entries)
    return "" if shown >= wanted else f"shows {shown} signposts, should be at least {wanted}"


def posts_none(_wanted: bool, heard: Heard) -> str:
    """No signposts at all."""
    return f"shows {len(heard.entries)} signposts, should be none" if heard.entries else ""


def new(_wanted: bool, heard: Heard) -> str:
    """Only what was not shown before; or it says that this is all."""
    again = {post.entry for reply in heard.earlier for post in reply.signposts} & set(heard.entries)
    if again:
        return f"shows {len(again)} again that were shown before"
    return "" if heard.entries or heard.says(["nothing.more"]) else "neither shows others nor says that this is all"


def same_need(_wanted: bool, heard: Heard) -> str:
    """The main need is that of the last answer with signposts."""
    before = heard.last_shown()
    if before is None:
        return "no answer before to keep the need of"
    return _one_of("main need", list(before.needs[:1]), heard.reply.needs[0] if heard.reply.needs else "")


def entry(number: int, heard: Heard) -> str:
    """Only the signpost that stood at this number in the last answer."""
    return _that_one(heard.last_shown(), number, heard)


def entry_of(turn_and_number: Sequence[int], heard: Heard) -> str:
    """Only the signpost at [turn of the dialogue, number in it]."""
    turn, number = turn_and_number
    return _that_one(heard.earlier[turn - 1] if turn <= len(heard.earlier) else None, number, heard)


def again_for(wanted: str, heard: Heard) -> str:
    """One or more signposts shown before, all of them for this need."""
    known = {post.entry for reply in heard.earlier for post in reply.signposts if wanted in post.needs}
    return "" if heard.entries and set(heard.entries) <= known else f"does not show again what was for {wanted}"


def free_only(_wanted: bool, heard: Heard) -> str:
    """Nothing with a known charge is shown, and where the cost is not known it says so."""
    wrong = [post.name for post in _told_of(heard) if post.tier != "friend" and not _free(post, heard)]
    return f"not free, or not said to be unknown: {wrong}" if wrong else ""


def open_on(day: str, heard: Heard) -> str:
    """Everything with known days is on that day (MO to SU)."""
    names = look_up("days", heard.reply.language)
    wrong = [
        post.name
        for post in _told_of(heard)
        if any(name in post.when for name in names.values()) and names[day] not in post.when
    ]
    return f"not on {names[day]}: {wrong}" if wrong else ""


def not_mornings(_wanted: bool, heard: Heard) -> str:
    """Nothing that is only on in the morning."""
    wrong = [post.name for post in _told_of(heard) if _morning(post)]
    return f"only in the morning: {wrong}" if wrong else ""


def not_by_phone(_wanted: bool, heard: Heard) -> str:
    """Nothing that can only be had by telephone."""
    wrong = [post.name for post in _told_of(heard) if _phone_alone(post, heard.reply.language)]
    return f"only by telephone: {wrong}" if wrong else ""


def nearer(_wanted: bool, heard: Heard) -> str:
    """The furthest shown is not as far as the furthest before; or nothing is shown."""
    before = heard.last_shown()
    now, then = _furthest(heard.reply), _furthest(before) if before else None
    if now is None or (then is not None and now < then):
        return ""
    return f"shows something {now:.0f} km away; before it was {then}"


def within_km(wanted: float, heard: Heard) -> str:
    """At least one signpost is known to be so near."""
    near = [post for post in heard.reply.signposts if post.distance_km is not None and post.distance_km <= wanted]
    return "" if near else f"nothing shown within {wanted} km"


def invented(wanted: bool, heard: Heard) -> str:
    """Whether any signpost is of a demonstration place."""
    there = any(post.invented for post in heard.reply.signposts)
    return "" if there == wanted else f"invented signposts: {there}, should be {wanted}"


def mentions(wanted: Any, heard: Heard) -> str:
    """One of these stands somewhere in the reply."""
    return "" if any(_plain(one) in heard.text for one in _listed(wanted)) else f"mentions none of {_listed(wanted)}"


def leads_with(wanted: Any, heard: Heard) -> str:
    """One of these stands in the first paragraph."""
    first = _plain(heard.reply.before[0]) if heard.reply.before else ""
    return "" if any(_plain(one) in first for one in _listed(wanted)) else f"does not begin with any of {wanted}"


def not_mentions(wanted: Any, heard: Heard) -> str:
    """None of these stands in the reply, however a number in it is spaced."""
    tight = heard.text.replace(" ", "")
    there = [one for one in _listed(wanted) if _plain(one) in heard.text or _tight_number(one, tight)]
    return f"mentions {there}" if there else ""


def asks_place(wanted: bool, heard: Heard) -> str:
    """Whether it asks where the resident is."""
    asked = heard.says(ASKS_WHERE)
    return "" if asked == wanted else f"{'asks' if asked else 'does not ask'} for the place"


def asks_which(wanted: bool, heard: Heard) -> str:
    """Whether it asks which of several places of that name, with taps to choose from."""
    asked = heard.says(["place.which"]) and bool(heard.reply.choices)
    return "" if asked == wanted else f"{'asks' if asked else 'does not ask'} which place of that name"


def offers_person(wanted: bool, heard: Heard) -> str:
    """Whether it points to somebody to talk to."""
    offered = heard.says(OFFERS_A_PERSON)
    return "" if offered == wanted else f"{'offers' if offered else 'does not offer'} a person to talk to"


def choices(wanted: bool, heard: Heard) -> str:
    """Whether there are taps to choose from."""
    there = bool(heard.reply.choices)
    return "" if there == wanted else f"{'has' if there else 'has no'} choices"


def says_something(heard: Heard) -> str:
    """Never silent."""
    return "" if heard.text.strip() else "says nothing at all"


def not_pushy(heard: Heard) -> str:
    """Never asks whether it helped."""
    there = [one for one in PUSHY if one in heard.text]
    return f"pushes: {there}" if there else ""


ALWAYS = (says_something, not_pushy)
CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        outcome, need, needs_include, needs_exclude, posts_for, place, wishes, language, danger, deleted, first_tier,
        tiers_exclude, posts_at_least, posts_none, new, same_need, entry, entry_of, again_for, free_only, open_on,
        not_mornings, not_by_phone, nearer, within_km, invented, mentions, leads_with, not_mentions, asks_place,
        asks_which, offers_person, choices,
    )
}  # fmt: skip


def _one_of(what: str, wanted: Any, got: str) -> str:
    allowed = _listed(wanted)
    return "" if got in allowed else f"{what} should be {' or '.join(map(repr, allowed))}, it is {got!r}"


def _that_one(before: Reply | None, number: int, heard: Heard) -> str:
    if before is None or len(before.signposts) < number:
        return f"no number {number} in the answer meant"
    meant = before.signposts[number - 1]
    return "" if heard.entries == [meant.entry] else f"does not show number {number} of the answer meant, {meant.name}"


def _told_of(heard: Heard) -> list[Signpost]:
    """What is shown now, and what the tips shown now are about as far as it was shown in this dialogue."""
    tips = [post for post in heard.reply.signposts if post.tier == "friend"]
    known = [post for reply in heard.earlier for post in reply.signposts if post.tier != "friend"]
    about = [post for post in known if any(tip.name.endswith(post.name) for tip in tips)]
    return list({post.entry: post for post in [*about, *heard.reply.signposts]}.values())


def _wished(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, list):
        return set(wanted) <= set(got or ())
    return got == wanted


def _free(post: Signpost, heard: Heard) -> bool:
    """Said to be free; or nothing is known and that is said."""
    words = look_up("cost", heard.reply.language)
    if post.cost:
        return words["free"].lower() in post.cost.lower()
    return say("wishes.cost", heard.reply.language) in post.why


def _morning(post: Signpost) -> bool:
    ends = HOURS.findall(post.when)
    return bool(ends) and all(end <= NOON_OVER for end in ends)


def _phone_alone(post: Signpost, language: str) -> bool:
    known = look_up("access", language)
    by_phone = known["by_phone"] in post.access
    elsewhere = post.where or known["home_visits"] in post.access or known["online"] in post.access
    return not elsewhere and (by_phone or bool(post.phones and not (post.url or post.email or post.text_number)))


def _furthest(reply: Reply) -> float | None:
    return max((post.distance_km for post in reply.signposts if post.distance_km is not None), default=None)


def _tight_number(wanted: str, tight: str) -> bool:
    """A long number counts as mentioned when only its spaces differ."""
    digits = wanted.replace(" ", "")
    return len(digits) > 6 and digits.isdigit() and digits in tight


def _pattern(key: str, language: str) -> str:
    return "(?:.+)".join(re.escape(part) for part in re.split(r"\{\w+\}", str(look_up(key, language))))


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")


def _listed(wanted: Any) -> list[Any]:
    return list(wanted) if isinstance(wanted, (list, tuple)) else [wanted]
