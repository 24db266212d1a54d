"""Somebody who lost their app and its spare codes is let in by whoever runs the place."""

from __future__ import annotations

from datetime import UTC, datetime

import pyotp

from knowledge import accounts, second_step
from knowledge import people as p
from knowledge.cli import main
from knowledge.db import session_scope


def test_unlocking_takes_the_second_step_away_and_signs_out_everywhere(knowledge_url, capsys):
    now = datetime.now(UTC)
    with session_scope() as session:
        token = accounts.invite(session, "ivy@example.org", p.ADMIN, now=now)
        ivy = accounts.accept(session, token, now, name="Ivy")
        app = pyotp.TOTP(second_step.begin(session, ivy.id))
        assert second_step.confirm(session, ivy.id, app.at(now), now)
        accounts.sign_in(session, ivy, now)
    assert main(["unlock", "Ivy@Example.org"]) == 0
    with session_scope() as session:
        assert session.query(p.Authenticator).count() == session.query(p.SignIn).count() == 0
    assert main(["unlock", "nobody@example.org"]) == 1
    assert "Nobody here has" in capsys.readouterr().err
