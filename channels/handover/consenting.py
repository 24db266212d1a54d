"""What an answer to "may I pass this on?" means, in a resident's own words. Pure, English and Welsh."""

from __future__ import annotations

import re

from nlu.private import EMAIL, PHONE

LONGEST = 200  # characters: a longer message is about something else
SHORT = 12  # words in which somebody says how they want to be reached, where there is no number or address
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
NOT_SO = re.compile(
    r"\b(?:not|no|don['’]?t|never|can['’]?t|cannot|won['’]?t|unable|without|peidiwch|ddim|dim|methu)\b"
    r"(?:[^\w,;.]+\w+){0,2}[^\w,;.]*$",
    re.I,
)
NOT_BY = re.compile(  # and nothing between that would make it about something else: "can't pay my phone bill"
    r"\b(?:not|no|don['’]?t|never|can['’]?t|cannot|won['’]?t|unable|without|peidiwch|ddim|dim|methu)\b"
    r"(?:[^\w,;.]+(?:to|by|on|via|over|a|an|the|any|my|use|using|do|take|talk|speak|hear|have|want|like|please|well|ever|be|"
    r"â|i|r|y|ar|fy|drwy|trwy|defnyddio|siarad|clywed|gen|fi))*[^\w,;.]*$",
    re.I,
)
TO_ME = re.compile(
    r"\b(?:ring|call|phone|text|e-?mail|ffoni\w*|tecsti\w*)\b(?:\W+\w+){0,2}?\W+(?:me|us|fi|ni)\b"
    r"|\b(?:contact|reach|send|give|drop|get hold of|write to)\W+(?:me|us)\b|\b(?:reply|answer)\W+by\b"
    r"|\bata(?: i|f|n)\b|\b(?:i|we)(?:['’]?d| would| do| just| only)?\W+(?:prefer|rather|like|want)\b"
    r"|\bgwell gen i\b",
    re.I,
)
NOTHING_ELSE = re.compile(
    r"^\W*(?:(?:by|via|on|only|just|please|pls|a|the|my|or|and|is|are|best|better|easiest|fine|ok|okay|good|then|thanks|"
    r"e-?mails?|texts?|sms|messages?|letters?|post|phone|telephone|mobile|ring|calls?|me|"
    r"drwy|trwy|r|yn|unig|plis|plîs|os gwelwch yn dda|neges|destun|e-?bost|tecst|decst|llythyr|ffon|ffôn|ffonio|neu)"
    r"(?:\W+|$))+$",
    re.I,
)
FOR_THEM = re.compile(
    r"^\W*(?:can|could|may|should|shall|do|ga|alla|allaf|a alla) i\b(?! ddim)|\b(?:their|your)\b|\bmyself\b"
    r"|\b(?:ring|call|phone|text|e-?mail)\W+(?:them|him|her)\b",
    re.I,
)
A_NUMBER = re.compile(r"\W+(?:numbers?|bills?|credit|contract|ffôn|ffon)\b", re.I)  # after "phone" or "rhif"
LEAVE_OUT = re.compile(
    r"^\W*(?:(?:and|but|please|also|just|a|ond)\W+)*(?:(?:do not|don'?t|dont|never|peidiwch (?:â|a))\W+"
    r"(?:say|tell|mention|share|include|pass on|give|show|let|use|dweud|sôn|son|rhannu)\b"
    r"|(?:leave|keep) (?:\w+\W+){1,6}out\b|without (?:saying|telling|mentioning)\b|heb ddweud\b)",
    re.I,
)


def answer_to_offer(message: str) -> str:
    """`share`, `no`, `left_out` (something is not to be said), `reach_*` (how to reach them), or "" for none of it.

    `reach_phone` and the like: a number, an address, or a wish of theirs; `reach_not_phone`: how not to. A question
    about ringing somebody is none of it.
    """
    if len(message) > LONGEST:
        return ""
    if LEAVE_OUT.search(message):
        return "left_out"
    if YES.search(message):
        return "share"
    if NO.search(message):
        return "no"
    named = [
        (way, found)
        for way, said in HOW
        for found in said.finditer(message)
        if not A_NUMBER.match(message, found.end())
    ]
    not_so = [way for way, found in named if NOT_BY.search(message[: found.start()])]
    ways = [way for way, found in named if way not in not_so and not NOT_SO.search(message[: found.start()])]
    if EMAIL.search(message) or PHONE.search(message):
        return f"reach_{ways[0] if ways else 'email' if '@' in message else 'phone'}"
    if FOR_THEM.search(message) or len(message.split()) > SHORT:
        return ""
    if ways:
        return f"reach_{ways[0]}" if TO_ME.search(message) or NOTHING_ELSE.search(message) else ""
    return f"reach_not_{not_so[0]}" if not_so else ""


def callback_in(messages: list[str]) -> str:
    """How somebody wants to be reached: all they said about it since they were asked, in their words."""
    return "; ".join(one for one in messages if answer_to_offer(one).startswith("reach_"))
