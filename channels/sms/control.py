"""Words that are about the texts themselves, as a whole message only: STOP, START, HELP, DELETE, a number. Pure."""

from __future__ import annotations

import re
import unicodedata

STOP, START, HELP, DELETE, WEB, TEXT = "stop", "start", "help", "delete", "web", "text"
AGAIN, NOTHING = "again", "nothing"  # STOP from somebody who had stopped; a word overtaken by a later one
POLITE = ("please", "pls", "plz", "now", "thanks", "thank you", "os gwelwch yn dda", "plis", "diolch", "nawr", "rwan")
WELSH_STOP = (
    "stopio", "stopiwch", "stopia", "peidiwch a thecstio fi", "paid a thecstio fi", "peidiwch a thecstio",
    "stopiwch decstio fi", "stopia decstio fi", "stopiwch decstio", "peidiwch ag anfon negeseuon",
    "peidiwch ag anfon negeseuon ata i", "dim mwy o negeseuon", "dim mwy o decsts", "dim mwy o destunau",
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
        "stop texting me", "stop texting", "stop messaging me", "stop messages", "stop sending me texts",
        "stop sending texts", "stop sending messages", "stop sending me messages", "dont text me", "do not text me",
        "dont text me again", "dont text me any more", "no more texts", "stop texts", "stop all texts",
        "stop the texts", "stop these texts", "text stop", "opt me out", "unsubscribe me",
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
UNSEEN = ("Mn", "Cf")  # accents apart from their letters, and what is never shown


def word_of(text: str) -> str:
    """Which of the words a whole message is; `text` for an ordinary one: "stop" inside a sentence is only that."""
    bare, said = _bare(text), _kindly_said(text)
    return next((word for word, written in WORDS.items() if (bare if word == HELP else said) in written), TEXT)


def is_welsh(text: str) -> bool:
    """Whether such a word is said in Welsh."""
    return _kindly_said(text) in WELSH


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


def _kindly_said(text: str) -> str:
    """The words without "please", "now" or "thanks" before or after them; all of them where nothing else is left."""
    said = whole = _bare(text)
    for word in POLITE * 2:
        said = said.removeprefix(f"{word} ").removesuffix(f" {word}")
    return said or whole


def _bare(text: str) -> str:
    """Small letters without accents, marks or doubled spaces, so that "Stop!!" and "STOP." are one word."""
    flat = unicodedata.normalize("NFKD", text.casefold()).replace("\u2019", "").replace("'", "")
    letters = "".join(one if one.isalnum() else " " for one in flat if unicodedata.category(one) not in UNSEEN)
    return " ".join(letters.split())
