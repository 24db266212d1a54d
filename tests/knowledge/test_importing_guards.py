"""No crisis number comes in, no refuge's address goes out, and nothing without a place is shown everywhere."""

from __future__ import annotations

import pytest

from knowledge.drafts import Number, OrganisationDraft, ServiceDraft, Spot, Times
from knowledge.imports.found import Found
from knowledge.imports.guarding import _refused, crisis_line, guard
from knowledge.reading import entries
from tests.knowledge.import_samples.kit import Directory, said

HEAD = "Name,About,Postcode,Phone\n"


@pytest.fixture
def directory(tmp_path) -> Directory:
    return Directory(tmp_path)


def test_a_crisis_line_loses_its_number_in_the_column_and_in_the_text(directory):
    about = '"Somebody to listen. Call FREE 0161 116 123, or write. We are kind."'
    report = directory.csv(HEAD + f"Samaritans,{about},M33 7WR,0161 236 8000\n")
    with directory.services() as found:
        entry = found["Samaritans"]
        assert not entry.phones and entry.description == "Somebody to listen. We are kind."
    assert len(said(report, "warning")) == 2


def test_a_spoilt_crisis_number_is_left_out_of_any_row(directory):
    text = HEAD + "Drop-in,Ring Samaritans on 0161 116 123. Soup too.,M33 7WR,0161 116 123 / 01632 960001\n"
    report = directory.csv(text)
    with directory.services() as found:
        assert [phone.number for phone in found["Drop-in"].phones] == ["01632 960001"]
        assert found["Drop-in"].description == "Soup too."
    assert "'0161 116 123' is a crisis number or one spoilt" in said(report, "warning")[0]


@pytest.mark.parametrize("number", ["116 123", "0161 116 123", "+44 116 123", "0800 1111", "85258", "999", "01 85258"])
def test_crisis_numbers_and_spoilt_ones_are_seen(number):
    assert _refused(Number(number), False)


@pytest.mark.parametrize("number", ["0161 811 6123", "0161 238 5258", "0161 832 3111", "0161 236 8000", "650 968-8247"])
def test_ordinary_numbers_that_end_alike_are_not(number):
    assert not _refused(Number(number), False)


def test_a_number_nobody_can_ring_is_left_out(directory):
    report = directory.csv(HEAD + "A,Food,M33 7WR,12345\nB,Food,M33 7WS,O1706 369 777\n")
    assert "'12345' cannot be a telephone number" in said(report, "warning")[0]
    with directory.services() as found:
        assert not found["A"].phones and found["B"].phones[0].number == "01706 369 777"


@pytest.mark.parametrize("name", ["Samaritans", "Manchester Samaritans", "SHOUT", "Shout 85258", "Childline (NSPCC)"])
def test_crisis_lines_are_known_by_name(name):
    assert crisis_line(name)


@pytest.mark.parametrize("name", ["Shout TMO", "Calm Yoga", "Good Samaritan Hospital", "Lifeline Cafe", "Your council"])
def test_other_names_with_their_words_are_not(name):
    assert not crisis_line(name)


def test_a_refuge_is_masked_and_measured_from_its_district_only(directory):
    directory.csv(HEAD + "Haven,A refuge for women,M33 7WR,01632 960001\nWelcome,For refugees,M33 7WS,\n")
    with directory.scope() as session, directory.services() as found:
        haven, welcome = found["Haven"].locations[0], found["Welcome"].locations[0]
        assert haven.masked and not welcome.masked
        facts = entries(session, [found["Haven"].id])[found["Haven"].id]
        assert facts.masked and facts.where == () and facts.phones
        district = next(code for code in found["Haven"].place.outcodes if code.outcode == "M33")
        assert (haven.latitude, haven.longitude) == (district.latitude, district.longitude)


def test_a_refuge_says_nowhere_in_its_words_where_it_is(directory):
    about = '"A refuge for women. We are at 12 Rose Street, Ashby. Rose Street is quiet. Come to M33 7WR. Ring first."'
    columns = {"name": "Name", "description": "About", "postcode": "Postcode", "address": "Street"}
    told = HEAD.replace("Phone", "Street") + f'Haven,{about},M33 7WR,"12 Rose Street, Ashby"\n'
    directory.csv(told, {"columns": columns})
    with directory.services() as found:
        assert found["Haven"].description == "A refuge for women. Ring first."


def test_a_crisis_number_is_left_out_of_every_note():
    said = {"en": "Ask at the door. Or ring 116 123.", "cy": "Ffoniwch 116 123."}
    draft = ServiceDraft(
        key="a", organisation="o", tier="community", name={"en": "A"}, line={"en": ""}, description={"en": ""},
        topics=(),
        cost={"kind": "low", "note": said}, phones=(Number("01632 960001", said),), spots=(Spot(note=said),),
        schedule=(Times(("mon",), note=said),),
    )  # fmt: skip
    owner = OrganisationDraft(key="o", name={"en": "O"}, description={"en": ""})
    found = guard(Found("line 1", owner, draft))
    notes = [found.service.cost["note"], *(one.note for one in (*found.service.phones, *found.service.spots,
                                                                 *found.service.schedule))]  # fmt: skip
    assert notes == [{"en": "Ask at the door.", "cy": ""}] * 4 and len(found.warnings) == 1


def test_a_row_outside_the_place_is_kept_but_not_as_the_places_own(directory):
    directory.csv(HEAD + "Near,Food,M33 7WR,\nFar,Food,OL9 6AA,\n")
    with directory.services() as found:
        assert found["Near"].place.slug == "ashby" and found["Far"].place is None
        assert found["Far"].locations[0].latitude is not None
    directory.csv(HEAD + "Office far off,Food,OL9 6AA,\n", {"whole_place": True, "source": "Register"})
    with directory.services() as found:
        assert found["Office far off"].place.slug == "ashby"


def test_without_place_or_postcode_a_row_is_refused_lest_it_be_shown_everywhere(directory):
    report = directory.csv(HEAD + "Nowhere,Food,NA,\nSomewhere,Food,M33 7WR,\n", place=None)
    assert report.counts == {"rejected": 1, "new": 1} and "--place" in said(report, "rejected")[0]
    assert directory.csv(HEAD + "Helpline,Food,NA,\n", {"area": "uk"}, place=None).counts == {"new": 1}


def test_coordinates_that_cannot_be_true_are_not_believed(directory):
    mapping = {"columns": {"name": "Name", "postcode": "Postcode", "latitude": "About", "longitude": "Phone"}}
    rows = "A,53.42,M33 7WR,-2.32\nB,-2.32,M33 7WS,53.42\nC,57.1,M33 7WT,-2.1\nD,0,M33 7WU,0\n"
    report = directory.csv(HEAD + rows, mapping)
    with directory.services() as found:
        assert found["A"].locations[0].latitude == 53.42
        assert all(round(found[name].locations[0].latitude, 1) == 53.4 for name in "BCD")
    assert len(said(report, "warning")) == 2
