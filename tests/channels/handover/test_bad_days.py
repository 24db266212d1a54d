"""Days on which something else is wrong too: Rasa restarting, somebody guessing, somebody who is not signed in."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from channels.handover import clerking, letting
from channels.web import security
from tests.channels.handover.conftest import press
from words import say


def test_rasa_restarting_is_not_noticed_by_two_who_talk_and_after_that_they_are_answered_all_the_same(
    resident, waiting, clerk, but, nobody
):
    jo = clerk()
    with but(rasa_url=nobody):
        assert resident.says("and the bins?").outcome != "with_person", "while they wait they are answered"
        jo.claims(waiting, resident.at)
        assert resident.says("are you there").outcome == "with_person"
        jo.says(waiting, "Yes, I am here", resident.at)
        assert resident.told[-1] == "Yes, I am here"
        jo.does(clerking.finish, waiting, "handed_back", resident.at)
        after = resident.says("a lunch club for my mum")
    assert after.before[0] == say("trouble.slow", "en") and not after.from_rasa and after.signposts


@pytest.fixture
def limited(home):
    """The application as it runs, with its limits."""
    from channels.web import create_app

    made = create_app(replace(home, rate_limits=True, public_url=""))
    made.test_client_class = FlaskClient
    return made


def _token(page) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)


def test_receipts_cannot_be_guessed_for_long(limited):
    client = limited.test_client()
    token = _token(client.get("/mine/receipt"))
    tries = [
        client.post("/mine/receipt", data={"csrf_token": token, "reference": f"{number:010X}"}).status_code
        for number in range(121)
    ]
    assert tries[0] == 200 and tries[-1] == 429, security.BY_ADDRESS


def test_an_advocates_code_cannot_be_guessed_for_long(app, limited, at_desk):
    signed_in, client = at_desk("Ann"), limited.test_client()
    signed_in.get("/console/with")
    cookie = signed_in.get_cookie("fp-staff")
    client.set_cookie("fp-staff", cookie.value)
    token = _token(client.get("/console/list"))
    tries = [
        client.post("/console/with", data={"csrf_token": token, "code": f"ABCD {number:04d}"}).status_code
        for number in range(31)
    ]
    assert tries[0] == 400 and tries[-1] == 429, security.BY_ADDRESS_SIGNING_IN
    minutes = letting.CODE_FOR.total_seconds() / 60
    assert len(letting.LETTERS) ** letting.LENGTH / (30 * minutes) > 10**9, (
        "while a code lives, one in a thousand million"
    )


def test_ids_of_others_and_ids_of_nothing_are_answered_alike(at_home, at_desk, here, app):
    from tests.channels.handover.test_journeys import shares, takes

    at_home.send("hello", path="/p/wenbury")
    shares(at_home)
    path, _ = takes(at_desk("Jo"))
    stranger = at_desk("Ann", here[1])
    theirs, nothing = stranger.get(path), stranger.get(f"/desk/{uuid.UUID(int=7)}")
    assert theirs.status_code == nothing.status_code == 404

    def plain(page: str) -> str:
        return re.sub(r'(value="[^"]+"|[0-9a-f-]{36})', "", page)

    assert plain(theirs.text) == plain(nothing.text), "not even that it is there"
    other = app.test_client()
    other.get("/p/wenbury")
    gone = press(other, other.get("/person/seen"), "seen", path="/person/take-back", handover=path.rpartition("/")[2])
    assert gone.status_code == 404


@pytest.mark.parametrize(
    "path", ["/desk", "/desk/news", f"/desk/{uuid.UUID(int=7)}", "/console", "/console/with", "/console/list"]
)
def test_a_stranger_is_sent_to_sign_in(at_home, path):
    answer = at_home.get(path)
    assert answer.status_code == 303 and answer.location.startswith("/console/sign-in")
