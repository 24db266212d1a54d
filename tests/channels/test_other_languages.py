"""Writing in another language, or asking for one: a sentence of theirs, then who speaks it. Real directory, no Rasa."""

from __future__ import annotations

import pytest

from channels import conversations
from channels.plain import as_text
from words import other_languages, say

HELP = {
    "pl": "Szukam pomocy z jedzeniem dla rodziny",
    "ro": "Am nevoie de ajutor cu mâncarea",
    "pa": "ਮੈਨੂੰ ਮਦਦ ਚਾਹੀਦੀ ਹੈ",
    "pa-Arab": "مینوں مدد چاہیدی اے",
    "ur": "مجھے مدد چاہیے",
    "pt": "Preciso de ajuda com a casa",
    "es": "Necesito ayuda con el alquiler",
    "ar": "أحتاج إلى مساعدة في السكن",
    "bn": "আমার সাহায্য দরকার",
    "gu": "મને મદદ જોઈએ છે",
    "it": "Ho bisogno di aiuto",
}


@pytest.mark.parametrize("code", HELP)
def test_it_is_answered_with_a_sentence_in_that_language_and_999_without_rasa(person, rasa, code):
    reply = person.says(HELP[code])
    own, given = reply.own_words, other_languages()[code]
    assert own is not None and own.language == code
    assert own.sentences == (given["reads"], given["below"], given["danger"])
    assert own.direction == ("rtl" if code in ("ar", "ur", "pa-Arab") else "ltr")
    assert "without a native speaker's check" in own.note
    assert reply.signposts and not reply.danger and rasa.asked == []
    assert conversations.turns(person.sender)[0].reply == reply, "and it is kept and read back as it was"


def test_local_groups_of_that_language_come_first_then_interpreters(person):
    reply = person.says(HELP["pl"], door="wenbury")
    assert reply.signposts[0].name == "Klub Polski w Wenbury"
    assert "They speak Polish." in reply.signposts[0].why
    assert reply.signposts[-1].name == "An interpreter at the doctor or hospital (England)"
    assert say("other_languages.speakers", "en", tongue="Polish") in reply.before
    assert not any("abuse" in need for post in reply.signposts for need in post.needs)


def test_both_scripts_of_punjabi_find_the_same_groups(person):
    first, second = (person.says(HELP[code], door="wenbury").signposts for code in ("pa", "pa-Arab"))
    assert first == second and "They speak Punjabi." in first[0].why


def test_what_is_not_known_is_said(person):
    reply = person.says(HELP["gu"], door="wenbury")
    assert say("other_languages.interpreters", "en", tongue="Gujarati") in reply.before
    assert {post.why.split(" Only")[0] for post in reply.signposts} == {say("why.interpreter", "en")}


def test_it_is_all_in_plain_text_too(person):
    text = as_text(person.says(HELP["ar"]))
    assert text.startswith(other_languages()["ar"]["reads"]) and "Migrant Help" in text


@pytest.mark.parametrize(
    ("asks", "code", "first"),
    [
        ("do you speak Polish", "pl", "Klub Polski w Wenbury"),
        ("my mum only speaks Urdu", "ur", "Women's walk and talk"),
        ("I need an interpreter", "", "Migrant Help: asylum helpline"),
    ],
)
def test_a_language_is_asked_for_in_english(person, rasa, asks, code, first):
    reply = person.says(asks, door="wenbury")
    assert reply.signposts[0].name == first and rasa.asked == []
    assert (reply.own_words.language if reply.own_words else "") == code
    assert reply.before[0] == say("other_languages.asked", "en")


def test_in_welsh_the_words_around_it_are_welsh(person):
    reply = person.says(HELP["pl"], language="cy", door="morwerydd")
    assert reply.before[0] == say("other_languages.recognised", "cy", tongue="Pwyleg")


@pytest.mark.parametrize(
    "message", ["do you speak Welsh", "my mum only speaks Urdu and she is so lonely", "where can I learn Spanish"]
)
def test_anything_else_goes_to_rasa_as_before(person, rasa, message):
    assert person.says(message).own_words is None and rasa.said == [message]


@pytest.mark.parametrize(
    ("message", "code", "kind"),
    [
        ("nie chcę już żyć", "pl", "crisis_suicide"),
        ("mi marido me pega", "es", "crisis_domestic_abuse"),
        ("زوجي يضربني", "ar", "crisis_domestic_abuse"),
        ("آگ لگ گئی", "ur", "crisis_fire_gas"),
        ("ਮੈਨੂੰ ਕੁੱਟਦਾ ਹੈ", "pa", "crisis_domestic_abuse"),
    ],
)
def test_danger_said_outright_gets_999_first_and_the_line_in_that_language(person, rasa, message, code, kind):
    reply = person.says(message)
    assert reply.danger and kind in reply.needs and rasa.asked == []
    assert reply.own_words.language == code and reply.own_words.sentences == (other_languages()[code]["danger"],)
    assert reply.signposts[0].phones[0].number == "999" or kind == "crisis_domestic_abuse"


def test_with_the_directory_gone_they_still_read_what_to_do_in_danger(person, but, tmp_path):
    with but(knowledge_url=f"sqlite:///{tmp_path / 'gone' / 'nothing.db'}"):
        reply = person.says(HELP["ro"])
    assert reply.own_words.sentences == (other_languages()["ro"]["reads"], other_languages()["ro"]["danger"])
    assert reply.before == (say("trouble.nothing", "en"),)


def test_a_place_said_next_looks_for_that_language_there(person):
    person.says(HELP["pl"])
    reply = person.says("Wenbury")
    assert reply.signposts[0].name == "Klub Polski w Wenbury"
    assert reply.own_words is not None and reply.own_words.language == "pl"
