"""Written dialogues through the gateway and the trained Rasa: at least so many turns as today must be right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.serve import newest_model
from settings import settings, use
from tests.channels.conftest import directory  # noqa: F401  the seeded directory's copy
from tests.evaluation.play_dialogues import SHARED, counted, in_words, ours, play_all, shared

pytestmark = [pytest.mark.slow, pytest.mark.model, pytest.mark.xdist_group("rasa")]

# Turns in which every check held when this was last written down. Better is welcome: raise them then.
OURS_RIGHT = 154
SHARED_RIGHT = 30


@pytest.fixture
def home(directory):  # noqa: F811  the fixture imported above
    """The seeded directory's copy, and a trained model; skipped, saying so, where there is none."""
    if newest_model(settings()) is None:
        pytest.skip(f"no trained model in {settings().rasa_models}: run `make train`")
    with use(replace(settings(), knowledge_url=f"sqlite:///{directory}")):
        yield


def test_our_dialogues_go_no_worse(home):
    played = play_all(ours())
    right = sum(not one.wrong for one in played)
    dev = [one for one in played if one.dialogue.split == "dev"]  # the other half stays unread
    print(in_words(dev), counted(played, "together"), sep="\n")
    assert right >= OURS_RIGHT, f"{counted(played, 'together')}; it was {OURS_RIGHT}. In the dev half:\n{in_words(dev)}"


def test_the_shared_dialogues_go_no_worse(home):
    if not SHARED.exists():
        pytest.skip("shared/eval/dialogues.jsonl is not beside this folder")
    played = play_all(shared())
    right = sum(not one.wrong for one in played)
    print(in_words(played), counted(played, "shared"), sep="\n")
    assert right >= SHARED_RIGHT, f"{counted(played, 'shared')}; it was {SHARED_RIGHT}.\n{in_words(played)}"
