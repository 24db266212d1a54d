"""Asking to forget a number is not asking to forget the conversation, and the other way round."""

from __future__ import annotations

import pytest

from nlu.forgetting import kind_of


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
