"""A list made by somebody signed in with a resident beside them: no name, no account, and nothing stays.

Every page carries the list so far in its own form; what leaves is a printed page, a QR code, or a text from a phone in
the room.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from flask import Blueprint, render_template, request, url_for

from channels.handover.finding import find
from channels.messages import Signpost
from channels.mine import listing
from channels.web import resident, security
from knowledge import reading
from settings import settings

blueprint = Blueprint("together", __name__, url_prefix="/console/list", template_folder="templates")
blueprint.before_request(security.signed_in)


@blueprint.get("")
def start() -> str:
    """An empty list."""
    return _page((), ())


@blueprint.post("")
def go_on() -> str:
    """Search further, with what is ticked kept; or the list itself."""
    ticked = list(dict.fromkeys(request.form.getlist("entry")))[: listing.MOST]
    posts = listing.signposts(ticked, resident.language())
    if request.form.get("do") == "make" and posts:
        return _made(posts)
    words, place = request.form.get("q", "").strip(), request.form.get("place", "")
    found = find(words, place, resident.language(), datetime.now(UTC)) if words else ()
    return _page(posts, tuple(one for one in found if one.entry not in ticked))


def _page(posts: tuple[Signpost, ...], found: tuple[Signpost, ...]) -> str:
    return render_template(
        "mine/together.html", posts=posts, found=found, places=reading.doors(resident.language()),
        asked=request.form.get("q", ""), place=request.form.get("place", ""), address="", qr="", texted="",
    )  # fmt: skip


def _made(posts: tuple[Signpost, ...]) -> str:
    base = settings().public_url or request.host_url.rstrip("/")
    address = f"{base}{url_for('record.from_code')}#{listing.code_of(one.entry for one in posts)}"
    lines = [", ".join([one.name, *(phone.number for phone in one.phones[:1])]) for one in posts]
    texted = "sms:?&body=" + quote("\n".join([*lines, address]))
    return render_template(
        "mine/together.html", posts=posts, found=(), places=(), asked="", place="", address=address,
        qr=listing.qr_svg(address), texted=texted,
    )  # fmt: skip
