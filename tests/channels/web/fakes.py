"""A world for the web channel's tests: conversations in memory, answers by key word, two invented doors."""

from __future__ import annotations

import importlib
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.messages import Choice, Inbound, OwnWords, Phone, Reply, Signpost, Turn
from knowledge.life import LifeEvent
from knowledge.reading import Door
from settings import from_environment
from words import other_languages

ARABIC = other_languages()["ar"]
UNCHECKED = "The Arabic here was written without a native speaker's check."
LUNCH = Signpost(
    "1",
    "community",
    "Larch Lane lunch club",
    "A hot dinner and a natter for anyone over 60.",
    ("older",),
    "You said your mum is on her own, and it is near Larch.",
    run_by="Larch Lane Church",
    description="Jean is at the door from half past eleven. You need not book.",
    when="Tuesdays, noon to 2pm, not in August",
    where="Larch Lane Hall, 2 Larch Lane, Larch ZZ1 1AA",
    distance_km=0.4,
    cost="£4 for two courses",
    who="Anybody over 60",
    phones=(Phone("01632 960123", "ask for Jean"), Phone("07700 900123")),
    text_number="07700 900123",
    url="https://example.org/lunch",
    email="hello@example.org",
    access=("Step-free way in", "Hearing loop"),
    checked_on="2025-10-01",
    checked="Checked on 1 October 2025 by Larch Lane Church.",
    invented=True,
)
TIP = Signpost(
    "2",
    "friend",
    "A man who moved here when he retired",
    "I sat in the car for two Tuesdays before I went in. The third week I went ten minutes early, so there were only "
    "three people to be scared of.",
    ("loneliness",),
    "About being on your own.",
    run_by="St Wenna's",
    distance_km=3.4,
    checked="Checked last month by St Wenna's.",
    invented=True,
)
CHARITY = Signpost(
    "3",
    "voluntary",
    "Good Neighbours",
    "Somebody comes round for an hour a week.",
    ("befriending",),
    "A visitor at home.",
    distance_km=12.0,
    phones=(Phone("01632 960444"),),
    url="javascript:alert(1)",
    checked="Not checked here yet.",
)
COUNCIL = Signpost(
    "4",
    "council",
    "Wenbury District Council",
    "The council's older people's team.",
    ("older",),
    "If none of these fits.",
    phones=(Phone("01632 960900", "Monday to Friday, 9 to 5"),),
)
BINS = Signpost(
    "5",
    "statutory",
    "Missed bins",
    "Tell the district council; only they can send the lorry back.",
    ("bins",),
    "You said your bin was missed.",
    url="https://example.org/bins",
    run_by="Wenbury District Council",
)
REFUGE = Signpost(
    "6",
    "emergency",
    "National Domestic Abuse Helpline",
    "Women, day and night. Free.",
    ("abuse",),
    "You said somebody hurts you.",
    phones=(Phone("0808 2000 247", "day and night, free"),),
)
POLICE = Signpost(
    "7", "emergency", "Police, fire, ambulance", "If you are in danger now.", ("danger",), "", phones=(Phone("999"),)
)
WELSH = Signpost(
    "8",
    "community",
    "Caffi'r Gornel",
    "Paned a sgwrs.",
    ("loneliness",),
    "Near you.",
    language="cy",
    where="Y Neuadd, Aberwennol",
    description="Dewch fel yr ydych.",
)

KINDS = {
    "lonely": Reply(
        "answered",
        "en",
        ("I'm sorry it's been so quiet. These are close by.",),
        (TIP, LUNCH, CHARITY),
        ("If none of these fits, there is the council too.",),
        (Choice("Something at weekends", "only at weekends"), Choice("I meant somewhere else", "another place")),
    ),
    "everything": Reply("answered", "en", ("Here is all of it.",), (LUNCH, TIP, COUNCIL, CHARITY, BINS, WELSH, POLICE)),
    "hurts": Reply(
        "danger",
        "en",
        (
            "This sounds frightening. You can ring any of these now.",
            "If someone can see your screen, use Leave quickly.",
        ),
        (LUNCH, REFUGE, POLICE),
        danger=True,
    ),
    "bins": Reply("answered", "en", ("Only the district council can do this.",), (BINS,)),
    "unig": Reply("answered", "cy", ("Mae'r rhain yn agos.",), (WELSH, LUNCH)),
    "مساعدة": Reply(
        "signposts",
        "en",
        ("I think that is Arabic. I can only read English and Welsh.", "These can help you through an interpreter:"),
        (CHARITY,),
        own_words=OwnWords("ar", "rtl", tuple(ARABIC[part] for part in ("reads", "below", "danger")), UNCHECKED),
    ),
    "forget me": Reply("deleted", "en", ("It is gone.",), deleted=True, receipt="FP-7K2M"),
}
NOTHING = Reply(
    "nothing", "en", ("I don't know of anything for that yet.",), choices=(Choice("Ask the library", "library"),)
)
DOORS = (
    Door(
        "wenbury",
        "Wenbury District",
        "Hello, neighbour. Tell us what's going on.",
        "Wenbury is an invented place.",
        True,
        {"brand": "#1f5c5a", "accent": "#a8481f"},
        ("en",),
        "england",
    ),
    Door(
        "morwerydd",
        "Morwerydd",
        "Hello, come in.",
        "",
        True,
        {"brand": "#9ad0ff", "accent": "red;}"},
        ("cy", "en"),
        "wales",
    ),
)


class World:
    """What the web channel talks to. `broken` makes the stores fail; `heard` is what reached the gateway."""

    def __init__(self) -> None:
        self.heard: list[Inbound] = []
        self.kept: dict[str, list[Turn]] = {}
        self.references: set[str] = set()
        self.broken = False
        self.delay = 0.0
        self.flagged: list[tuple[str, str]] = []
        self.state = {"rasa": "ok", "knowledge": "ok"}

    def handle(self, inbound: Inbound) -> Reply:
        if inbound.reference in self.references:
            return Reply("repeat", "en")  # as the gateway says of a repeat whose conversation is gone
        self.references.add(inbound.reference)
        self.heard.append(inbound)
        reply = next((reply for word, reply in KINDS.items() if word in inbound.text), NOTHING)
        if reply.deleted:
            self.kept.pop(inbound.sender, None)
        else:
            said = Turn(inbound.text, datetime.now(UTC), reply, 100 + len(self.heard), inbound.reference)
            self.kept.setdefault(inbound.sender, []).append(said)
        if self.delay:
            time.sleep(self.delay)
        return reply

    def turns(self, sender: str, most: int = 50) -> tuple[Turn, ...]:
        self._fail()
        return tuple(self.kept.get(sender, ()))[-most:]

    def danger_lately(self, sender: str) -> bool:
        return any(turn.reply.danger for turn in self.turns(sender) if turn.reply)

    def forget(self, sender: str) -> str:
        self._fail()
        return "FP-9Q4T" if self.kept.pop(sender, None) else ""

    def transcript(self, sender: str, language: str) -> str:
        return "\n".join(turn.said for turn in self.kept[sender])

    def door(self, slug: str, language: str) -> Door | None:
        self._fail()
        return next((door for door in DOORS if door.slug == slug), None)

    def doors(self, language: str) -> tuple[Door, ...]:
        self._fail()
        return DOORS

    def directories(self) -> tuple[tuple[str, str], ...]:
        self._fail()
        return (("Wenbury Open Lists", "CC BY 4.0"),)

    def cards(self, event: LifeEvent, slug: str, language: str) -> list[list[Signpost]]:
        self._fail()
        return [[LUNCH, TIP, CHARITY, COUNCIL, BINS, WELSH][at : at + 2] for at, _ in enumerate(event.steps)]

    def keep(self, entry: str, kind: str) -> None:
        self._fail()
        self.flagged.append((entry, kind))

    def _fail(self) -> None:
        if self.broken:
            raise RuntimeError("the store is down")


def put_in(monkeypatch: pytest.MonkeyPatch, world: World) -> World:
    """The web channel talks to this world for as long as the test lasts."""
    patches = {
        "channels.gateway": {"handle": world.handle},
        "channels.conversations": {
            "turns": world.turns,
            "danger_lately": world.danger_lately,
            "forget": world.forget,
            "transcript": world.transcript,
            "sender_of": lambda token: f"of-{token}",
        },
        "channels.readiness": {"live": lambda: True, "ready": lambda: world.state},
        "channels.web.life": {"_cards": world.cards},
        "channels.web.helped": {"keep": world.keep},
        "knowledge.reading": {"door": world.door, "doors": world.doors, "directories": world.directories},
    }
    for module, names in patches.items():
        for name, function in names.items():
            monkeypatch.setattr(importlib.import_module(module), name, function, raising=False)
    return world


def settings_for(tmp_path: Path, **environment: str):
    """Settings of a throw-away installation."""
    given = {"FINGERPOST_VAR": str(tmp_path), "SECRET_KEY": "only for tests", "RATE_LIMITS": "off"}
    return from_environment({**given, **environment})
