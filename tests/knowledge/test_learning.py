"""The fitted part of reading needs: fitted once, never in the way of what an editor adds."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from knowledge import models as m
from knowledge.indexing import phrase_rows
from knowledge.learning import learn, need_finder
from nlu.embedding import embed_parts
from tests.knowledge.making import topics

PHRASES = {
    "food": ["I have no food", "where is the food bank", "nothing to eat till Friday", "a food parcel please"],
    "pets": ["I can't look after my dog", "vet bills are too much", "someone to walk my dog", "cat food help"],
    "debt": ["I owe money", "bailiffs are at the door", "I can't pay my credit card", "loan sharks"],
}


@pytest.fixture
def phrases(session, sentence_model):
    """Three topics of four phrases each."""
    for key, texts in PHRASES.items():
        topics(session, key)
        session.add_all(phrase_rows(session, key, [(text, text) for text in texts]))
    session.flush()
    return session


def test_it_is_fitted_once_and_again_only_when_phrases_came(phrases):
    assert learn(phrases), "the first time there is something to fit"
    phrases.flush()
    assert not learn(phrases), "nothing is new"
    phrases.add_all(phrase_rows(phrases, "pets", [("my rabbit is ill", "my rabbit is ill")]))
    assert learn(phrases), "a phrase came"


def test_without_phrases_there_is_nothing_to_fit_and_nothing_to_read_with(session):
    assert not learn(session)
    assert need_finder(session) is None


def test_fitted_and_not_fitted_both_read_the_need(phrases):
    assert _first(phrases, "my dog is too much for me") == "pets"
    learn(phrases)
    phrases.flush()
    assert need_finder(phrases)._head is not None
    assert _first(phrases, "my dog is too much for me") == "pets"


def test_a_phrase_added_after_fitting_counts_at_once(phrases):
    learn(phrases)
    phrases.add_all(phrase_rows(phrases, "debt", [("klarna and clearpay", "klarna and clearpay")]))
    phrases.flush()
    assert need_finder(phrases)._head is not None, "what was fitted is still used"
    assert _first(phrases, "klarna and clearpay") == "debt"


def test_a_topic_added_after_fitting_counts_at_once(phrases):
    learn(phrases)
    topics(phrases, "allotments")
    phrases.add_all(phrase_rows(phrases, "allotments", [("a plot to grow veg", "a plot to grow veg")]))
    phrases.flush()
    assert _first(phrases, "I'd like a plot to grow veg") == "allotments"


def test_a_phrase_taken_away_after_fitting_breaks_nothing(phrases):
    learn(phrases)
    phrases.execute(delete(m.TopicPhrase).where(m.TopicPhrase.text == "loan sharks"))
    phrases.flush()
    assert _first(phrases, "bailiffs are coming") == "debt"


def test_a_phrase_is_taken_in_once(phrases):
    again = phrase_rows(phrases, "pets", [(PHRASES["pets"][0], PHRASES["pets"][0])] * 2)
    assert again == []


def test_a_welsh_phrase_is_kept_as_it_is_shown_and_read_by_its_gloss(phrases):
    (row,) = phrase_rows(phrases, "pets", [("dwi'n methu gofalu am y ci", "I fail to care for the dog")], by="Non")
    assert (row.text, row.language, row.added_by) == ("dwi'n methu gofalu am y ci", "cy", "Non")


def _first(session, message: str) -> str:
    return need_finder(session).read(message, embed_parts).needs[0].key
