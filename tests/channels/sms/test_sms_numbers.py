"""One form of a number, however it is written; nobody but us can turn the hash or the seal back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.sms.numbers import CannotBeRead, NotANumber, can_be_texted, international, person_of, seal, unseal
from settings import use


@pytest.mark.parametrize(
    "written",
    ["07700 900123", "07700900123", "447700900123", "+447700900123", "+44 7700 900123", "+44 (0)7700 900123",
     "00447700900123", "(07700) 900-123", "+447700900123\n", "٠٧٧٠٠٩٠٠١٢٣"],
)  # fmt: skip
def test_every_way_to_write_a_number_is_one_number(written):
    assert international(written) == "+447700900123"


@pytest.mark.parametrize(("written", "form"), [("+14155550123", "+14155550123"), ("+353 85 012 3456", "+353850123456")])
def test_numbers_from_elsewhere(written, form):
    assert international(written) == form


@pytest.mark.parametrize(
    "written", ["60006", "85258", "NHSNoReply", "0906 123 4567", "", "+", "07700900", "0", "+44", "anonymous", "9" * 40]
)
def test_a_shortcode_a_name_or_a_premium_line_is_nobody_to_write_to(written):
    with pytest.raises(NotANumber):
        international(written)


def test_a_person_is_a_hash_that_needs_our_secret(home):
    here = person_of("+447700900123")
    assert len(here) == 64 and here == person_of("+447700900123") != person_of("+447700900124")
    with use(replace(home, secret_key="another")):
        assert person_of("+447700900123") != here


def test_what_is_sealed_opens_here_and_nowhere_else(home):
    sealed = seal("+447700900123")
    assert unseal(sealed) == "+447700900123" and b"7700900123" not in sealed and seal("+447700900123") != sealed
    with use(replace(home, secret_key="another")), pytest.raises(CannotBeRead):
        unseal(sealed)
    with pytest.raises(CannotBeRead):
        unseal(b"nonsense")


@pytest.mark.parametrize(
    ("number", "texted"),
    [("+447700900123", True), ("+447400123456", True), ("+447912345678", True),
     ("+442079460018", False), ("+448081570000", False), ("+447012345678", False), ("+447640123456", False),
     ("+447797712345", False), ("+447624412345", False), ("+447781123456", False),
     ("+14155550123", False), ("+353850123456", False), ("+8821612345678", False), ("+881612345678", False)],
)  # fmt: skip
def test_nobody_is_texted_unasked_but_at_a_mobile_of_the_uk(number, texted):
    assert can_be_texted(number) is texted


def test_somebody_who_texts_from_a_landline_is_answered(telephone):
    assert telephone("+442079460018").asks("hello")
