"""Residents propose, with no account: a group we should list, a correction, a tip, "I'd come", "I'd help run it"; and
somebody who runs a group says that it is theirs. Nothing about who they are is kept."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from channels.web import pages, places, resident, security
from knowledge import accounts, claiming, suggesting
from knowledge import models as m
from knowledge.db import session_scope
from knowledge.reading import entries

blueprint = Blueprint("suggest", __name__)
blueprint.before_request(security.public)
NEEDED = {"group": "name", "correction": "what", "tip": "what"}


@blueprint.before_request
def dress() -> None:
    """In the look of the door the resident came in by."""
    g.door = places.last_used()


@blueprint.get("/suggest")
def ask() -> str:
    """A form: about an entry if the address names one, else about a group we do not have."""
    return _page({})


@blueprint.post("/suggest")
def tell() -> ResponseReturnValue:
    """Keep it, and give the code that its answer is looked up with."""
    kind, entry = request.form.get("kind", ""), _entry()
    if kind not in suggesting.KINDS or (kind != "group" and entry is None):
        return _page({"kind": "pick"}), 400
    if not request.form.get(NEEDED[kind], "").strip():
        return _page({NEEDED[kind]: "write"}), 400
    today = datetime.now(UTC).date()
    with session_scope() as opened:
        slug = str(session.get("door", ""))
        code = suggesting.suggest(opened, kind, request.form, today, place=slug, entry=entry)
    session["code"] = code
    return redirect(url_for("suggest.thanks"), 303)


@blueprint.post("/suggest/interest")
def interest() -> ResponseReturnValue:
    """I would come, or help: one more, and nothing else."""
    entry = _entry()
    with session_scope() as opened:
        today = datetime.now(UTC).date()
        if entry is None or not suggesting.interested(opened, entry, request.form.get("do", ""), today):
            abort(404)
    session.pop("code", None)
    return redirect(url_for("suggest.thanks"), 303)


@blueprint.get("/suggest/thanks")
def thanks() -> str:
    """The code, while the browser is open."""
    return render_template("suggested.html", code=session.get("code", ""), start=pages.start())


@blueprint.get("/suggest/answer")
def ask_answer() -> str:
    """What became of it?"""
    return render_template("suggestion_answer.html", told=None, asked=False)


@blueprint.post("/suggest/answer")
def answer() -> ResponseReturnValue:
    """What became of the suggestion with this code."""
    with session_scope() as opened:
        told = suggesting.look_up(opened, request.form.get("code", "")[:40], datetime.now(UTC).date())
    return render_template("suggestion_answer.html", told=told, asked=True), 200 if told else 404


@blueprint.get("/claim/<uuid:entry>")
def ask_claim(entry: uuid.UUID) -> str:
    """Is this yours? How to take it over."""
    return _claim_page(entry, {})


@blueprint.post("/claim/<uuid:entry>")
def claim(entry: uuid.UUID) -> ResponseReturnValue:
    """An invitation to the group's own address, or a word to the steward."""
    now, language = datetime.now(UTC), resident.language()
    with session_scope() as opened:
        group = _group(opened.get(m.Service, entry) or opened.get(m.Tip, entry))
        if request.form.get("do") == "address":
            address = current_app.config["FINGERPOST"].address
            done = "sent" if claiming.by_address(opened, group, now, language, address) else "theirs"
        else:
            email = request.form.get("email", "")
            if not accounts.looks_like_email(email):
                return _claim_page(entry, {"email": "no_email"}), 400
            said = request.form.get("said", "").strip()
            done = "asked" if claiming.ask(opened, group, email, said, now, language) else "enough"
    return redirect(url_for("suggest.claimed", done=done), 303)


@blueprint.get("/claim/<any(sent,theirs,asked,enough):done>")
def claimed(done: str) -> str:
    """What happens next."""
    return render_template("claimed.html", done=done)


def _group(row: m.Service | m.Tip | None) -> m.Organisation:
    if row is None or row.status != "active":
        abort(404)
    return row.organisation


def _entry() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.values.get("entry", ""))
    except ValueError:
        return None


def _page(wrong: dict[str, str]) -> str:
    entry = _entry()
    with session_scope() as opened:
        about = entries(opened, [entry]).get(entry) if entry else None
    if entry and about is None:
        abort(404)
    kinds = ("correction", "tip") if about else ("group",)
    given = {name: request.values.get(name, "") for name in ("kind", "name", "what", "where", "who")}
    given["kind"] = given["kind"] or kinds[0]
    return render_template("suggest.html", about=about, entry=entry, kinds=kinds, given=given, wrong=wrong)


def _claim_page(entry: uuid.UUID, wrong: dict[str, str]) -> str:
    with session_scope() as opened:
        row = opened.get(m.Service, entry) or opened.get(m.Tip, entry)
        group = _group(row)
        given = {name: request.form.get(name, "") for name in ("email", "said")}
        address = "" if claiming.looked_after(opened, group) else claiming.address_on_it(opened, group)
        return render_template(
            "claim.html", entry=entry, name=group.name, address=address, given=given, wrong=wrong,
            looked_after=claiming.looked_after(opened, group),
        )  # fmt: skip
