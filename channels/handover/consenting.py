"""What an answer to "may I pass this on?" means, in a resident's own words. Pure, English and Welsh."""

from __future__ import annotations

import re

from nlu.private import GONE, set_aside

LONGEST = 200  # characters: a longer message is about something else
YES = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|yea|aye|ok|okay|sure|fine|alright|all right|go on|go ahead|please do|do it|do that|agreed|"
    r"i agree|i consent|send it|pass it on|share it|that'?s (?:fine|ok|okay)|sounds good|happy (?:for|with) that|"
    r"ie|ydw|iawn|cewch|ewch ymlaen|dwi'?n cytuno|rwy'?n cytuno|cytuno|gwnewch)"
    r"(?:\W+(?:please|then|thanks|thank you|pls|plis|os gwelwch yn dda|diolch))*\W*)+$",
    re.I,
)
NO = re.compile(
    r"^\W*(?:(?:no|nope|nah|no thanks|no thank you|rather not|i'?d rather not|don'?t|do not|leave it|not now|cancel|"
    r"forget it|never ?mind|actually no|na|nage|nac ydw|dim diolch|peidiwch)"
    r"(?:\W+(?:please|then|thanks|diolch))*\W*)+$",
    re.I,
)
HOW = (
    ("email", re.compile(r"\be-?mail\w*|\be-?bost\w*", re.I)),
    ("text", re.compile(r"\btext(?:s|ed|ing)?\b|\bsms\b|\btecst\w*|\bdecst\w*", re.I)),
    ("letter", re.compile(r"\bletter\b|\bby post\b|\bllythyr\b|\bdrwy'r post\b", re.I)),
    ("phone", re.compile(r"\b(?:ring|call|phone|rhif|ffon\w*|ffôn\w*)\b", re.I)),
)
NOT_SO = re.compile(r"\b(?:not|no|don'?t|dont|never|peidiwch|ddim|dim)\b(?:\W+\w+){0,2}\W*$", re.I)
LEAVE_OUT = re.compile(
    r"^\W*(?:(?:and|but|please|also|just|a|ond)\W+)*(?:(?:do not|don'?t|dont|never|peidiwch (?:â|a))\W+"
    r"(?:say|tell|mention|share|include|pass on|give|show|let|use|dweud|sôn|son|rhannu)\b"
    r"|(?:leave|keep) (?:\w+\W+){1,6}out\b|without (?:saying|telling|mentioning)\b|heb ddweud\b)",
    re.I,
)


def answer_to_offer(message: str) -> str:
    """`share`, `no`, `left_out` (something is not to be said), `reach_*` (how to reach them), or "" for none of it."""
    if len(message) > LONGEST:
        return ""
    if LEAVE_OUT.search(message):
        return "left_out"
    if YES.search(message):
        return "share"
    if NO.search(message):
        return "no"
    reached = set_aside(message)[0] != message or GONE in message
    ways = [
        way for way, said in HOW if any(not NOT_SO.search(message[: found.start()]) for found in said.finditer(message))
    ]
    if reached or (ways and len(message.split()) <= 12):
        return f"reach_{ways[0] if ways else 'email' if '@' in message else 'phone'}"
    return ""


def callback_in(messages: list[str]) -> str:
    """How somebody wants to be reached: all they said about it since they were asked, in their words."""
    return "; ".join(one for one in messages if answer_to_offer(one).startswith("reach_"))
