"""Words that are about the texts themselves, as a whole message only: STOP, START, HELP, DELETE, a number. Pure."""

from __future__ import annotations

import re
import unicodedata

STOP, START, HELP, DELETE, WEB, TEXT = "stop", "start", "help", "delete", "web", "text"
WELSH_STOP = (
    "stopio", "stopiwch", "peidiwch a thecstio fi", "paid a thecstio fi", "stopiwch decstio fi", "stopia decstio fi",
    "peidiwch ag anfon negeseuon", "dim mwy o negeseuon", "dim mwy o decsts", "stopiwch os gwelwch yn dda",
    "dad danysgrifio", "datdanysgrifio",
)  # fmt: skip
WELSH_START = ("dechrau", "dechreuwch", "cychwyn", "ailddechrau")
WELSH_HELP = ("cymorth", "gwybodaeth", "helpwch")
WELSH_DELETE = ("dileu", "dileu popeth", "dilewch", "dilewch bopeth")
WELSH_WEB = ("gwe", "y we", "dolen")
WELSH = frozenset((*WELSH_STOP, *WELSH_START, *WELSH_HELP, *WELSH_DELETE, *WELSH_WEB))
WORDS = {
    STOP: {
        "stop", "stopall", "stop all", "unsubscribe", "end", "quit", "cancel", "opt out", "optout",
        "stop texting me", "please stop texting me", "stop texting", "stop messaging me", "stop sending me texts",
        "stop sending texts", "dont text me", "do not text me", "dont text me again", "no more texts", "stop texts",
        "stop please", "please stop",
        *WELSH_STOP,
    },
    START: {"start", "unstop", "start texting me", "start again", *WELSH_START},
    HELP: {"help", "info", *WELSH_HELP},
    DELETE: {"delete", "delete me", "delete all", "delete everything", *WELSH_DELETE},
    WEB: {"web", "link", *WELSH_WEB},
}  # fmt: skip
ITS_OWN = frozenset({"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "start", "unstop", "help", "info"})
CODE = re.compile(r"(?:list|rhestr|code|cod)?\s*([a-z0-9]{4}[ -]?[a-z0-9]{4})\s*", re.I)
LETTERS = "ABCDEFGH"


def word_of(text: str) -> str:
    """Which of the words a whole message is; `text` for an ordinary one: "stop" inside a sentence is only that."""
    said = _bare(text)
    return next((word for word, written in WORDS.items() if said in written), TEXT)


def is_welsh(text: str) -> bool:
    """Whether such a word is said in Welsh."""
    return _bare(text) in WELSH


def suppliers_own(text: str) -> bool:
    """Whether it is one of the single words that Twilio answers by itself (its help page on opt-out keywords)."""
    return _bare(text) in ITS_OWN


def chosen(text: str) -> int | None:
    """The number a whole message is, from 1 to 9; None for anything else."""
    said = _bare(text).removeprefix("number ").removeprefix("no ").removeprefix("rhif ")
    return int(said) if re.fullmatch(r"[1-9]", said) else None


def lettered(text: str) -> int | None:
    """Which choice a whole message of one letter means, from 0; None for anything else."""
    said = _bare(text).upper()
    return LETTERS.index(said) if len(said) == 1 and said in LETTERS else None


def code_in(text: str) -> str:
    """The one-time code that a whole message is, in capitals without its dash; "" for anything else."""
    found = CODE.fullmatch(text.strip())
    code = re.sub(r"[ -]", "", found[1]).upper() if found else ""
    return code if any(one.isdigit() for one in code) and any(one.isalpha() for one in code) else ""


def _bare(text: str) -> str:
    """Small letters without accents, marks or doubled spaces, so that "Stop!!" and "STOP." are one word."""
    flat = unicodedata.normalize("NFKD", text.casefold()).replace("\u2019", "").replace("'", "")
    letters = "".join(one if one.isalnum() else " " for one in flat if not unicodedata.combining(one))
    return " ".join(letters.split())
