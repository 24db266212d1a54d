"""Each test gets a world in memory and a client whose every page is linted as it is fetched."""

from __future__ import annotations

import pytest

from channels.web import create_app
from tests.channels.web import fakes
from tests.channels.web.lint import LintingClient


@pytest.fixture
def world(monkeypatch):
    return fakes.put_in(monkeypatch, fakes.World())


@pytest.fixture
def make_client(world, tmp_path):
    """A linting client on an application with this environment."""

    def make(**environment: str) -> LintingClient:
        app = create_app(fakes.settings_for(tmp_path, **environment))
        app.test_client_class = LintingClient
        return app.test_client()

    return make


@pytest.fixture
def client(make_client):
    return make_client()
