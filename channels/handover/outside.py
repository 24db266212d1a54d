"""An inbox elsewhere that an organisation already works in: what any of them must do, and Chatwoot's API channel.

Nothing goes there but what the resident said may: each item passes `may_see` as for a reader at the desk, and only
under an agreement that names the outside inbox. When it is taken back or deleted, that inbox is asked to delete too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

SECONDS = 5


class OutsideSilent(Exception):
    """The inbox did not do what was asked: down, late, or it said no. Tried again later."""


class Refused(OutsideSilent):
    """What was to be made cannot be, as when it is there already."""


class Inbox(Protocol):
    """What an outside inbox can do for us. Its own numbers are kept as words."""

    def contact(self, reference: str) -> str:
        """The contact known by our reference alone, made unless it is there; its number. Raises `OutsideSilent`."""

    def talk(self, contact: str) -> str:
        """The talk with this contact, begun unless there is one; its number. Raises `OutsideSilent`."""

    def has(self, talk: str, text: str, at: datetime) -> bool:
        """Whether this line is there already: the answer to sending it may have been lost. Raises `OutsideSilent`."""

    def say(self, talk: str, text: str, at: datetime) -> None:
        """Put a line of the resident's side into the talk, said at this moment. Raises `OutsideSilent`."""

    def note(self, talk: str, text: str) -> None:
        """Tell those who work there, and nobody else. Raises `OutsideSilent`."""

    def forget(self, contact: str) -> None:
        """Delete the contact and every talk with it; that it is gone already is well. Raises `OutsideSilent`."""


@dataclass(frozen=True)
class Chatwoot:
    """Chatwoot's application API (developers.chatwoot.com): contacts, conversations and messages of one API inbox."""

    base: str  # https://chat.example.org
    account: str
    inbox: str
    token: str

    def contact(self, reference: str) -> str:
        """POST …/contacts; where that is refused, since an identifier is unique there, …/contacts/search for ours."""
        wanted = {"inbox_id": int(self.inbox), "identifier": reference, "name": reference}
        try:
            made = self._ask("POST", "contacts", wanted)
        except Refused:
            rows = _rows(self._ask("GET", f"contacts/search?q={reference}"))
            found = next((row.get("id") for row in rows if row.get("identifier") == reference), None)
        else:
            found = _inside(made, "payload", "contact").get("id")
        if not found:
            raise OutsideSilent("contact")
        return str(found)

    def talk(self, contact: str) -> str:
        """GET …/contacts/<id>/conversations; where none is ours POST …/conversations with the contact's source id."""
        inbox = int(self.inbox)
        for row in _rows(self._ask("GET", f"contacts/{contact}/conversations")):
            if row.get("inbox_id") == inbox and row.get("id"):
                return str(row["id"])
        known = _inside(self._ask("GET", f"contacts/{contact}"), "payload").get("contact_inboxes") or []
        sources = [one.get("source_id") for one in known if _inside(one, "inbox").get("id") == inbox]
        whole = {"source_id": sources[0] if sources else None, "inbox_id": inbox, "contact_id": int(contact)}
        talk = self._ask("POST", "conversations", whole).get("id")
        if not talk:
            raise OutsideSilent("conversation")
        return str(talk)

    def has(self, talk: str, text: str, at: datetime) -> bool:
        """GET …/conversations/<id>/messages, the newest twenty. Only we write incoming ones; the moment tells two that
        say the same apart, and where it was not kept, only the newest can be it."""
        rows = _rows(self._ask("GET", f"conversations/{talk}/messages"))
        ours = sorted((row for row in rows if row.get("message_type") in (0, "incoming")), key=lambda row: row["id"])
        for row in ours:
            kept = _inside(row, "content_attributes").get("external_created_at")
            if str(row.get("content")).strip() == text.strip() and (
                row is ours[-1] if kept is None else kept == _at(at)
            ):
                return True
        return False

    def say(self, talk: str, text: str, at: datetime) -> None:
        """POST …/conversations/<id>/messages, as coming from the contact. No repeat is refused there."""
        given = {"content": text, "message_type": "incoming", "private": False, "external_created_at": _at(at)}
        self._ask("POST", f"conversations/{talk}/messages", given)

    def note(self, talk: str, text: str) -> None:
        """POST …/conversations/<id>/messages, private."""
        self._ask(
            "POST", f"conversations/{talk}/messages", {"content": text, "message_type": "outgoing", "private": True}
        )

    def forget(self, contact: str) -> None:
        """DELETE …/contacts/<id>: Chatwoot deletes the contact's conversations with it. 404: gone already."""
        self._ask("DELETE", f"contacts/{contact}", None, gone_is_well=True)

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, gone_is_well: bool = False
    ) -> dict[str, Any]:
        try:
            answered = requests.request(
                method,
                f"{self.base}/api/v1/accounts/{self.account}/{path}",
                json=body,
                headers={"api_access_token": self.token},
                timeout=SECONDS,
            )
            if gone_is_well and answered.status_code == requests.codes.not_found:
                return {}
            if answered.status_code == requests.codes.unprocessable_entity:
                raise Refused("422")
            if not answered.ok:
                raise OutsideSilent(str(answered.status_code))
            found = answered.json() if answered.content else {}
        except (requests.RequestException, ValueError):
            raise OutsideSilent("down") from None
        return found if isinstance(found, dict) else {}


def _at(moment: datetime) -> int:
    return int(moment.timestamp())


def _inside(given: Any, *names: str) -> dict[str, Any]:
    """What stands under these names; empty where the answer is of another shape."""
    for name in names:
        given = given.get(name) if isinstance(given, dict) else None
    return given if isinstance(given, dict) else {}


def _rows(given: dict[str, Any]) -> list[dict[str, Any]]:
    rows = given.get("payload")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def chatwoot(address: str, token: str) -> Chatwoot:
    """From an address such as https://chat.example.org/accounts/1/inboxes/2. Raises `ValueError` for any other."""
    parts = urlsplit(address)
    path = parts.path.strip("/").split("/")
    if parts.scheme not in ("https", "http") or len(path) != 4 or path[0] != "accounts" or path[2] != "inboxes":
        raise ValueError("not like https://chat.example.org/accounts/1/inboxes/2")
    if not (path[1].isdecimal() and path[3].isdecimal()):
        raise ValueError("an account and an inbox are numbers")
    return Chatwoot(f"{parts.scheme}://{parts.netloc}", path[1], path[3], token)
