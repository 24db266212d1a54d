"""Where somebody means: postcodes and towns however they are written, and ordinary words that are no place."""

from __future__ import annotations

import pytest

from nlu.places import Gazetteer, Spot, distance_km, nearest_outcode, plain

OURS = [
    (Spot("Wenbury", 53.2, 1.9, "england", "town", slug="wenbury"), ["Wenbry"]),
    (Spot("Newport", 53.3, 1.8, "england", "town", slug="wenbury"), []),
    (Spot("Aberdrift", 52.1, -5.2, "wales", "town", slug="morwerydd"), ["Aberdrifft"]),
    (Spot("ZZ1", 53.2, 1.9, "england", "outcode", slug="wenbury"), []),
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer()


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("M33 4AB", "M33", "postcode"),
        ("i live in m334ab", "M33", "postcode"),
        ("flat 2, LL30 1AA please", "LL30", "postcode"),
        ("BT1 1AA", "BT1", "postcode"),
        ("SW1A 1", "SW1A", "outcode"),
        ("M33", "M33", "outcode"),
        ("in m33", "M33", "outcode"),
        ("anything near EH6?", "EH6", "outcode"),
    ],
)
def test_postcodes_whole_half_and_by_sector(gazetteer, text, name, kind):
    found = gazetteer.find(text)
    assert (found.name, found.kind) == (name, kind)


def test_a_whole_postcode_is_kept_only_as_its_first_half(gazetteer):
    assert gazetteer.find("I'm at LL30 1AA").name == "LL30", "the whole of it may be one house"


def test_a_sector_lies_nearer_than_its_district(gazetteer):
    whole, half = gazetteer.find("PH41 4RH"), gazetteer.find("PH41")
    assert (whole.latitude, whole.longitude) != (half.latitude, half.longitude)
    assert distance_km((whole.latitude, whole.longitude), (half.latitude, half.longitude)) < 80


@pytest.mark.parametrize(
    "text", ["covid", "A4 paper", "an mp3 player", "b1 please", "ZZ1 1AA", "QQ9 9QQ", "call 999", "24/7"]
)
def test_what_only_looks_like_a_postcode_is_none(gazetteer, text):
    assert gazetteer.find(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "I take vitamin B12",
        "vitamins B6 and B12",
        "B12 injections",
        "my doctor says I am deficient in B12",
        "my B12 is low",
        "stuck on the M6",
        "a crash at junction 7 of the M60",
        "the B1 English test",
        "I am at B2 level",
        "E10 petrol",
    ],
)
def test_a_vitamin_a_motorway_and_a_level_of_english_are_no_postcodes(gazetteer, text):
    assert gazetteer.find(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("vitamin B12 injections in M33", "M33"),
        ("who gives vitamins to babies near B12", "B12"),
        ("English classes in B1", "B1"),
        ("the M6 area", "M6"),
        ("we need baby things, B12", "B12"),
        ("food bank M33 please", "M33"),
    ],
)
def test_the_same_codes_are_postcodes_where_a_place_is_meant(gazetteer, text, name):
    assert gazetteer.find(text).name == name


@pytest.mark.parametrize(
    ("text", "name", "nation"),
    [
        ("Manchester", "Manchester", "england"),
        ("anything in manchester?", "Manchester", "england"),
        ("stoke-on-trent", "Stoke-on-Trent", "england"),
        ("Stoke on Trent way", "Stoke-on-Trent", "england"),
        ("saint albans", "St Albans", "england"),
        ("kings lynn", "King's Lynn", "england"),
        ("I live near Merthyr", "Merthyr Tydfil", "wales"),
        ("Hull", "Kingston upon Hull", "england"),
        ("Glasgow", "Glasgow", "scotland"),
        ("Belfast", "Belfast", "northern_ireland"),
        ("we're in Derry", "Derry", "northern_ireland"),
        ("Caerdydd", "Cardiff", "wales"),
        ("Wrecsam", "Wrexham", "wales"),
    ],
)
def test_towns_by_any_of_their_names(gazetteer, text, name, nation):
    found = gazetteer.find(text)
    assert (found.name, found.nation) == (name, nation)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("near Machester", "Manchester"),
        ("I live in Birmigham", "Birmingham"),
        ("Norwhich", "Norwich"),
        ("Leiscester", "Leicester"),
        ("somewhere in wolverhamton", "Wolverhampton"),
    ],
)
def test_misspelt_towns(gazetteer, text, name):
    assert gazetteer.find(text).name == name


@pytest.mark.parametrize(
    "text", ["I need a friend", "something different", "wonderful people", "my neighbours dog", "bereavment"]
)
def test_english_words_are_not_misspelt_towns(gazetteer, text):
    assert gazetteer.find(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("yng Nghaerdydd", "Cardiff"),
        ("i Gaerdydd", "Cardiff"),
        ("yng Nghaernarfon", "Caernarfon"),
        ("ym Mangor", "Bangor"),
        ("o Fangor", "Bangor"),
        ("dwi'n byw yn Llandudno", "Llandudno"),
        ("yn Abertawe", "Swansea"),
    ],
)
def test_welsh_names_as_a_sentence_changes_them(gazetteer, text, name):
    found = gazetteer.find(text)
    assert (found.name, found.nation) == (name, "wales")


@pytest.mark.parametrize(
    "text",
    [
        "I like reading",
        "I need a bath",
        "play rugby",
        "for sale",
        "bury my dad",
        "a good deal",
        "I want a sandwich",
        "my eye hurts",
        "over 60s",
        "something in March",
        "the street light is out",
        "on my own",
        "help",
        "",
        "😀",
    ],
)
def test_ordinary_words_are_no_place(gazetteer, text):
    assert gazetteer.find(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I live in Reading", "Reading"),
        ("in Sale", "Sale"),
        ("i live in bath", "Bath"),
        ("we are based in deal", "Deal"),
        ("I live in March", "March"),
        ("near rugby", "Rugby"),
        ("Sale", "Sale"),
        ("sandwich", "Sandwich"),
    ],
)
def test_the_same_words_are_a_place_where_that_is_meant(gazetteer, text, name):
    assert gazetteer.find(text).name == name


def test_when_a_place_was_asked_for_any_name_will_do(gazetteer):
    assert gazetteer.find("it is bath i think") is None
    assert gazetteer.find("it is bath i think", alone=True).name == "Bath"
    assert gazetteer.find("b1 please", alone=True).name == "B1"


@pytest.mark.parametrize(("text", "others"), [("Richmond", 1), ("Newport", 1), ("Bangor", 1), ("Manchester", 0)])
def test_namesakes_are_told_where_we_cannot_know(gazetteer, text, others):
    assert len(gazetteer.find(text).also) == others


def test_namesakes_are_told_apart_by_their_postcodes(gazetteer):
    bangor = gazetteer.find("Bangor")
    codes = {one.nation: nearest_outcode(one) for one in (bangor, *bangor.also)}
    assert codes["wales"].startswith("LL") and codes["northern_ireland"].startswith("BT")


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("I'm in Scotland", "scotland"),
        ("Wales", "wales"),
        ("yng Nghymru", "wales"),
        ("Lloegr", "england"),
        ("in Northern Ireland", "northern_ireland"),
        ("yr Alban", "scotland"),
    ],
)
def test_whole_nations(gazetteer, text, nation):
    found = gazetteer.find(text)
    assert (found.nation, found.kind) == (nation, "nation")


@pytest.mark.parametrize(
    ("postcode", "nation"),
    [("CH5 1AA", "wales"), ("SY1 1AA", "england"), ("TD9 9AA", "scotland"), ("BT48 6AA", "northern_ireland")],
)
def test_a_postcode_knows_its_nation(gazetteer, postcode, nation):
    assert gazetteer.find(postcode).nation == nation


def test_the_longest_name_is_meant(gazetteer):
    assert gazetteer.find("I live in Newcastle upon Tyne").name == "Newcastle upon Tyne"


def test_what_was_said_is_kept_as_it_was_said(gazetteer):
    assert gazetteer.find("near  Machester please").said == "Machester"
    assert gazetteer.find("i'm in m33 4ab").said == "m33 4ab"


def test_places_looked_after_here_are_found_and_win_over_namesakes():
    ours = Gazetteer(OURS)
    assert ours.find("I live in wenbry").slug == "wenbury"
    assert ours.find("Newport").slug == "wenbury" and ours.find("Newport").also == ()
    assert ours.find("ZZ1 1AA").slug == "wenbury"
    assert Gazetteer().find("Wenbury") is None, "one gazetteer's places are not another's"


def test_our_own_welsh_towns_are_found_mutated():
    ours = Gazetteer(OURS)
    assert ours.find("yn Aberdrift").slug == "morwerydd"
    assert ours.find("dwi'n byw yn Aberdrifft").slug == "morwerydd"


@pytest.mark.parametrize("text", ["a" * 1000, "in " * 300, "M" * 50, "Ng Ng Ng", "'''", "-- --", "in 1 2 3 M"])
def test_nothing_anybody_writes_breaks_it(gazetteer, text):
    gazetteer.find(text)
    gazetteer.find(text, alone=True)


def test_distance_is_right():
    assert distance_km((51.5074, -0.1278), (55.9533, -3.1883)) == pytest.approx(534, abs=2)
    assert distance_km((51.5, 0.0), (51.5, 0.0)) == 0


@pytest.mark.parametrize(
    ("name", "compared"),
    [
        ("St. Ives", "st ives"),
        ("Saint  Ives", "st ives"),
        ("King’s Lynn", "kings lynn"),
        ("Stoke-on-Trent", "stoke on trent"),
    ],
)
def test_names_are_compared_plainly(name, compared):
    assert plain(name) == compared


@pytest.mark.parametrize(
    ("text", "name", "nation"),
    [
        ("a lunch club on Fetlar", "Fetlar", "scotland"),
        ("choir on the Isle of Wight", "Isle of Wight", "england"),
        ("ar Ynys Môn", "Isle of Anglesey", "wales"),
        ("Newport, Isle of Wight", "Newport", "england"),
        ("Llangefni, Ynys Môn", "Llangefni", "wales"),
    ],
)
def test_islands_and_the_towns_on_them(gazetteer, text, name, nation):
    found = gazetteer.find(text)
    assert (found.name, found.nation, found.also) == (name, nation, ())


@pytest.mark.parametrize("text", ["our Skye is four", "any on sunday", "rum and coke"])
def test_names_and_words_like_an_islands_are_no_place(gazetteer, text):
    assert gazetteer.find(text) is None
