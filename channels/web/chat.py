"""The conversation: one page, one box. POST asks the gateway and sends the browser back to the page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from channels import gateway
from channels.handover.showing import in_order, standing
from channels.messages import Inbound, Reply, Turn
from channels.models import aware
from channels.web import places, resident, security, showing

blueprint = Blueprint("chat", __name__)
blueprint.before_request(security.public)

RECENT = 6  # turns a page begins with; those before are one tap away, so that a long talk is no slower to show
REFERENCE = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")


@blueprint.get("/")
@blueprint.get("/p/<slug>")
def show(slug: str = "") -> ResponseReturnValue:
    """The page with the box and what was said so far."""
    g.door = places.enter(slug)
    return page(lately(), helped=request.args.get("helped", ""))


@blueprint.post("/")
@blueprint.post("/p/<slug>")
def receive(slug: str = "") -> ResponseReturnValue:
    """One message in. Back to the page, or the new turn alone for our script."""
    g.door = places.enter(slug)
    text = written()
    if not text:
        return page(lately(), problem=True), 400
    inbound = Inbound("web", resident.begin(), text, reference(), datetime.now(UTC), slug, resident.language())
    reply = gateway.handle(inbound)
    if reply.deleted:
        return _gone(reply)
    return _answer(inbound, reply)


def written() -> str:
    """What was tapped or typed, whole: the gateway looks for danger in all of it before it cuts."""
    typed = request.form.get("choice") or request.form.get("message", "")
    return typed.replace("\r\n", "\n").replace("\x00", "").strip()


def reference() -> str:
    """The page's mark on this message, so that sending it twice is once; a new one if it was tampered with."""
    given = request.form.get("reference", "")
    return given if REFERENCE.match(given) else showing.new_reference()


def lately() -> tuple[Turn, ...]:
    """The turns for a page: one more than it begins with, so that it knows of earlier ones; all when asked for."""
    return resident.history() if _whole() else resident.history(RECENT + 1)


def page(turns: tuple[Turn, ...], **more: Any) -> str:
    """The chat page around these turns."""
    danger = _danger(turns)
    now = standing(resident.sender(), resident.language())
    earlier = not _whole() and len(turns) > RECENT
    turns = turns[-RECENT:] if earlier else turns
    spoken = in_order(turns, tuple(one for one in now.heard if not earlier or aware(one.at) >= aware(turns[0].at)))
    common = {"danger": danger, "talking": bool(spoken), "doors": places.doors(), "action": request.path}
    common |= {"standing": now, "spoken": spoken, "earlier": earlier}
    return render_template("chat.html", turns=turns, **{**common, **more})


def _answer(inbound: Inbound, reply: Reply) -> ResponseReturnValue:
    """The turn of this very message: another tab may have been answered meanwhile."""
    turns = lately()
    mine = [at for at, turn in enumerate(turns, start=1) if turn.reference == inbound.reference and turn.reply]
    kept = bool(mine)
    if not kept and not (reply.before or reply.signposts):  # a late repeat of something deleted: nothing to say
        return jsonify(go=request.path) if _wants_piece() else redirect(request.path, 303)
    if not kept:  # a redirect would lose the answer: show what the gateway gave
        turns = (*turns, Turn(inbound.text, inbound.received_at, reply))
    at = mine[0] if kept else len(turns)
    if _wants_piece():
        return _piece(turns, at)
    if not kept:
        return page(turns)
    return redirect(f"{request.path}#answer-{showing.number(turns[at - 1], at)}", 303)


def _whole() -> bool:
    return "all" in request.args


def _danger(turns: tuple[Turn, ...]) -> bool:
    """Whether there was danger in them, or in those before that were not read."""
    return any(turn.reply.danger for turn in turns if turn.reply) or (len(turns) > RECENT and resident.danger_lately())


def _wants_piece() -> bool:
    """Our script asks for JSON; a browser on its own never does."""
    return request.accept_mimetypes.best == "application/json"


def _piece(turns: tuple[Turn, ...], at: int) -> ResponseReturnValue:
    number = showing.number(turns[at - 1], at)
    danger = _danger(turns)
    html = render_template("piece.html", turn=turns[at - 1], number=number, latest=True, danger=danger)
    return jsonify(html=html, answer=f"answer-{number}", reference=showing.new_reference(), danger=danger)


def _gone(reply: Reply) -> ResponseReturnValue:
    """The conversation was deleted by what was written: the cookie lets go, the receipt is shown once."""
    resident.let_go()
    session["receipt"] = reply.receipt
    target = url_for("pages.forgotten")
    return jsonify(go=target) if _wants_piece() else redirect(target, 303)
