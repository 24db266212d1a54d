"""Numbers and addresses that reach one person are taken out; ordinary numbers stay."""

from __future__ import annotations

import pytest

from nlu.private import GONE, set_aside


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("ring me on 07700 900123 about the dog", f"ring me on {GONE} about the dog"),
        ("its +44 7700 900 456 after six", f"its {GONE} after six"),
        ("home is 01632 960018", f"home is {GONE}"),
        ("write to jo.bloggs@example.org please", f"write to {GONE} please"),
        ("my nhs number is 943 476 5919", f"my nhs number is {GONE}"),
        ("NI number QQ 12 34 56 C", "NI number QQ 12 34 56 C"),  # Q is never used: an example number, nobody's
        ("NI number AB 12 34 56 C", f"NI number {GONE}"),
        ("she was born 12/03/1941 and lives alone", f"she was {GONE} and lives alone"),
        ("card 4111 1111 1111 1111 was used", f"card {GONE} was used"),
        ("sort code 12-34-56", GONE),
        ("ring (0161) 496 0123 after six", f"ring {GONE} after six"),
        ("from abroad 0044 7700 900123", f"from abroad {GONE}"),
        ("07700.900.123 or 07700/900123", f"{GONE} or {GONE}"),
        ("+44 (0)7700 900123", GONE),
        ("its 7700900123", f"its {GONE}"),
        ("dob 3rd March 1980 and she is fine", f"{GONE} and she is fine"),
    ],
)
def test_what_reaches_one_person_is_taken_out(said, kept):
    assert set_aside(said) == (kept, kept != said)


@pytest.mark.parametrize(
    "said",
    [
        "we have a house worth 250000 and no cash",
        "council tax reference 8012345678",
        "the helpline 0808 2000 247 did not answer",
        "I rang 116 123 and 0300 123 1234",
        "he is 87 and it is £1,200.50 by 14/2",
        "flat 12, bin day is the 3rd, reference 20260311",
        "born in 1938",
        "ZZ1 1AA",
        "open 01/02/2026 to 07.03.2026 and 7/12/2025 9.30",
        "flat 7, 1234 steps, 7000 0000 of them",
        "reference 7001234568 89",
        "",
    ],
)
def test_ordinary_numbers_stay(said):
    assert set_aside(said) == (said, False)
