"""From a message to signposts: wishes weighed entry by entry, and the whole way in a small directory."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from knowledge.answering import answer, knowing, known_of, people_to_ring, read_needs, statutory_share
from knowledge.indexing import phrase_rows
from knowledge.reading import Entry, When, Where
from knowledge.replying import payload, spot_from_json, spot_to_json
from nlu.needs import Reading
from tests.knowledge.making import TODAY, at, entry, owner, place, tip, topics

PLAIN = Entry(uuid.uuid4(), "community", ("loneliness",), "Club", "", "", uuid.uuid4(), "Church", {}, {})
HALL = Where("The hall", "", "Larch", "", "")
PHRASES = {
    "loneliness": (
        "community",
        ["I am lonely", "I have nobody to talk to", "I'd like some company", "make new friends"],
    ),
    "digital_help": (
        "community",
        ["help with my phone", "I can't use the internet", "learn computers", "set up my tablet"],
    ),
    "bins_waste": (
        "statutory",
        ["my bin was not emptied", "the bin lorry missed us", "recycling not collected", "new bin"],
    ),
}


def _at(days: str = "", opens: str = "", closes: str = "") -> When:
    return When(tuple(days.split()), opens, closes, "WEEKLY", 1, None, False, "")


@pytest.mark.parametrize(
    ("wishes", "facts", "known"),
    [
        ({"age": 79}, {"minimum_age": 60.0}, {"age": True}),
        ({"age": 59}, {"minimum_age": 60.0}, {"age": False}),
        ({"age": 60}, {"minimum_age": 60.0, "maximum_age": 60.0}, {"age": True}),
        ({"age": 12}, {"maximum_age": 11.0}, {"age": False}),
        ({"age": 30}, {}, {"age": True}),
        ({"age": 0}, {"minimum_age": 0.0}, {"age": True}),
        ({"cost": "free"}, {"cost": "free"}, {"cost": True}),
        ({"cost": "free"}, {"cost": "low"}, {"cost": False}),
        ({"cost": "low"}, {"cost": "free"}, {"cost": True}),
        ({"cost": "low"}, {"cost": "paid"}, {"cost": False}),
        ({"cost": "free"}, {"cost": "varies"}, {"cost": None}),
        ({"cost": "free"}, {}, {"cost": None}),
        ({"access": ["step_free"]}, {"where": (HALL,), "access": ("step_free",)}, {"access.step_free": True}),
        ({"access": ["step_free"]}, {"where": (HALL,)}, {"access.step_free": None}),
        ({"access": ["step_free"]}, {}, {}),  # a helpline has no steps
        ({"access": ["bsl"]}, {}, {"access.bsl": None}),
        ({"not_access": ["by_phone"]}, {"access": ("by_phone",)}, {"not.by_phone": False}),
        ({"not_access": ["by_phone"]}, {"access": ("by_phone", "online")}, {"not.by_phone": True}),
        ({"not_access": ["by_phone"]}, {"access": ("by_phone",), "where": (HALL,)}, {"not.by_phone": True}),
        ({"not_access": ["by_phone"]}, {}, {"not.by_phone": True}),
        ({}, {"cost": "paid", "minimum_age": 60.0}, {}),
    ],
    ids=str,
)
def test_what_is_known_of_a_wish(wishes, facts, known):
    assert known_of(replace(PLAIN, **facts), wishes) == known


@pytest.mark.parametrize(
    ("wish", "when", "met"),
    [
        ("evening", [_at("TU", "19:00", "21:00")], True),
        ("evening", [_at("TU", "16:00", "18:00")], True),
        ("evening", [_at("TU", "10:00", "17:00")], False),
        ("evening", [_at("TU", "19:00")], True),
        ("morning", [_at("TU", "09:30", "11:00")], True),
        ("morning", [_at("TU", "12:00", "14:00")], False),
        ("afternoon", [_at("TU", "09:00", "17:00")], True),
        ("afternoon", [_at("TU", "09:00", "12:00")], False),
        ("afternoon", [_at("TU", "18:00", "20:00")], False),
        ("weekend", [_at("SA", "10:00", "12:00")], True),
        ("weekend", [_at("MO FR", "10:00", "12:00")], False),
        ("weekend", [_at("MO", "10:00"), _at("SU", "10:00")], True),
        ("tue", [_at("TU TH", "10:00")], True),
        ("wed", [_at("TU TH", "10:00")], False),
        ("sat", [_at("", "10:00")], True),  # no day said: any
        ("evening", [_at("TU")], True),  # no hour said: any
        ("evening", [], None),
    ],
    ids=str,
)
def test_when_somebody_can_come(wish, when, met):
    assert known_of(replace(PLAIN, when=tuple(when)), {"when": [wish]}) == {f"when.{wish}": met}


def test_of_two_days_or_two_hours_either_will_do():
    thursday = replace(PLAIN, when=(_at("TH", "19:00", "21:00"),))
    assert known_of(thursday, {"when": ["tue", "thu"]}) == {"when.tue/thu": True}
    assert known_of(thursday, {"when": ["sat", "morning", "thu", "evening"]}) == {
        "when.sat/thu": True,
        "when.morning/evening": True,
    }
    assert known_of(thursday, {"when": ["thu", "morning"]}) == {"when.thu": True, "when.morning": False}


@pytest.mark.parametrize(
    ("unwanted", "when", "met"),
    [
        ("morning", [_at("TU", "10:00", "12:00")], False),
        ("morning", [_at("TU", "10:30", "12:30")], False),
        ("morning", [_at("TU", "14:00", "16:00")], True),
        ("morning", [_at("TU", "09:30", "17:00")], True),  # open all day: come after lunch
        ("morning", [_at("TU", "10:00", "12:00"), _at("TH", "18:00", "20:00")], True),
        ("morning", [_at("TU")], True),
        ("evening", [_at("FR", "19:00", "22:00")], False),
        ("evening", [_at("FR", "09:00", "19:00")], True),
        ("weekday", [_at("MO TU WE TH FR", "10:00", "12:00")], False),
        ("weekday", [_at("FR SA", "10:00", "12:00")], True),
        ("weekday", [_at("MO TU WE TH FR SA SU", "06:00", "22:00")], True),
        ("weekday", [_at("", "10:00", "12:00")], True),
    ],
    ids=str,
)
def test_when_somebody_cannot_come(unwanted, when, met):
    assert known_of(replace(PLAIN, when=tuple(when)), {"not_when": [unwanted]}) == {f"not.{unwanted}": met}


def test_an_entry_without_times_is_not_refused_for_them():
    assert known_of(PLAIN, {"not_when": ["morning"]}) == {}


def test_a_tip_is_words_and_no_wish_is_asked_of_it():
    spoken = replace(PLAIN, tier="friend", cost="paid", minimum_age=60.0)
    assert known_of(spoken, {"age": 9, "cost": "free", "when": ["sat"]}) == {}


def test_the_share_of_public_matters_is_among_the_likeliest_needs():
    shares = {"bins_waste": 0.6, "loneliness": 0.2, **{f"other_{n}": 0.01 for n in range(20)}}
    share = statutory_share(Reading((), shares, 1.0), frozenset({"bins_waste", "other_19"}))
    assert share == pytest.approx(0.6 / 0.83)
    assert statutory_share(Reading((), {}, 0.0), frozenset({"bins_waste"})) == 0.0


@pytest.fixture
def directory(session, sentence_model):
    """Three topics with phrases, an invented place with a group, a tip and a charity, and the bins."""
    for key, (kind, phrases) in PHRASES.items():
        topics(session, key, kind=kind)
        session.add_all(phrase_rows(session, key, [(phrase, phrase) for phrase in phrases]))
    place(session, "wenbury", invented=True)
    mine = {"place": "wenbury", "area": "place", "find": True, "checked_on": TODAY}
    entry(session, "table", name="The Tuesday table", phone="01632 960101", cost={"kind": "paid"}, **mine)
    entry(session, "cafe", name="Tablet cafe", topics=["digital_help"], organisation="library", **mine)
    entry(
        session,
        "line",
        name="Friendship line",
        tier="voluntary",
        organisation="charity",
        cost={"kind": "free"},
        find=True,
    )
    entry(session, "council", name="Council link worker", tier="council", organisation="council", find=True)
    bins = {"topics": ["bins_waste"], "organisation": "council", "line": "Report a missed bin."}
    entry(session, "bins", name="Missed bins", tier="statutory", find=True, **bins)
    tip(session, "early", "wenbury", text="Go early, then you choose your chair.", about="table", find=True)
    return session


HERE = at(53.2, 1.9, slug="wenbury")


def test_a_need_is_answered_by_neighbours_first_and_the_council_last(directory):
    found = answer(directory, "I'm lonely and would like company", today=TODAY, spot=HERE)
    assert found.keys[0] == "loneliness"
    assert [post.tier for post in found.plan.posts] == ["friend", "community", "voluntary", "council"]
    assert found.plan.local_found and not found.plan.statutory


def test_a_missed_bin_goes_straight_to_the_council(directory):
    found = answer(directory, "they have not emptied my bin", today=TODAY, spot=HERE)
    assert ([post.tier for post in found.plan.posts], found.plan.statutory) == (["statutory"], True)


def test_without_a_place_national_help_is_given_all_the_same(directory):
    found = answer(directory, "I'm lonely and would like company", today=TODAY)
    assert [post.tier for post in found.plan.posts] == ["voluntary", "council"]
    assert not found.plan.local_found


def test_two_needs_in_one_message_are_both_answered(directory):
    found = answer(
        directory,
        "I'm lonely, I have nobody to talk to. Also I can't use the internet on my tablet",
        today=TODAY,
        spot=HERE,
    )
    assert {post.need for post in found.plan.posts} >= {"loneliness", "digital_help"}


def test_a_wish_is_kept_to(directory):
    found = answer(directory, "I'd like some company", today=TODAY, spot=HERE, wishes={"cost": "free"})
    assert "community" not in {post.tier for post in found.plan.posts}, "the table asks for money"
    assert "Friendship line" in _names(directory, found)


def test_what_was_shown_is_not_shown_again(directory):
    first = answer(directory, "I'd like some company", today=TODAY, spot=HERE)
    shown = [post.entry for post in first.plan.posts]
    more = answer(directory, "I'd like some company", today=TODAY, spot=HERE, without=shown)
    assert not set(shown) & {post.entry for post in more.plan.posts}


def test_only_the_tiers_wanted_are_given(directory):
    found = answer(directory, "I'd like some company", today=TODAY, spot=HERE, only_tiers=("community",))
    assert [post.tier for post in found.plan.posts] == ["community"]


def test_nothing_understood_is_nothing_shown(directory):
    assert answer(directory, "xyzzy plugh 42", today=TODAY, spot=HERE).plan.posts == ()


def test_an_entry_past_its_review_date_says_so_and_later_disappears(directory):
    late, gone = TODAY + timedelta(days=366), TODAY + timedelta(days=365 + 181)
    found = answer(directory, "help with my tablet", today=late, spot=HERE)
    assert [(post.need, post.overdue) for post in found.plan.posts] == [("digital_help", True)]
    assert answer(directory, "help with my tablet", today=gone, spot=HERE).plan.posts == ()


def test_a_change_is_in_the_next_answer(directory):
    assert "The Tuesday table" in _names(directory, _company(directory))
    entry(directory, "table", name="The Wednesday table", place="wenbury", area="place", find=True)
    assert "The Wednesday table" in _names(directory, _company(directory))
    owner(directory, "church", name="Another church")
    assert "Another church" in {one.run_by for one in _entries(directory, _company(directory))}


def test_a_phrase_added_counts_from_the_next_message(directory):
    topics(directory, "allotments")
    assert "allotments" not in [need.key for need in read_needs(directory, "a plot for my marrows").needs]
    directory.add_all(phrase_rows(directory, "allotments", [("a plot to grow marrows", "a plot to grow marrows")]))
    directory.flush()
    assert read_needs(directory, "a plot for my marrows").needs[0].key == "allotments"


def test_welsh_is_understood_through_its_gloss(directory):
    assert read_needs(directory, "Dwi'n unig ac eisiau cwmni").needs[0].key == "loneliness"


def test_a_directory_without_phrases_understands_nothing_and_does_not_break(session, sentence_model):
    assert read_needs(session, "I'm lonely").needs == ()
    assert answer(session, "I'm lonely", today=TODAY).plan.posts == ()


def test_a_person_to_ring_has_a_telephone(directory):
    found = people_to_ring(directory, "can I talk to a person", today=TODAY, spot=HERE)
    assert _names(directory, found) == {"The Tuesday table"}, "of these entries only that one has a number"


def test_nobody_is_told_to_ring_a_number_that_is_long_out_of_date_or_tried_already(directory):
    late, gone = TODAY + timedelta(days=366), TODAY + timedelta(days=365 + 181)
    said = {"message": "can I talk to a person", "spot": HERE}
    assert [post.overdue for post in people_to_ring(directory, today=late, **said).plan.posts] == [True]
    assert people_to_ring(directory, today=gone, **said).plan.posts == ()
    assert people_to_ring(directory, today=TODAY, wishes={"not_who": ["church"]}, **said).plan.posts == ()


def test_topics_know_their_kind_and_names(directory):
    known = knowing(directory)
    assert known.statutory == {"bins_waste"}
    assert known.names["loneliness"]["en"] == "loneliness"


def test_the_answer_travels_as_keys_and_values(directory):
    told = payload("signposts", answer=_company(directory), spot=HERE, before=[("signposts.intro", {"topic": "x"})])
    assert told["needs"][0] == "loneliness" and told["place"] == "somewhere"
    assert [post["tier"] for post in told["posts"]] == ["friend", "community", "voluntary", "council"]
    assert all(set(post) >= {"entry", "need", "km", "local", "overdue", "unknown"} for post in told["posts"])


def test_a_place_comes_back_from_its_slot_without_the_residents_words():
    kept = spot_to_json(replace(HERE, said="near my mum's, 4 Larch Lane", also=(HERE,)))
    assert "Larch" not in str(kept)
    assert spot_from_json(kept) == HERE
    assert spot_to_json(None) is None and spot_from_json(None) is None


def _company(session):
    return answer(session, "I'm lonely and would like company", today=TODAY, spot=HERE)


def _entries(session, found) -> list[Entry]:
    from knowledge.reading import entries

    return list(entries(session, [post.entry for post in found.plan.posts]).values())


def _names(session, found) -> set[str]:
    return {one.name for one in _entries(session, found)}
