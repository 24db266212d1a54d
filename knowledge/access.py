"""Who may do what to what. Pure: a signed-in person as plain values, and questions about them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from knowledge.people import ADMIN, EDITOR, STAFF, STEWARD


@dataclass(frozen=True)
class Role:
    """One membership: `organisation` for an editor, `place` for a steward, `team` for staff."""

    role: str
    organisation: uuid.UUID | None = None
    place: uuid.UUID | None = None
    team: uuid.UUID | None = None
    lead: bool = False


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, and as what."""

    id: uuid.UUID
    email: str
    name: str
    language: str
    roles: tuple[Role, ...]

    @property
    def called(self) -> str:
        """What to call them: their name, or what stands before the @."""
        return self.name or self.email.split("@")[0]

    def has(self, *roles: str) -> bool:
        """Whether they hold one of these roles anywhere; an admin holds all but staff."""
        held = {one.role for one in self.roles}
        return bool(held & set(roles)) or (ADMIN in held and set(roles) != {STAFF})

    @property
    def admin(self) -> bool:
        """Whether they look after the whole installation."""
        return any(one.role == ADMIN for one in self.roles)

    @property
    def groups(self) -> frozenset[uuid.UUID]:
        """Organisations they edit for."""
        return frozenset(one.organisation for one in self.roles if one.role == EDITOR and one.organisation)

    @property
    def places(self) -> frozenset[uuid.UUID]:
        """Places they are steward of."""
        return frozenset(one.place for one in self.roles if one.role == STEWARD and one.place)

    @property
    def teams(self) -> frozenset[uuid.UUID]:
        """Contact teams they answer residents in."""
        return frozenset(one.team for one in self.roles if one.role == STAFF and one.team)

    def stewards(self, place: uuid.UUID | None) -> bool:
        """Whether this place is theirs to look after; what belongs to no place is an admin's."""
        return self.admin or (place is not None and place in self.places)

    def edits(self, organisation: uuid.UUID, *places: uuid.UUID | None) -> bool:
        """Whether they may change what this organisation runs in these places."""
        return organisation in self.groups or any(self.stewards(place) for place in places or (None,))

    def leads(self, organisation: uuid.UUID) -> bool:
        """Whether they are the group's lead."""
        return any(one.lead and one.organisation == organisation for one in self.roles if one.role == EDITOR)

    def answers_in(self, team: uuid.UUID) -> bool:
        """Whether they are staff of this team. Nobody else is, not even an admin."""
        return team in self.teams
