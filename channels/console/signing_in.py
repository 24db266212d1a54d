"""Coming in: a link by e-mail, a password, an invitation. Nothing here tells whether an address is known, and what is
done for one that is known and one that is not takes as long."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from channels.console.forms import Problems
from channels.web import resident, security
from knowledge import accounts, circles, second_step
from knowledge import people as p
from knowledge.access import SignedIn
from knowledge.db import session_scope

blueprint = Blueprint("signing_in", __name__, url_prefix="/console", template_folder="templates")
blueprint.before_request(security.public)


@blueprint.get("/sign-in")
def ask() -> str:
    """An address, then a link or a password."""
    return _page({})


@blueprint.post("/sign-in")
def send() -> ResponseReturnValue:
    """A link on its way to the address, if it is known; or in at once with the right password."""
    email = request.form.get("email", "")
    if not accounts.looks_like_email(email):
        return _page({"email": "console.sign_in.no_email"}), 400
    how, password = request.form.get("how", ""), request.form.get("password", "")
    if how == "password" or (password and not how):  # Enter presses no button: what was typed says which was meant
        return _with_password(email, password)
    with session_scope() as opened:
        accounts.ask_for_link(opened, email, _next(), datetime.now(UTC))
    return redirect(url_for("signing_in.sent"), 303)


@blueprint.get("/sign-in/sent")
def sent() -> str:
    """Where to look for the letter."""
    return render_template("console/told.html", key="sent", printed=not current_app.config["FINGERPOST"].mail.server)


@blueprint.get("/link/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """One tap more: mail programs follow links before anybody reads them, and may not use this one up."""
    with session_scope() as opened:
        if not accounts.link_is_good(opened, token, datetime.now(UTC)):
            return render_template("console/told.html", key="link_over"), 410
    return render_template("console/confirm_link.html", action=url_for("signing_in.use", token=token, next=_next()))


@blueprint.post("/link/<token>")
def use(token: str) -> ResponseReturnValue:
    """In; the link is used up."""
    now = datetime.now(UTC)
    with session_scope() as opened:
        person = accounts.use_link(opened, token, now)
        if person is None:
            return render_template("console/told.html", key="link_over"), 410
        return through(opened, person, now)


@blueprint.get("/invitation/<token>")
def invited(token: str) -> ResponseReturnValue:
    """What one is invited to, and what we would like to know."""
    with session_scope() as opened:
        asked = accounts.invitation(opened, token, datetime.now(UTC))
        if asked is None:
            return render_template("console/told.html", key="invitation_over"), 410
        values = {"name": "", "known": accounts.by_email(opened, asked.email) is not None}
        return _invitation(token, asked.email, asked.role, _about(opened, asked), Problems({}), **values)


@blueprint.post("/invitation/<token>")
def take_up(token: str) -> ResponseReturnValue:
    """Take it up, and come in."""
    now, name, password = datetime.now(UTC), request.form.get("name", "").strip(), request.form.get("password", "")
    with session_scope() as opened:
        asked = accounts.invitation(opened, token, now)
        if asked is None:
            return render_template("console/told.html", key="invitation_over"), 410
        known = accounts.by_email(opened, asked.email) is not None
        wrong = {} if known else _wrong_details(name, password, asked.email)
        if wrong:
            about = _about(opened, asked)
            return _invitation(token, asked.email, asked.role, about, Problems(wrong), name=name, known=known), 400
        person = accounts.accept(opened, token, now, name=name, password=password)
        return through(opened, person, now)


def through(opened: Session, person: p.Person, now: datetime, onward: str = "") -> ResponseReturnValue:
    """The first step is done: in, or on to the second where they have one. Every way in ends here."""
    onward = onward or _next()
    if not second_step.on(opened, person.id):
        return come_in(accounts.plain(person), accounts.sign_in(opened, person, now), onward)
    language = session.get("lang")
    session.clear()
    session["half"], session["half_next"] = [str(person.id), now.timestamp()], onward
    if language:
        session["lang"] = language
    return redirect(url_for("second.ask"), 303)


def come_in(person: SignedIn, token: str, onward: str) -> ResponseReturnValue:
    """A fresh cookie with this sign-in and nothing of what was there before, then on to where they were going."""
    language = session.get("lang")
    session.clear()
    session["sign_in"] = token
    if language:
        session["lang"] = language
    return redirect(security.inside(onward) or first_page(person), 303)


def first_page(person: SignedIn) -> str:
    """Where somebody starts: the desk for those who only answer residents, once there is one; else the console."""
    only_staff = {one.role for one in person.roles} == {p.STAFF}
    desk = any(rule.rule.rstrip("/") == "/desk" for rule in current_app.url_map.iter_rules())
    return "/desk" if only_staff and desk else url_for("home.show")


def absolute(path: str) -> str:
    """The whole address of a page of ours, for letters."""
    return str(current_app.config["FINGERPOST"].address) + path


def _with_password(email: str, password: str) -> ResponseReturnValue:
    now = datetime.now(UTC)
    with session_scope() as opened:
        person = accounts.check_password(opened, email, password, now)
        if person is not None:
            return through(opened, person, now)
    return _page({"password": "console.sign_in.wrong"}), 403


def _next() -> str:
    return security.inside(request.values.get("next", ""))


def _page(wrong: dict[str, str]) -> str:
    email = request.form.get("email", "")
    given = current_app.config["FINGERPOST"]
    told = {
        "email": email,
        "next": _next(),
        "own_account": given.own_accounts.issuer,
        "own_name": given.own_accounts.name,
    }
    return render_template("console/sign_in.html", problems=Problems(wrong), **told)


def _wrong_details(name: str, password: str, email: str) -> dict[str, str]:
    wrong = {} if name else {"name": "console.invitation.no_name"}
    if password and accounts.weak(password, email):
        wrong["password"] = "console.account.weak"  # noqa: S105  the sentence's key
    return wrong


def _about(opened: Session, asked: p.Invitation) -> str:
    kind = {role: kind for kind, role in circles.ROLE_OF.items()}[asked.role]
    about = asked.organisation_id or asked.place_id or asked.team_id
    return circles.circle(opened, kind, about).name


def _invitation(token: str, email: str, role: str, about: str, problems: Problems, **values: object) -> str:
    action = url_for("signing_in.take_up", token=token)
    told = {"email": email, "role": role, "about": about, "problems": problems, "action": action}
    return render_template("console/invitation.html", language=resident.language(), **told, **values)
