"""Around the conversation: what we tell about ourselves, taking a copy, deleting, leaving at once."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from channels import conversations
from channels.web import places, resident, security, showing

log = logging.getLogger(__name__)
blueprint = Blueprint("pages", __name__)
blueprint.before_request(security.public)


@blueprint.before_request
def dress() -> None:
    """These pages keep the look of the door the resident came in by."""
    if request.endpoint not in ("pages.colours", "pages.leave"):
        g.door = places.last_used()


@blueprint.get("/<any(privacy, accessibility, browser, about, licences):name>")
def text(name: str) -> str:
    """One of the pages that say who we are and what we do."""
    given = current_app.config["FINGERPOST"]
    cookie = current_app.config["SESSION_COOKIE_NAME"]
    values = {"run_by": showing.run_by(given), "hours": given.keep_hours, "cookie": cookie}
    directories = places.directories() if name == "licences" else ()
    return render_template("text.html", name=name, values=values, directories=directories)


@blueprint.get("/p/<slug>/colours.css")
def colours(slug: str) -> Response:
    """The place's colours: a file of their own, because the page allows no styles inside itself."""
    response = Response(places.stylesheet(slug), mimetype="text/css")
    response.cache_control.public = True
    response.cache_control.max_age = 300
    return response


@blueprint.get("/download")
def download() -> ResponseReturnValue:
    """The resident's own conversation as plain text; back to the page when there is none."""
    who = resident.sender()
    if not who or not resident.history():
        return redirect(start(), 303)
    body = conversations.transcript(who, resident.language())
    response = Response(body, mimetype="text/plain", content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="fingerpost.txt"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<any(again, delete):what>")
def confirm(what: str) -> str:
    """Asks once before wiping: a tap may be a slip."""
    return render_template("confirm.html", what=what, start=start())


@blueprint.post("/again")
def again() -> ResponseReturnValue:
    """Wipe, and an empty page at the same door."""
    target = start()
    resident.forget()
    return redirect(target, 303)


@blueprint.post("/delete")
def delete() -> ResponseReturnValue:
    """Wipe, and show the receipt."""
    session["receipt"] = resident.forget()
    return redirect(url_for("pages.forgotten"), 303)


@blueprint.get("/forgotten")
def forgotten() -> str:
    """The receipt, while the browser is open; it says nothing about anybody."""
    return render_template("forgotten.html", receipt=session.get("receipt", ""), start=start())


@blueprint.get("/leave")
def leave() -> ResponseReturnValue:
    """Away at once, with everything deleted. GET on purpose: it must work as a plain link.

    A link to it from somewhere else only goes on elsewhere: it may not wipe whoever follows it. Browsers say where a
    request comes from (Fetch Metadata, `Sec-Fetch-Site`); where one does not, it is believed to come from here.
    """
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return redirect(showing.ELSEWHERE, 303)
    try:
        resident.forget()
    except Exception as error:  # noqa: BLE001 - a store that fails may not keep anybody on the page
        log.error("not forgotten on leaving kind=%s", type(error).__name__)
    session.clear()
    response = redirect(showing.ELSEWHERE, 303)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response.headers["Cache-Control"] = "no-store"
    return response


def start() -> str:
    """The page with the box, at the door last used."""
    slug = str(session.get("door", ""))
    return url_for("chat.show", slug=slug) if places.SLUG.match(slug) else url_for("chat.show")
