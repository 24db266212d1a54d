"""Whether somebody asks to be forgotten, to be left alone, or what is held. Pure: also read with Rasa down."""

from __future__ import annotations

import re

SHORT = 12  # words: a longer message that speaks of deleting is likelier about something else
OURS = re.compile(
    r"\b(me|my|everything|it all|all of it|this|conversation|chat|data|messages?|popeth|sgwrs|fi)\b", re.I
)
FORGET = re.compile(
    r"\b(delete|wipe|erase|forget|remove|scrub|get rid|destroy|dileu|dilea|dilëwch|dilewch|anghofi\w*)\b",
    re.I,
)
STOP = re.compile(r"\b(stop|unsubscribe|no more (texts|messages)|leave me alone|opt out|peidi\w*|stopi\w*)\b", re.I)
WHOLE = re.compile(r"\b(everything|all|conversation|chat|data|messages?|popeth|sgwrs)\b", re.I)
A_NUMBER = re.compile(  # "forget the number": what nlu.private leaves out, so a street address is not among it
    r"\b(delete|wipe|erase|forget|remove|scrub|keep|kept|have|anghofi\w*|dileu|dilëwch|dilewch)\b\W+(\w+\W+){0,2}"
    r"((phone )?number|e-?mail( address)?|rhif)\b",
    re.I,
)
STILL_IT = re.compile(r"\bstill (have|got|hold|keep) (it|that|them)\b|\bgot rid of it\b", re.I)
ASKING = re.compile(
    r"^(do|does|did|have|has|is|are|how|what|who|when|can|could|will|where|why|beth|pwy|sut|ydy|oes)\b", re.I
)
ASKING_TO = re.compile(r"^(can|could|will|would) (you|u|i|someone)\b", re.I)


SPEAKS_OF_IT = re.compile(
    r"\b(delete\w*|wipe|erase|forget|forgot\w*|remove|scrub|stop|unsubscribe|keep|kept|hold|held|stor\w+|sav\w+|record\w*|"
    r"data|gdpr|privacy|private\w*|confidential\w*|anonym\w+|secret|safe|share\w*|see|sees|seen|read|reads|know|knows|"
    r"told|tell|said|pass\w*|number|name|messages?|chat|conversation|history|still have|leave me alone|opt out|"
    r"dileu|dilea|dil[eë]w\w+|anghofi\w*|cadw\w*|preifat\w*|cyfrinach\w*|data|gweld|darllen|gwybod|peidi\w*|stopi\w*)\b",
    re.I,
)


def speaks_of_it(text: str) -> bool:
    """Whether a message has any word about keeping, telling or forgetting at all."""
    return SPEAKS_OF_IT.search(text) is not None


def kind_of(text: str) -> str:
    """`deleted` (asked to be forgotten), `left_out` (a number or address), `stop` (no more messages), or `held`."""
    question = bool(ASKING.search(text)) and not ASKING_TO.search(text)
    if not WHOLE.search(text) and (A_NUMBER.search(text) or STILL_IT.search(text)):
        return "left_out"
    if FORGET.search(text) and not question:
        return "deleted"
    return "stop" if STOP.search(text) and not question else "held"


def plainly_asks_to_forget(text: str) -> bool:
    """Whether `text` is short and says so outright, so that nothing else needs to understand it."""
    return len(text.split()) <= SHORT and kind_of(text) == "deleted" and bool(OURS.search(text))
