"""Whether somebody asks to be forgotten, to be left alone, or what is held. Pure: also read with Rasa down."""

from __future__ import annotations

import re

PART = re.compile(r"[.!?;,:\n]+|\b(?:and|but|because|cos|so|then|achos|ond)\b", re.I)
TOKEN = re.compile(r"[\w']+")
FORGET = re.compile(
    r"\b(?:be (?:deleted|erased|wiped|forgotten|removed)|(?:deleted|erased|wiped|forgotten|removed)$|delete|del|wipe|"
    r"erase|forget|remove|scrub|get rid of|destroy|dileu|dilea|dilëwch|dilewch|anghofi(?:o|a|wch))\b",
    re.I,
)
OUTRIGHT = re.compile(r"^(del|delete|wipe|erase|scrub|destroy|dile\w+|dilë\w+)", re.I)  # "wipe it", not "forget it"
NOT_SO = re.compile(r"\b(don'?t|do not|never|not|without|won'?t|can'?t|cannot|paid|peidi\w*|ddim|dim)\b", re.I)
AT_ONCE = re.compile(r"\b(now|please|pls|plz|quick|quickly|asap|rŵan|rwan|nawr)\b", re.I)
OURS = re.compile(
    r"\b(me|my|eve?rythin'?g?|it all|all (?:of )?(?:it|this|that)|this|conversation|chat|data|messages?|"
    r"what (?:i|i've|you|she|he)|popeth|hyn|nata|sgwrs|fi|fy)\b",
    re.I,
)
POLITELY = frozenset(
    "please pls plz ok okay right yes now just hi hello thanks thank you cheers can could would will i id i'd "
    "want like u ya to need if wnewch chi gallwch allwch a dw dwi i'n yn eisiau isio hoffwn dw'i os gwelwch dda "
    "a'i".split()
)
HELD = POLITELY | frozenset(
    "it all everything everythin this that them these what whatever i've ive have said wrote written typed told "
    "sent you've hold held got know on about me my mine whole entire full conversation conversations chat chats "
    "data details detail info information message messages msgs msg texts history record records number numbers "
    "phone name address email account earlier before today here from off of your our the system systems computer "
    "computers database list we we've talked for ever forever completely entirely every single bit trace asap "
    "quick quickly again straight away forgotten deleted erased wiped removed be get rid personal private in "
    "anything has been is she he evrything evrythin sed wot b4 popeth hyn nata gwybodaeth y yr fy sgwrs negeseuon "
    "neges fi amdana amdanaf nawr rwan rŵan cyfan gyd beth ddywedais wedais dweud wedi diolch manylion enw rhif "
    "gen ti sydd gennych am".split()
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
    """`deleted` (asked to be forgotten), `left_out` (a number or address), `stop` (no more messages), or `held`.

    What is deleted cannot be brought back, so only an outright request counts: "don't delete it", "I forget my
    tablets" and "get rid of my old sofa" are none.
    """
    question = bool(ASKING.search(text)) and not ASKING_TO.search(text)
    if not WHOLE.search(text) and (A_NUMBER.search(text) or STILL_IT.search(text)):
        return "left_out"
    if plainly_asks_to_forget(text):
        return "deleted"
    return "stop" if STOP.search(text) and not question else "held"


def plainly_asks_to_forget(text: str) -> bool:
    """Whether a part of `text` asks outright, and for nothing else than what we hold, to be forgotten."""
    plain = text.replace("\u2019", "'")
    if ASKING.search(plain) and not ASKING_TO.search(plain):
        return False
    return any(_asks(part.strip()) for part in PART.split(plain))


def _asks(part: str) -> bool:
    """A verb of deleting, something of ours after it, no word of anything else, and no "don't"."""
    found = FORGET.search(part)
    if found is None or NOT_SO.search(part):
        return False
    before, after = TOKEN.findall(part[: found.start()].lower()), TOKEN.findall(part[found.end() :].lower())
    passive = found[0].lower().endswith(("ed", "en"))
    asked = (set(before) <= (HELD if passive else POLITELY) and not before[-1:] == ["i"]) or bool(AT_ONCE.search(part))
    of_ours = (
        OURS.search(part)
        or (passive and "i" in before)
        or (OUTRIGHT.search(found[0]) and {"it", "that", "them"} & set(after))
    )
    return asked and set(after) <= HELD and bool(of_ours)
