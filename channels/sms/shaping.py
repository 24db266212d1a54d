"""An answer as one text: who and how to reach them first, the rest as far as the budget of segments goes. Pure.

What must be there is laid down first, each piece in its shortest form; then pieces grow or are added in order of worth
while the text stays inside its budget, and what is only pleasant inside two segments. A name may be cut between words;
a telephone number or a link is there whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channels.handover.gate import OFFERED
from channels.handover.inviting import ASKED
from channels.messages import Reply, Signpost
from channels.sms.control import LETTERS
from channels.sms.segments import cost, cut, plain
from words import WordsMissing, look_up, say

MOST_POSTS = 3
LIST_SEGMENTS = 6  # a list somebody asked to be texted; GOV.UK Notify takes no more than six
PLEASANT = 2  # segments up to which what is only pleasant may be added
NAME, LINK, LINE, TIP, WORDS = 44, 60, 90, 130, 130  # characters


@dataclass
class Slot:
    """One piece in its place: the forms it may take from nothing or shortest to longest, and how far each may go."""

    forms: Sequence[str]
    worth: int  # smaller grows first
    limit: int  # segments
    at: int = 0  # which form it has now

    @property
    def now(self) -> str:
        """The piece as it stands."""
        return self.forms[self.at]


def text_of(reply: Reply, segments: int) -> str:
    """The answer in at most so many segments; "" where there is nothing to say."""
    if reply.deleted:
        return say("sms.deleted", reply.language, receipt=reply.receipt)
    if OFFERED in reply.needs or ASKED in reply.needs:
        return _offer(reply)
    if reply.once:
        return plain("\n".join((*reply.once, *reply.before)))
    if reply.danger and _lines(reply):
        return _composed(_danger(reply, segments), segments)
    posts = numbered(reply)
    if len(posts) == 1 and len(reply.signposts) == 1:
        return _composed(_in_full(reply, posts[0], segments), segments)
    return _composed(_answer(reply, posts, segments), segments)


def _offer(reply: Reply) -> str:
    """An offer of a person, or of a code: all that a yes means; before it what there is room for in `LIST_SEGMENTS`.

    Who answers the phone is named after the words that say so, or those words are left out with them.
    """
    said, posts = _said(reply.before, reply.language), numbered(reply)
    rows = [_forms(number, post, reply.language)[0] for number, post in enumerate(posts, 1)]
    names = ["\n".join((*said[-1:], *rows[:at])) for at in range(1, len(rows) + 1)]
    slots = [Slot(["", *_shorter([one])], at, LIST_SEGMENTS) for at, one in enumerate(said[:-1] if rows else said)]
    agreed = Slot([plain("\n".join(reply.after))], 0, LIST_SEGMENTS)
    return _grown([*slots, Slot(["", *names], len(said), LIST_SEGMENTS), agreed], LIST_SEGMENTS)


def numbered(reply: Reply) -> tuple[Signpost, ...]:
    """The signposts of an answer that "1", "2" or "3" may mean, in order."""
    return () if reply.danger else tuple(reply.signposts[:MOST_POSTS])


def shown(reply: Reply, segments: int) -> tuple[Signpost, ...]:
    """The signposts that somebody reading the text learns of."""
    text = text_of(reply, segments)
    return tuple(post for post in reply.signposts if _reach(post) in text and _mark(post) in text)


def _mark(post: Signpost) -> str:
    """The first letters by which a signpost is known in a text."""
    return plain(post.line if post.tier == "friend" else post.name)[:12]


def told(post: Signpost, language: str, segments: int) -> str:
    """What somebody who texts is told about this one when they ask for it by its number."""
    return text_of(Reply("signposts", language, signposts=(post,)), segments)


def list_of(posts: Sequence[Signpost], language: str, segments: int = LIST_SEGMENTS) -> str:
    """A list somebody asked for, without the conversation around it."""
    rows = [Slot(_forms(number, post, language), number, segments) for number, post in enumerate(posts, 1)]
    return _composed([Slot([plain(say("sms.list.intro", language))], 0, segments), *rows], segments)


def _answer(reply: Reply, posts: Sequence[Signpost], segments: int) -> list[Slot]:
    """Our words, the signposts, what to say next."""
    slots = _own_words(reply, segments)
    if posts:
        slots += [Slot(["", said], 1, segments) for said in _said(reply.before[-1:], reply.language)]
        slots += [_row(number, post, reply.language) for number, post in enumerate(posts, 1)]
        slots += [Slot(["", said], 2, segments) for said in _said(reply.after[:1], reply.language)]
    else:
        slots += _paragraphs(reply, segments)
    slots += _choices(reply, bool(posts), segments)
    slots += _further(reply, posts, segments)
    return slots


def _row(number: int, post: Signpost, language: str) -> Slot:
    return Slot(_forms(number, post, language), 5 + number, PLEASANT)


def _forms(number: int, post: Signpost, language: str) -> list[str]:
    """A signpost from its shortest form to its longest: name and how to reach it, then when, then what it is."""
    reach, line = _reach(post), plain(post.line)
    if post.tier == "friend":
        return [_row_of(number, cut(f"{say('sms.tip', language)}: {line}", at), reach) for at in (TIP // 2, TIP)]
    name = plain(post.name)
    council = _council(post, language)
    forms = [_row_of(number, cut(name, NAME) + council, reach), _row_of(number, name + council, reach)]
    when = plain(post.when)
    if when and len(when) <= LINE:
        forms.append(_row_of(number, f"{name}{council}, {when}", reach))
    forms.append(f"{forms[-1]}. {cut(line, LINE)}" if line else forms[-1])
    return list(dict.fromkeys(forms))


def _row_of(number: int, name: str, reach: str) -> str:
    return f"{number} {name}: {reach}" if reach else f"{number} {name}"


def _reach(post: Signpost) -> str:
    """How to get hold of them: by telephone, by text, by link, by mail, else where they are."""
    if post.phones:
        return plain(post.phones[0].number)
    if post.text_number:
        return plain(post.text_number)
    link = post.url.removeprefix("https://").removeprefix("http://").rstrip("/")
    if 0 < len(link) <= LINK:
        return link
    return post.email if 0 < len(post.email) <= LINK else cut(plain(post.where), LINE)


def _in_full(reply: Reply, post: Signpost, segments: int) -> list[Slot]:
    """One signpost somebody asked about: all that there is room for."""
    council = _council(post, reply.language)
    first = f"{say('sms.tip', reply.language)}:" if post.tier == "friend" else f"{plain(post.name)}{council}:"
    phones = [f"{plain(phone.number)} {plain(phone.note)}".strip() for phone in post.phones]
    link = post.url.removeprefix("https://").rstrip("/")
    slots = [Slot([f"{first} {_reach(post)}".strip()], 0, segments), Slot(["", _longer(post)], 4, segments)]
    slots += [Slot(["", plain(one)], 1, segments) for one in (post.when, post.where)]
    ways = [one for one in (link, post.email) if one != _reach(post)]
    slots += [Slot(["", one], 2, segments) for one in (*phones[1:], *ways)]
    slots += [Slot(["", plain(one)], 3, segments) for one in (post.cost, post.who, post.checked)]
    slots += [Slot(["", plain(said)], 5, segments) for said in reply.after[:1]]
    return slots


def _longer(post: Signpost) -> str:
    return cut(plain(post.line), TIP * 2 if post.tier == "friend" else WORDS)


def _paragraphs(reply: Reply, segments: int) -> list[Slot]:
    """An answer in words alone: its first sentence whatever happens, then all of it as far as it goes."""
    said = _said((*reply.before, *reply.after), reply.language)
    return [
        Slot(list(dict.fromkeys([_first_sentence(one) if at == 0 else "", one])), at, segments)
        for at, one in enumerate(said)
    ]


def _choices(reply: Reply, beside_posts: bool, segments: int) -> list[Slot]:
    """What buttons are on a page: a letter each, or a number where no signpost has one."""
    if not reply.choices:
        return []
    marks = LETTERS if beside_posts else "123456789"
    rows = [f"{mark} {plain(choice.label)}" for mark, choice in zip(marks, reply.choices, strict=False)]
    key = "sms.choose_letter" if beside_posts else "sms.choose_number"
    limit = PLEASANT if beside_posts else segments
    return [Slot(["", "\n".join((say(key, reply.language), *rows))], 2, limit)]


def _further(reply: Reply, posts: Sequence[Signpost], segments: int) -> list[Slot]:
    """The council, where it comes last and did not fit; and how to ask for more."""
    slots = []
    if len(posts) == MOST_POSTS and len(reply.signposts) > MOST_POSTS and reply.signposts[MOST_POSTS].tier == "council":
        slots.append(Slot(["", plain(say("sms.council_too", reply.language, number=MOST_POSTS + 1))], 4, PLEASANT))
    if len(posts) > 1:
        slots.append(Slot(["", plain(say("sms.more", reply.language))], 3, segments))
    return slots


def _danger(reply: Reply, segments: int) -> list[Slot]:
    """999 and the lines, one segment where possible; what to do now; then the rest of what was asked."""
    kind, language = reply.needs[0], reply.language
    try:
        first = str(look_up(f"sms.danger.{kind}", language))
    except WordsMissing:
        first = _said(reply.before, language)[0] if reply.before else say("sms.danger.other", language)
    rows = [_line(post, language) for post in _lines(reply)]
    numbers = " ".join(row for row in rows if row)
    by_text = say("sms.danger_by_text", language)
    beside = [post for post in reply.signposts if post.tier != "emergency"]
    slots = [Slot([plain(first)], 0, segments), Slot([numbers], 0, segments)]
    slots += [Slot(["", plain(by_text)], 1, segments)]
    slots += [Slot(["", *_shorter(_said(reply.before[-1:], language))], 2, PLEASANT)]
    slots += [Slot(["", _forms(number, post, language)[0]], 3, segments) for number, post in enumerate(beside, 1)]
    return slots


def _lines(reply: Reply) -> tuple[Signpost, ...]:
    return tuple(post for post in reply.signposts if post.tier == "emergency")


def _line(post: Signpost, language: str) -> str:
    """A crisis line in a few letters; 999 is in the first sentence already."""
    if any(phone.number == "999" for phone in post.phones):
        return ""
    if post.text_number and not post.phones:
        return say("sms.danger_text_to", language, name=post.name, number=post.text_number)
    name, number = plain(post.name), plain(post.phones[0].number) if post.phones else ""
    return f"{name} {number}." if number and not name.endswith(number) else f"{name}."


def _council(post: Signpost, language: str) -> str:
    """The council as one that can help too is called so; where only one body can act, our words have said it."""
    return f" ({say('sms.council', language)})" if post.tier == "council" else ""


def _said(paragraphs: Sequence[str], language: str) -> list[str]:
    """Our paragraphs, those that speak of a page said for a telephone instead."""
    instead = {say(key.replace("__", "."), language): said for key, said in look_up("sms.instead", language).items()}
    return [plain(instead.get(one, one)) for one in paragraphs]


def _own_words(reply: Reply, segments: int) -> list[Slot]:
    own = reply.own_words
    return [Slot([plain(" ".join(own.sentences))], 0, segments)] if own else []


def _shorter(said: Sequence[str]) -> list[str]:
    """A paragraph's first sentence, then all of it."""
    return list(dict.fromkeys(form for one in said for form in (_first_sentence(plain(one)), plain(one))))


def _first_sentence(said: str) -> str:
    for mark in (". ", "? ", "! "):
        start, _, rest = said.partition(mark)
        if rest:
            return start + mark.strip()
    return said


def _composed(slots: list[Slot], segments: int) -> str:
    """The slots grown; what must be there but does not fit is cut at its end."""
    return _within(_grown(slots, segments), segments)


def _grown(slots: list[Slot], segments: int) -> str:
    """The slots in order of their worth, each as far as it fits; what must be there is all there, whatever it costs."""
    for slot in sorted(slots, key=lambda one: one.worth):
        while slot.at + 1 < len(slot.forms):
            slot.at += 1
            if cost(_joined(slots)).segments > min(slot.limit, segments):
                slot.at -= 1
                break
    return _joined(slots)


def _joined(slots: Sequence[Slot]) -> str:
    return "\n".join(slot.now for slot in slots if slot.now)


def _within(text: str, segments: int) -> str:
    """`text`, or as many of its first words as fit: for the rare answer whose least is too much."""
    room = len(text)
    while cost(text).segments > segments and room > 0:
        room = int(room * 0.95)
        text = cut(text, room)
    return text
