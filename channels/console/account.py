"""One's own account: name, language, password, signing out here or everywhere, and being forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from channels.console.forms import Problems
from channels.web import security
from channels.web.security import person
from knowledge import accounts
from knowledge import people as p
from knowledge.db import session_scope
from settings import settings
from words import LANGUAGES

blueprint = Blueprint("account", __name__, url_prefix="/console/account", template_folder="templates")
blueprint.before_request(security.signed_in)


@blueprint.get("")
def show() -> str:
    """What we hold about this person, and how to change it."""
    with session_scope() as opened:
        own = opened.get_one(p.Person, person().id)
        return _page(Problems({}), own.name, own.language, bool(own.password))


@blueprint.post("")
def save() -> ResponseReturnValue:
    """Name and language; a new password if one is given, which signs out every other browser."""
    name, language = request.form.get("name", "").strip(), request.form.get("language", "en")
    password = request.form.get("password", "")
    with session_scope() as opened:
        own = opened.get_one(p.Person, person().id)
        wrong = {} if name else {"name": "console.invitation.no_name"}
        if password and accounts.weak(password, own.email):
            wrong["password"] = "console.account.weak"  # noqa: S105  the sentence's key
        if wrong or language not in LANGUAGES:
            return _page(Problems(wrong), name, own.language, bool(own.password)), 400
        own.name, own.language = name[:120], language
        session["lang"] = language
        if password:
            accounts.set_password(own, password)
            accounts.sign_out_everywhere(opened, own.id)
            session["sign_in"] = accounts.sign_in(opened, own, datetime.now(UTC))
    return redirect(url_for("account.show", done="saved"), 303)


@blueprint.get("/sign-out")
def leaving() -> str:
    """Here, or everywhere?"""
    return render_template("console/sign_out.html")


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Signed out in this browser, or in every one; what the cookie held is gone."""
    with session_scope() as opened:
        if request.form.get("where") == "everywhere":
            accounts.sign_out_everywhere(opened, person().id)
        else:
            accounts.sign_out(opened, str(session.get("sign_in", "")))
    session.clear()
    return redirect(url_for("signing_in.ask"), 303)


@blueprint.get("/forget")
def ask_to_forget() -> str:
    """What goes and what stays, asked once."""
    return render_template("console/forget.html")


@blueprint.post("/forget")
def forget() -> ResponseReturnValue:
    """The account goes at once, with its roles and sign-ins. Entries stay: they are the group's."""
    with session_scope() as opened:
        if not accounts.delete_account(opened, person().id):
            return render_template("console/forget.html", last_admin=True), 409
    session.clear()
    return redirect(url_for("signing_in.ask"), 303)


def _page(problems: Problems, name: str, language: str, has_password: bool) -> str:
    told: dict[str, object] = {"name": name, "language": language, "has_password": has_password, "languages": LANGUAGES}
    told["texting"] = settings().texting.on
    return render_template("console/account.html", problems=problems, done=request.args.get("done", ""), **told)
