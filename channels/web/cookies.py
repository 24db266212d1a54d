"""Two cookies that know nothing of each other: the resident's, and the one of people who sign in.

Which of the two a page reads and writes is settled by its path alone, so that a clerk who tries the chat in the same
browser is a stranger there, and a resident's page can never carry a sign-in. Each is signed with a salt of its own:
one put in the other's place is no cookie at all.
"""

from __future__ import annotations

from flask import Flask, has_request_context, request
from flask.sessions import SecureCookieSessionInterface

SIGNED_IN_PATHS = ("/console", "/desk")


def for_staff() -> bool:
    """Whether this page is one of those that people sign in for."""
    return has_request_context() and any(
        request.path == path or request.path.startswith(f"{path}/") for path in SIGNED_IN_PATHS
    )


class TwoCookies(SecureCookieSessionInterface):
    """Flask's own signed cookie, twice."""

    @property
    def salt(self) -> str:  # type: ignore[override]  # a plain attribute in Flask; here it depends on the page
        """What keeps the two apart even if one is put in the other's place."""
        return "fingerpost-staff" if for_staff() else "cookie-session"

    def get_cookie_name(self, app: Flask) -> str:
        """The resident's name, or the other with `-staff` after it."""
        name = super().get_cookie_name(app)
        return f"{name}-staff" if for_staff() else name
