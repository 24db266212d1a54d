"""A real directory with two places in it, and a client of the real application."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import settings as settings_module
from channels.web import create_app
from knowledge import models as m
from knowledge.db import session_scope
from knowledge.editing import id_of, withdraw
from knowledge.indexing import publish, says
from nlu.embedding import DIMENSIONS
from tests.channels.web.lint import LintingClient
from tests.knowledge.making import entry, owner, place

M33 = {"lat": 53.42, "lon": -2.32}
HALL = {"venue": "Ashby Hall", "address": "1 Hall Lane", "town": "Ashby", "postcode": "M33 7WR", **M33}


class Keeper:
    """Whoever keeps the directory: saves and takes down, each at once."""

    def __init__(self, url: str) -> None:
        self.url = url

    def keep(self, key: str, **more) -> str:
        """Save an entry and make it findable; returns its id."""
        with session_scope(self.url) as session:
            saved = entry(session, key, **more)
            if saved is not None:
                text = says(saved.name, saved.line, saved.description)
                publish(session, [saved], made={text: np.zeros(DIMENSIONS, dtype=np.float32)})
        return str(id_of("service", key))

    def take_down(self, key: str) -> None:
        """Withdraw an entry."""
        with session_scope(self.url) as session:
            row = session.get_one(m.Service, id_of("service", key))
            withdraw(session, row, by="an editor", reason="it closed")
            text = says(row.name, row.line, row.description)
            publish(session, [row], made={text: np.zeros(DIMENSIONS, dtype=np.float32)})


@pytest.fixture
def keeper(knowledge_url) -> Keeper:
    with session_scope(knowledge_url) as session:
        ashby = place(session, "ashby")
        ashby.outcodes = [m.Outcode(outcode="M33", latitude=53.42, longitude=-2.32)]
        ashby.towns = [
            m.Town(name="Ashby", latitude=53.42, longitude=-2.32),
            m.Town(name="Farley", latitude=53.60, longitude=-2.32),
        ]
        place(session, "wenbury", invented=True)
        owner(session, "church", charity_number="1234567", email="vicar@example.org", phone="01632 960777")
    return Keeper(knowledge_url)


@pytest.fixture
def client(keeper, tmp_path):
    """A client whose HTML pages are linted, on an application that reads the keeper's directory."""
    given = replace(
        settings_module.from_environment({"FINGERPOST_VAR": str(tmp_path), "SECRET_KEY": "only for tests"}),
        knowledge_url=keeper.url,
        rate_limits=False,
    )
    with settings_module.use(given):
        app = create_app(given)
        app.test_client_class = LintingClient
        yield app.test_client()


@pytest.fixture
def feed(client):
    """JSON at an address of the feed, with its status and headers beside it."""

    def get(path: str, **more):
        response = client.get(f"/oruk/v3{path}", **more)
        assert response.headers["Access-Control-Allow-Origin"] == "*", "everybody may read it, errors too"
        return response

    return get
