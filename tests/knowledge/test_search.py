"""Search: found as soon as it is saved and gone as soon as it is withdrawn, by meaning, names and place."""

from __future__ import annotations

import subprocess
import sys
import uuid

import numpy as np
import pytest

from knowledge.db import session_scope
from knowledge.editing import id_of, withdraw
from knowledge.indexing import publish, says
from knowledge.search import REACH_KM, Ask, Candidate, Index, find, index_of
from nlu.embedding import DIMENSIONS, embed_one
from nlu.places import Spot
from settings import ROOT, settings
from tests.knowledge.making import at, entry, owner, place, tip, topics

pytestmark = pytest.mark.usefixtures("sentence_model")

MANCHESTER, LEEDS = (53.48, -2.24), (53.80, -1.55)
ELSEWHERE = """
import sys
from knowledge.db import session_scope
from knowledge.search import Ask, find
from nlu.embedding import embed_one
with session_scope() as session:
    ask = Ask(embed_one(sys.argv[1]), sys.argv[1])
    print(*(found.entry for found in find(session, ask)), sep="\\n")
"""


def test_an_entry_is_found_at_the_next_question_of_a_process_that_looked_before(session):
    assert _names(session, "somewhere to sing") == []
    entry(session, "choir", name="The Larch choir", description="We sing on Tuesdays.", find=True)
    assert _names(session, "somewhere to sing") == ["choir"]


def test_what_one_session_saves_another_finds(knowledge_url):
    with session_scope(knowledge_url) as looking:
        assert _names(looking, "somewhere to sing") == []
    with session_scope(knowledge_url) as saving:
        entry(saving, "choir", find=True)
    with session_scope(knowledge_url) as looking:
        assert _names(looking, "somewhere to sing") == ["choir"]


def test_a_process_with_an_index_of_its_own_sees_every_save(knowledge_url):
    other = Index()  # what another process would hold
    with session_scope(knowledge_url) as session:
        other.refresh(session)
        entry(session, "choir", find=True)
    with session_scope(knowledge_url) as session:
        other.refresh(session)
        assert other.ids == [id_of("service", "choir")]
        entry(session, "choir", topics=["arts", "loneliness"], find=True)
    with session_scope(knowledge_url) as session:
        other.refresh(session)
        assert (other.ids, other.topics) == ([id_of("service", "choir")], [("arts", "loneliness")])


def test_another_process_finds_it_too(knowledge_url):
    with session_scope(knowledge_url) as session:
        entry(session, "choir", find=True)
    command = [sys.executable, "-W", "ignore", "-c", ELSEWHERE, "somewhere to sing"]
    done = subprocess.run(command, cwd=ROOT, env=settings().environment(), capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == [str(id_of("service", "choir"))], done.stderr


def test_a_withdrawn_entry_is_gone_at_the_next_question(session):
    choir = entry(session, "choir", find=True)
    entry(session, "band", find=True)
    assert set(_names(session, "music")) == {"choir", "band"}
    withdraw(session, choir, by="Jean")
    publish(session, [choir])
    assert _names(session, "music") == ["band"]


def test_what_comes_back_is_found_again(session):
    choir = entry(session, "choir", find=True)
    withdraw(session, choir, by="Jean")
    publish(session, [choir])
    assert _names(session, "music") == []
    entry(session, "choir", find=True)
    assert _names(session, "music") == ["choir"]


def test_a_changed_entry_is_found_by_its_new_words_only(session):
    for number in range(8):
        entry(session, f"other-{number}", find=True)
    entry(session, "club", name="Zumba", find=True)
    entry(session, "club", name="Quilting", find=True)
    assert _words(session, "quilting") == {"club"}
    assert _words(session, "zumba") == set()


def test_meaning_is_found_without_a_word_in_common(session):
    entry(
        session,
        "choir",
        name="Harmony",
        line="Sing together.",
        description="Songs from the shows, no auditions.",
        find=True,
    )
    entry(session, "repair", name="Fixers", line="Mend things.", description="We solder toasters and lamps.", find=True)
    assert _names(session, "my kettle is broken")[0] == "repair"
    assert _names(session, "I love vocal music")[0] == "choir"


def test_a_name_wins_among_equals(session):
    for number in range(30):
        entry(session, f"group-{number}", find=True)
    entry(session, "named", organisation="wasp", name="Meeting", find=True)
    owner(session, "wasp", name="WASPI")
    entry(session, "acronym", organisation="wasp", name="Meetings", find=True)
    assert _names(session, "is there a waspi near me")[0] == "acronym"


def test_a_rare_word_of_the_description_wins_among_equals_and_a_common_one_does_not(session):
    for number in range(60):
        entry(session, f"group-{number}", description="People sit together at a table.", find=True)
    entry(session, "rare", description="People sit together at a table and play mahjong.", find=True)
    assert _words(session, "mahjong") == {"rare"}
    assert _words(session, "table") == set(), "a word that every entry has tells nothing"


def test_another_languages_words_are_found_too(session):
    for number in range(5):
        entry(session, f"group-{number}", find=True)
    entry(session, "club", name={"en": "Lunch club", "cy": "Clwb cinio"}, find=True)
    assert _words(session, "clwb cinio") == {"club"}


@pytest.mark.parametrize(
    "said", ['"', "AND OR NOT", "NEAR(a b)", "name:club*", "'; DROP TABLE entry_words; --", "a" * 900]
)
def test_nothing_anybody_writes_breaks_the_word_search(session, said):
    entry(session, "club", find=True)
    assert _names(session, said) == ["club"]


def test_an_entry_whose_meaning_is_not_read_yet_is_found_by_its_words(session):
    read, unread = (
        entry(session, key, name=name, description=text)
        for key, name, text in (("choir", "Choir", "We sing."), ("otters", "Ottery swimmers", "We swim in the river."))
    )
    publish(session, [read])
    unmade = np.zeros(DIMENSIONS, dtype=np.float32)
    publish(session, [unread], made={says("Ottery swimmers", "", "We swim in the river."): unmade})
    assert _names(session, "the Ottery swimmers")[0] == "otters"


def test_topics_weigh_by_their_place_in_the_entry(session):
    topics(session, "loneliness", "food", "pets")
    entry(session, "main", topics=["food", "loneliness"], find=True)
    entry(session, "beside", topics=["loneliness", "food"], find=True)
    entry(session, "none", topics=["pets"], find=True)
    found = find(session, Ask(embed_one("dinner"), "dinner", {"food": 1.0}))
    assert [_key(session, one) for one in found] == ["main", "beside", "none"]


def test_an_invented_place_is_never_shown_to_anybody_elsewhere(session):
    place(session, "wenbury", invented=True)
    spot = {"lat": MANCHESTER[0], "lon": MANCHESTER[1], "town": "Wenbury"}
    entry(session, "invented", place="wenbury", area="place", location=spot, find=True)
    tip(session, "tip", "wenbury", find=True)
    assert _names(session, "company", spot=None) == []
    assert _names(session, "company", spot=at(*MANCHESTER)) == [], "even where its map happens to lie"
    assert set(_names(session, "company", spot=at(*MANCHESTER, slug="wenbury"))) == {"invented", "tip"}


def test_a_place_shows_its_own_and_the_national_ones(session):
    place(session, "ashby")
    place(session, "birch")
    entry(session, "ours", place="ashby", area="place", find=True)
    entry(session, "theirs", place="birch", area="place", find=True)
    entry(session, "national", find=True)
    found = find(session, _ask("company", Spot("Ashby", 0.0, 0.0, "england", "place", slug="ashby")))
    assert {_key(session, one): (one.local, one.distance_km) for one in found} == {
        "ours": (True, None),
        "national": (False, None),
    }


def test_near_is_measured_and_ends(session):
    place(session, "ashby")
    entry(session, "here", place="ashby", location={"lat": MANCHESTER[0], "lon": MANCHESTER[1]}, find=True)
    entry(session, "leeds", place="ashby", location={"lat": LEEDS[0], "lon": LEEDS[1]}, find=True)
    found = {_key(session, one): one for one in find(session, _ask("company", at(*MANCHESTER)))}
    assert set(found) == {"here"}, f"Leeds is further than {REACH_KM} km"
    assert (found["here"].local, found["here"].distance_km) == (True, 0.0)
    wide = find(session, Ask(embed_one("company"), "", spot=at(*MANCHESTER), reach_km=100))
    assert {_key(session, one): round(one.distance_km) for one in wide} == {"here": 0, "leeds": 58}


def test_a_nations_entries_are_for_that_nation(session):
    for nation in ("england", "wales", "scotland", "northern_ireland", "uk", "england_wales"):
        entry(session, nation, area=nation, find=True)
    shown = {nation: set(_names(session, "company", spot=at(0, 0, nation=nation))) for nation in ("wales", "scotland")}
    assert shown == {"wales": {"wales", "uk", "england_wales"}, "scotland": {"scotland", "uk"}}


def test_while_the_nation_is_unknown_only_what_holds_for_all_or_england_is_shown(session):
    for nation in ("wales", "england", "uk"):
        entry(session, nation, area=nation, name="Help", find=True)
    found = find(session, _ask("help"))
    assert [_key(session, one) for one in found] == ["uk", "england"], "England's stands back a little"


def test_an_empty_directory_finds_nothing(session):
    assert find(session, _ask("company")) == []


def test_relevance_falls_from_one_to_the_next(session):
    for number, line in enumerate(["Sing with us.", "Mend a bike.", "Learn to knit."]):
        entry(session, f"group-{number}", line=line, find=True)
    relevances = [one.relevance for one in find(session, _ask("knitting"))]
    assert relevances == sorted(relevances, reverse=True)


def test_facts_remembered_go_with_the_next_save(session, knowledge_url):
    entry(session, "choir", find=True)
    find(session, _ask("music"))
    index_of(knowledge_url).facts[uuid.uuid4()] = "read before"
    find(session, _ask("music"))
    assert index_of(knowledge_url).facts, "nothing was saved, so what was read is kept"
    owner(session, "church", name="Another name")
    find(session, _ask("music"))
    assert index_of(knowledge_url).facts == {}, "the owner's name is shown with its entries"


def _ask(said: str, spot: Spot | None = None) -> Ask:
    return Ask(embed_one(said), said, spot=spot)


def _names(session, said: str, spot: Spot | None = None) -> list[str]:
    return [_key(session, one) for one in find(session, _ask(said, spot))]


def _words(session, said: str) -> set[str]:
    """What the words alone speak for: entries that rank higher than their meaning and topic would."""
    with_words = {_key(session, one): one.relevance for one in find(session, _ask(said))}
    without = {_key(session, one): one.relevance for one in find(session, Ask(embed_one(said), ""))}
    return {key for key in with_words if with_words[key] > without[key] + 1e-6}


def _key(session, found: Candidate) -> str:
    from knowledge import models as m

    row = session.get(m.Service, found.entry) or session.get(m.Tip, found.entry)
    return row.key
