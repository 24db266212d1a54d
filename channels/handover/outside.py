"""An inbox elsewhere that an organisation already works in: what any of them must do, and Chatwoot's API channel.

Nothing goes there but what the resident said may: each item passes `may_see` as for a reader at the desk, and only
under an agreement that names the outside inbox. When it is taken back or deleted, that inbox is asked to delete too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

SECONDS = 5


class OutsideSilent(Exception):
    """The inbox did not do what was asked: down, late, or it said no. Tried again later."""


class Inbox(Protocol):
    """What an outside inbox can do for us. Its own numbers are kept as words."""

    def open(self, reference: str) -> tuple[str, str]:
        """A new contact, known by our reference alone, and a talk with it; their numbers. Raises `OutsideSilent`."""

    def say(self, talk: str, text: str, reference: str) -> None:
        """Put a line of the resident's side into the talk. Raises `OutsideSilent`."""

    def forget(self, contact: str) -> None:
        """Delete the contact and every talk with it; that it is gone already is well. Raises `OutsideSilent`."""


@dataclass(frozen=True)
class Chatwoot:
    """Chatwoot's application API (developers.chatwoot.com): contacts, conversations and messages of one API inbox."""

    base: str  # https://chat.example.org
    account: str
    inbox: str
    token: str

    def open(self, reference: str) -> tuple[str, str]:
        """POST …/contacts, then …/conversations with the contact's source id."""
        made = self._ask("POST", "contacts", {"inbox_id": int(self.inbox), "identifier": reference, "name": reference})
        try:
            contact = made["payload"]["contact"]["id"]
            source = made["payload"]["contact_inbox"]["source_id"]
        except (KeyError, TypeError):
            raise OutsideSilent("contact") from None
        whole = {"source_id": source, "inbox_id": int(self.inbox), "contact_id": contact}
        talk = self._ask("POST", "conversations", whole).get("id")
        if not talk:
            raise OutsideSilent("conversation")
        return str(contact), str(talk)

    def say(self, talk: str, text: str, reference: str) -> None:
        """POST …/conversations/<id>/messages, as coming from the contact; `echo_id` tells a repeat."""
        given = {"content": text, "message_type": "incoming", "private": False, "echo_id": reference}
        self._ask("POST", f"conversations/{talk}/messages", given)

    def forget(self, contact: str) -> None:
        """DELETE …/contacts/<id>: Chatwoot deletes the contact's conversations with it. 404: gone already."""
        self._ask("DELETE", f"contacts/{contact}", None, gone_is_well=True)

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None, *, gone_is_well: bool = False
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
            if not answered.ok:
                raise OutsideSilent(str(answered.status_code))
            found = answered.json() if answered.content else {}
        except (requests.RequestException, ValueError):
            raise OutsideSilent("down") from None
        return found if isinstance(found, dict) else {}


def chatwoot(address: str, token: str) -> Chatwoot:
    """From an address such as https://chat.example.org/accounts/1/inboxes/2. Raises `ValueError` for any other."""
    parts = urlsplit(address)
    path = parts.path.strip("/").split("/")
    if parts.scheme not in ("https", "http") or len(path) != 4 or path[0] != "accounts" or path[2] != "inboxes":
        raise ValueError("not like https://chat.example.org/accounts/1/inboxes/2")
    if not (path[1].isdecimal() and path[3].isdecimal()):
        raise ValueError("an account and an inbox are numbers")
    return Chatwoot(f"{parts.scheme}://{parts.netloc}", path[1], path[3], token)
