"""Did it help? One tap after an answer; "no" offers something else, and a way to say what was wrong with an entry."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from channels.messages import Reply, Signpost
from channels.web import pages, places, resident, security, showing
from knowledge.db import session_scope
from knowledge.flags import KINDS, flag
from knowledge.freshness import tell_owner

blueprint = Blueprint("helped", __name__, url_prefix="/helped")
blueprint.before_request(security.public)


@blueprint.before_request
def dress() -> None:
    """In the look of the door the resident came in by."""
    g.door = places.last_used()


@blueprint.post("/<int:number>")
def answer(number: int) -> ResponseReturnValue:
    """Back to the answer with thanks, or with something else offered. Neither is kept."""
    said = "no" if request.form.get("helped") == "no" else "yes"
    return _back(number, said)


@blueprint.get("/<int:number>/wrong")
def ask(number: int) -> ResponseReturnValue:
    """Which entry, and what was wrong with it."""
    shown = _shown(number)
    return _page(number, shown) if shown else redirect(pages.start(), 303)


@blueprint.post("/<int:number>/wrong")
def tell(number: int) -> ResponseReturnValue:
    """Keep which entry, what kind of wrong and the day, for whoever keeps the entry; nothing of who said it."""
    shown = _shown(number)
    if not shown:
        return redirect(pages.start(), 303)
    entry, kind = request.form.get("entry", ""), request.form.get("kind", "")
    if kind not in KINDS or entry not in {post.entry for post in shown}:
        return _page(number, shown, problem=True), 400
    keep(entry, kind)
    return _back(number, "told")


def keep(entry: str, kind: str) -> None:
    """One flag, by itself, in the directory, and word of it to whoever keeps the entry."""
    now, address = datetime.now(UTC), current_app.config["FINGERPOST"].address
    with session_scope() as session:
        if flag(session, uuid.UUID(entry), kind, now.date()):
            tell_owner(session, uuid.UUID(entry), kind, now, address)


def _shown(number: int) -> tuple[Signpost, ...]:
    """The entries of this resident's own answer; none after danger, where nothing is asked."""
    turns = resident.history()
    if any(turn.reply.danger for turn in turns if turn.reply):
        return ()
    replies: list[Reply | None] = [turn.reply for at, turn in enumerate(turns, 1) if showing.number(turn, at) == number]
    return replies[0].signposts if replies and replies[0] else ()


def _page(number: int, shown: tuple[Signpost, ...], *, problem: bool = False) -> str:
    kept = {"entry": request.form.get("entry", ""), "kind": request.form.get("kind", "")}
    action, back = url_for("helped.tell", number=number), f"{pages.start()}#helped-{number}"
    return render_template("wrong.html", shown=shown, kinds=KINDS, kept=kept, action=action, back=back, problem=problem)


def _back(number: int, said: str) -> ResponseReturnValue:
    return redirect(f"{pages.start()}?helped={said}#helped-{number}", 303)
