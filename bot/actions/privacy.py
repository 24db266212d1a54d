"""What is held, and forgetting it."""

from __future__ import annotations

from rasa_sdk.events import EventType

from bot.actions.beginning import Beginning, Talk
from bot.actions.fallback import about_the_same, need_inside
from bot.actions.replies import remember
from knowledge.replying import Said, payload
from nlu.forgetting import kind_of, speaks_of_it
from nlu.lately import forget_lately


class ActionPrivacy(Beginning):
    """A question about data, or the wish to be forgotten."""

    def name(self) -> str:
        """As in the domain."""
        return "action_privacy"

    def decide(self, talk: Talk) -> list[EventType]:
        """Deletes when that was asked for; a question is answered, with how to delete."""
        if not speaks_of_it(talk.turn.said):  # "forget that, choir it is" asks for a choir
            inside = need_inside(talk)
            if inside is None and talk.turn.said != talk.turn.text and talk.has_own_need:
                inside = talk.turn.said, talk.reading
            answered = talk.point(*inside) if inside is not None else about_the_same(talk)
            if answered is not None:
                return answered
        kind = kind_of(talk.turn.text)
        if kind == "deleted":
            forget_lately()
        told: list[Said] = (
            [] if kind == "deleted" else [(f"privacy.{kind}", {})]
        )  # the gateway says it, once it has happened
        talk.send(payload("privacy", before=told, needs=["privacy_request"], delete=kind == "deleted"))
        return remember(repairs=0)
