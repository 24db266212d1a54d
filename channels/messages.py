"""What passes between a channel and the gateway: frozen values, no dictionaries past the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

BY_ADVOCATE = "let/"  # how the reference begins of what an advocate wrote; then the letting-in's id and a random mark


@dataclass(frozen=True)
class Inbound:
    """One message from a resident. `sender` is a keyed hash; `reference` tells a repeat from a new message."""

    channel: str  # web | sms
    sender: str
    text: str
    reference: str
    received_at: datetime
    door: str = ""  # slug of the place whose front door was used
    language: str = ""  # asked for by the page; else understood from the text
    owed: bool = False  # the channel holds it until answered: stored before, but not answered, it is taken up again

    @property
    def by_advocate(self) -> bool:
        """Whether somebody whom the resident let in wrote it: nothing that only the resident may say counts then."""
        return self.reference.startswith(BY_ADVOCATE)


def dial(number: str) -> str:
    """What a tel: or sms: link holds: digits, and a plus."""
    return "".join(character for character in number if character.isdigit() or character == "+")


@dataclass(frozen=True)
class Phone:
    """A number and what it is for; `dial` is what a tel: link holds."""

    number: str
    note: str = ""

    @property
    def dial(self) -> str:
        """The number as in tel: links."""
        return dial(self.number)


@dataclass(frozen=True)
class Signpost:
    """One place to turn, in the resident's language, ready to show. Empty strings: not known."""

    entry: str  # UUID in the directory, or of the emergency line
    tier: str  # friend | community | voluntary | council | statutory | emergency
    name: str
    line: str
    needs: tuple[str, ...]
    why: str
    run_by: str = ""
    description: str = ""
    when: str = ""
    where: str = ""
    distance_km: float | None = None
    cost: str = ""
    who: str = ""
    phones: tuple[Phone, ...] = ()
    text_number: str = ""
    url: str = ""
    email: str = ""
    access: tuple[str, ...] = ()  # in words
    checked_on: str = ""  # ISO date
    checked: str = ""  # the sentence about checking
    language: str = "en"  # of the entry's own words, for lang= where it differs from the reply's
    invented: bool = False


@dataclass(frozen=True)
class Choice:
    """A tap that says `says` for the resident."""

    label: str
    says: str


@dataclass(frozen=True)
class OwnWords:
    """What we say in a language we do not speak, above the answer: its code, its direction, its sentences."""

    language: str
    direction: str  # ltr | rtl
    sentences: tuple[str, ...]
    note: str = ""  # in the answer's language: that no speaker has checked them


@dataclass(frozen=True)
class Offer:
    """The desk an answer asked about, and the version of the words shown with it: a yes means these and no others."""

    desk: str  # UUID of the team
    version: str


@dataclass(frozen=True)
class Reply:
    """What a resident is shown. `before` and `after` are paragraphs around the signposts, in order."""

    outcome: str
    language: str
    before: tuple[str, ...] = ()
    signposts: tuple[Signpost, ...] = ()
    after: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    needs: tuple[str, ...] = ()
    place: str | None = None
    area: str | None = None  # slug of the place of ours it lies in; "" for none of ours, None where nobody looked
    wishes: Mapping[str, Any] = field(default_factory=dict)
    own_words: OwnWords | None = None
    offer: Offer | None = None
    danger: bool = False  # then: quick exit is offered, nothing is kept on the device
    deleted: bool = False  # the conversation is gone: the channel drops its cookie
    receipt: str = ""
    once: tuple[str, ...] = ()  # said first and never kept, as a code is
    from_rasa: bool = False
    conversation: str = ""
    ms: float = 0.0


@dataclass(frozen=True)
class Turn:
    """One exchange as the page shows it."""

    said: str
    at: datetime
    reply: Reply | None
    message: int = 0
    reference: str = ""  # the message's own
    by: str = ""  # the advocate who wrote it, with their organisation; "" for the resident


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """A reply as the message row keeps it: without what is said once only."""
    from dataclasses import asdict, replace

    return asdict(replace(reply, once=()))


def reply_from_json(kept: Mapping[str, Any]) -> Reply:
    """The reply a row kept."""
    signposts = tuple(
        Signpost(
            **{
                **row,
                "needs": tuple(row["needs"]),
                "access": tuple(row["access"]),
                "phones": tuple(Phone(**phone) for phone in row["phones"]),
            }
        )
        for row in kept["signposts"]
    )
    return Reply(
        **{
            **kept,
            "before": tuple(kept["before"]),
            "after": tuple(kept["after"]),
            "once": (),
            "needs": tuple(kept["needs"]),
            "choices": tuple(Choice(**row) for row in kept["choices"]),
            "signposts": signposts,
            "own_words": _own_words(kept.get("own_words")),
            "offer": Offer(**kept["offer"]) if kept.get("offer") else None,
        }
    )


def _own_words(row: Mapping[str, Any] | None) -> OwnWords | None:
    return OwnWords(**{**row, "sentences": tuple(row["sentences"])}) if row else None
