"""Asking to forget a number is not asking to forget the conversation, and the other way round."""

from __future__ import annotations

import pytest

from nlu.forgetting import kind_of, plainly_asks_to_forget


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("forget my number", "left_out"),
        ("do you still have it", "left_out"),
        ("forget my address", "deleted"),  # a street is not left out by nlu.private, so only deleting is true
        ("delete everything and my number", "deleted"),
        ("delete my number and all my messages", "deleted"),
        ("do you still have it all, my whole conversation", "held"),
        ("delete everything", "deleted"),
    ],
)
def test_what_is_to_be_forgotten(said, kind):
    assert kind_of(said) == kind


@pytest.mark.parametrize(
    "said",
    [
        "delete everything", "Delete everything please.", "forget me", "could you wipe this", "wipe it",
        "delete it all", "please get rid of what I said", "can you delete my messages",
        "I want you to delete all of this", "delete all my data from your system", "i want to be forgotten",
        "I'd like my messages deleted", "erase what i told you", "he's coming home delete all this now",
        "my sister found out, please delete my messages", "ok thanks. delete this conversation",
        "dileu popeth os gwelwch yn dda", "dilëwch fy sgwrs", "anghofiwch fi", "scrub everything you have on me",
        "forget everything I said", "delete my name and everything",
        "del evrythin i sed please", "I want what he typed removed", "dileu fy nata i gyd",
    ],
)  # fmt: skip
def test_an_outright_request_is_heard(said):
    assert plainly_asks_to_forget(said) and kind_of(said) == "deleted"


@pytest.mark.parametrize(
    "said",
    [
        "I need to get rid of my old sofa", "ok, don't forget me", "please don't delete my messages",
        "don\u2019t wipe it", "I always forget my tablets", "they are going to remove my benefits",
        "I forget everything", "forget it", "forget that", "mum will forget me one day",
        "I can't forget what he said to me", "he told me to delete my messages", "do you delete my messages",
        "who can delete this", "never forget me", "peidiwch â dileu popeth",
        "how do I get rid of all this rubbish in my garden", "get rid of this mould",
        "will they remove my dad from the list", "they want to remove my name from the tenancy",
        "I want to forget everything that happened with him", "someone should remove this fridge",
        "how can i get rid of my phone contract", "my phone deleted everything",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_deletes_nothing(said):
    assert not plainly_asks_to_forget(said) and kind_of(said) != "deleted"
