"""A check that cannot fail is worthless: each is shown a reply that it passes and one that it does not."""

from __future__ import annotations

import pytest
import yaml

from channels.messages import Choice, Phone, Reply, Signpost
from settings import ROOT
from tests.evaluation.dialogue_checks import CHECKS, Heard, _listed, failed
from tests.evaluation.play_dialogues import HERE, SPLITS, ours
from words import say


def post(entry: str = "a", tier: str = "community", needs: tuple[str, ...] = ("food",), **more) -> Signpost:
    return Signpost(entry, tier, f"The {entry} place", "Soup.", needs, more.pop("why", ""), **more)


def shows(*posts: Signpost, **more) -> Reply:
    return Reply(**{"outcome": "signposts", "language": "en", "before": ("Here.",), "signposts": posts, **more})


NEEDS = ("need", "needs_include", "needs_exclude", "posts_for", "again_for")
NOTHING = Reply("clarify", "en", before=("Say more.",))
LOT = shows(post("a"), post("b", needs=("pets",)), needs=("food",))
OTHERS = shows(post("c"), post("d"), needs=("food",))
ASKS = shows(post(), after=(say("place.ask", "en"),))
WHICH = Reply(
    "clarify", "en", before=(say("place.which", "en", name="Newport"),), choices=(Choice("Gwent", "Newport NP20"),)
)
THATS_ALL = Reply("nothing_found", "en", before=(say("nothing.more", "en"),), after=(say("nothing.person", "en"),))
FREE, PAID = post("f", cost="Free"), post("p", cost="£4")
TIP_ABOUT_PAID = Signpost("tip", "friend", f"A tip about {PAID.name}", "Go early.", ("food",), "")
NOT_KNOWN = post(why=say("why.unknown", "en", what=say("wishes.cost", "en")))
ALL_DAY, EARLY = post(when="Mondays, 09:00 to 17:00"), post(when="Mondays, 10:00 to 12:00")
NEAR, FAR = post(distance_km=3), post(distance_km=9)
BY_PHONE, AT_A_HALL = post(phones=(Phone("01632 960000"),)), post(where="The hall", phones=(Phone("01632 960000"),))

# name of the check, what is asked, a reply that holds, one that does not, replies before them
HOLDS_AND_FAILS = [
    ("outcome", ["signposts", "council"], LOT, NOTHING, []),
    ("need", "food", LOT, NOTHING, []),
    ("need", ["pets", "food"], LOT, shows(needs=("debt_money", "food")), []),
    ("needs_include", ["pets"], shows(needs=("food", "pets")), LOT, []),
    ("needs_exclude", ["food"], NOTHING, LOT, []),
    ("posts_for", ["food", "pets"], LOT, OTHERS, []),
    ("place", "Frome", shows(place="Frome"), shows(place="Leeds"), []),
    ("place", "", shows(), shows(place="Leeds"), []),
    ("wishes", {"cost": "free"}, shows(wishes={"cost": "free"}), shows(wishes={"cost": "low"}), []),
    ("wishes", {"when": ["sat"]}, shows(wishes={"when": ["sat", "sun"]}), shows(wishes={"when": ["sun"]}), []),
    ("wishes", {"cost": None}, shows(), shows(wishes={"cost": "free"}), []),
    ("language", "cy", shows(language="cy"), LOT, []),
    ("danger", True, shows(danger=True), LOT, []),
    ("danger", False, LOT, shows(danger=True), []),
    ("deleted", True, shows(deleted=True), LOT, []),
    ("first_tier", ["friend"], shows(post(tier="friend"), post()), shows(post(), post(tier="friend")), []),
    ("first_tier", "friend", shows(post(tier="friend")), NOTHING, []),
    ("tiers_exclude", ["council"], LOT, shows(post(), post(tier="council")), []),
    ("posts_at_least", 2, LOT, shows(post()), []),
    ("posts_none", True, NOTHING, LOT, []),
    ("new", True, OTHERS, shows(post("b"), post("e")), [LOT]),
    ("new", True, THATS_ALL, NOTHING, [LOT]),
    ("new", True, shows(post("e")), LOT, [LOT, OTHERS]),
    ("same_need", True, OTHERS, shows(post(), needs=("pets",)), [LOT, NOTHING]),
    ("same_need", True, OTHERS, NOTHING, [LOT]),
    ("entry", 2, shows(post("b")), shows(post("a")), [LOT]),
    ("entry", 2, shows(post("d")), LOT, [LOT, OTHERS]),
    ("entry_of", [1, 2], shows(post("b")), shows(post("d")), [LOT, OTHERS]),
    ("entry_of", [1, 2], shows(post("b")), LOT, [LOT, OTHERS]),
    ("again_for", "pets", shows(post("b")), shows(post("a")), [LOT, NOTHING]),
    ("again_for", "pets", shows(post("b")), NOTHING, [LOT]),
    ("free_only", True, shows(FREE, NOT_KNOWN, post(tier="friend")), shows(FREE, PAID), []),
    ("free_only", True, shows(FREE), shows(post()), []),
    ("free_only", True, shows(FREE), shows(TIP_ABOUT_PAID), [shows(PAID)]),
    ("open_on", "SA", shows(post(when="Fridays and Saturdays"), post()), shows(post(when="Fridays")), []),
    ("not_mornings", True, shows(ALL_DAY), shows(ALL_DAY, EARLY), []),
    ("not_by_phone", True, shows(AT_A_HALL), shows(BY_PHONE), []),
    ("not_by_phone", True, shows(AT_A_HALL), shows(post(url="https://x.example", access=("By phone",))), []),
    ("nearer", True, shows(NEAR), shows(NEAR, FAR), [shows(FAR)]),
    ("within_km", 5, shows(post(distance_km=4.9)), shows(post(distance_km=5.1), post()), []),
    ("invented", False, LOT, shows(post(invented=True)), []),
    ("mentions", ["broth", "SOUP"], LOT, NOTHING, []),
    ("leads_with", ["999"], shows(before=("Ring 999.", "Then")), shows(before=("Then", "Ring 999.")), []),
    ("not_mentions", ["07700 900461"], LOT, shows(before=("I will ring 07700900461.",)), []),
    ("not_mentions", ["lasagne"], LOT, shows(after=("Lasagne:",)), []),
    ("asks_place", True, ASKS, LOT, []),
    ("asks_place", False, LOT, ASKS, []),
    ("asks_which", True, WHICH, ASKS, []),
    ("asks_which", False, ASKS, WHICH, []),
    ("offers_person", True, THATS_ALL, NOTHING, []),
    ("choices", True, WHICH, LOT, []),
    ("choices", False, LOT, WHICH, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "wanted", "holds", "fails", "earlier"),
    HOLDS_AND_FAILS,
    ids=[f"{name}-{number}" for number, (name, *_) in enumerate(HOLDS_AND_FAILS)],
)
def test_a_check_holds_and_can_fail(name, wanted, holds, fails, earlier):
    assert CHECKS[name](wanted, Heard(holds, earlier)) == ""
    assert CHECKS[name](wanted, Heard(fails, earlier)), f"{name} lets this through: {fails}"


def test_every_check_is_shown_failing():
    assert set(CHECKS) == {name for name, *_ in HOLDS_AND_FAILS}


def test_a_turn_fails_for_each_check_that_does_not_hold():
    wrong = failed({"said": "x", "outcome": "council", "place": "Frome", "need": "food"}, Heard(LOT))
    assert wrong == ["outcome should be 'council', it is 'signposts'", "place should be 'Frome', it is ''"]


@pytest.mark.parametrize("reply", [Reply("clarify", "en"), shows(after=("Did it help?",))])
def test_silence_and_pushing_always_fail(reply):
    assert failed({"said": "x"}, Heard(reply))


def test_there_are_sixty_dialogues_halved_in_turn():
    assert [one.split for one in ours()] == [SPLITS[number % 2] for number in range(60)]
    assert all(2 <= len(one.turns) <= 6 for one in ours())


def test_every_turn_asks_only_what_there_is_a_check_for():
    known = {"said", "next_day", *CHECKS}
    unknown = {name: set(turn) - known for name, turn in _turns() if set(turn) - known}
    assert not unknown, f"Misspelt, or a check to be written: {unknown}"
    bare = [name for name, turn in _turns() if not set(turn) & set(CHECKS)]
    assert not bare, f"Nothing is asked of some answers in: {bare}"


@pytest.mark.parametrize("flag", "posts_none new same_need free_only not_mornings not_by_phone nearer".split())
def test_what_can_only_be_asked_for_is_never_asked_against(flag):
    assert {turn[flag] for _, turn in _turns() if flag in turn} <= {True}


def test_every_need_asked_for_is_a_topic():
    topics = {key for path in (ROOT / "knowledge/seed/topics").glob("*.yml") for key in _keys(path)}
    asked = {one for _, turn in _turns() for name in NEEDS if name in turn for one in _listed(turn[name])}
    assert asked - topics - {"clarify"} == set()


def _keys(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _turns():
    """Every turn of ours, and the checks of ours for every turn of the shared ones."""
    for one in ours():
        yield from ((one.name, turn) for turn in one.turns)
    for name, turns in yaml.safe_load((HERE / "shared_dialogues.yml").read_text(encoding="utf-8")).items():
        yield from ((name, turn) for turn in turns.values())
