"""What an answer to "may I pass this on?" means."""

from __future__ import annotations

import pytest

from channels.handover.consenting import answer_to_offer, callback_in


@pytest.mark.parametrize(
    "said", ["yes", "Yes please", "ok then", "yeah go on", "that's fine, thanks", "ie plis", "iawn"]
)
def test_a_yes(said):
    assert answer_to_offer(said) == "share"


@pytest.mark.parametrize("said", ["no", "no thanks", "I'd rather not", "dim diolch"])
def test_a_no(said):
    assert answer_to_offer(said) == "no"


@pytest.mark.parametrize(
    "said",
    ["yes but what does it cost", "no food in the house", "ok where is the library", "going on holiday", ""],
)
def test_anything_more_is_neither(said):
    assert answer_to_offer(said) == ""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("please don't mention my daughter", "left_out"),
        ("dont tell them my address", "left_out"),
        ("by email only please", "reach_email"),
        ("text me, not a phone call", "reach_text"),
        ("07700 900321 after six", "reach_phone"),
        ("mags@example.org", "reach_email"),
        ("email is best", "reach_email"),
        ("could they ring me?", "reach_phone"),
        ("I'd rather you texted", "reach_text"),
        ("I'd prefer a letter", "reach_letter"),
        ("please contact me by email", "reach_email"),
        ("ffoniwch fi plis", "reach_phone"),
        ("drwy e-bost os gwelwch yn dda", "reach_email"),
        ("I can't use the phone", "reach_not_phone"),
        ("I cannot talk on the phone", "reach_not_phone"),
        ("I'm unable to use the phone", "reach_not_phone"),
        ("please don't ring me", "reach_not_phone"),
        ("no phone calls, email me", "reach_email"),
        ("alla i ddim defnyddio'r ffôn", "reach_not_phone"),
    ],
)
def test_how_it_is_to_be_done(said, meant):
    assert answer_to_offer(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "can I just ring them myself?",
        "is there a phone number?",
        "what is their email",
        "oes rhif ffôn?",
        "my phone is broken",
        "I can't pay my phone bill",
        "I got a letter from the council",
        "hmm… not sure",
        "I was born on 1 2 1950",
        "when do they call people back",
        "I want to phone them first",
    ],
)
def test_what_only_names_a_telephone_is_an_ordinary_message(said):
    assert answer_to_offer(said) == ""


def test_only_what_says_how_to_reach_somebody_goes_with_it():
    assert (
        callback_in(["by email only", "what would they see", "mags@example.org"]) == "by email only; mags@example.org"
    )
