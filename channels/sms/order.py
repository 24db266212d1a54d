"""What becomes of a text: the one order in which it is decided, for the workers and for the pretend telephone. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from channels.sms import control

SILENT, STOPPED, BUSY, PICTURE, ASK = "silent", "stopped", "busy", "picture", "ask"
FIXED = {  # steps that are answered with a sentence of ours alone: the kind of text, and its words
    control.STOP: ("stop", "sms.stop"),
    control.START: ("start", "sms.start"),
    control.HELP: ("answer", "sms.help"),
    PICTURE: ("answer", "sms.picture"),
    STOPPED: ("line", "sms.stopped"),
    BUSY: ("busy", "sms.busy"),
}
DAILY = (STOPPED, BUSY)  # said once a day at most


@dataclass(frozen=True)
class Told:
    """What there is to know about a text and whoever wrote it."""

    what: str  # as `control.word_of` says, or `control.AGAIN`, `control.NOTHING`
    stopped: bool = False  # STOP is in force for them
    room: bool = True  # they have not had all the texts of a day
    before_stop: bool = False  # it was written before their STOP
    confirmed: bool = False  # the supplier has answered this word itself
    wordless: bool = False  # pictures and no words


def step(told: Told, in_danger: Callable[[], bool]) -> str:
    """SILENT, one of `FIXED`, `control.DELETE`, `control.WEB`, or ASK: a code, a reminder, else the gateway.

    STOP before everything; danger and deleting also to whoever stopped; then nothing but the line of the day.
    """
    if told.what == control.STOP:
        return SILENT if told.confirmed else control.STOP
    if told.stopped or not told.room:
        return _little(told, in_danger)
    if told.what in (control.AGAIN, control.NOTHING):
        return SILENT
    if told.what in (control.START, control.HELP):
        return SILENT if told.confirmed else told.what
    if told.wordless:
        return PICTURE
    return told.what if told.what in (control.DELETE, control.WEB) else ASK


def _little(told: Told, in_danger: Callable[[], bool]) -> str:
    """To somebody who stopped, or has had all the texts of a day."""
    if told.what == control.TEXT and in_danger():
        return ASK
    if told.what == control.DELETE:
        return control.DELETE
    if told.what in (control.AGAIN, control.NOTHING, control.START) or told.before_stop:
        return SILENT
    return STOPPED if told.stopped else BUSY
