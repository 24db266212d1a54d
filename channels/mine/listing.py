"""A list of entries that travels without anybody's name: short codes for an address's fragment, and a QR code of it."""

from __future__ import annotations

import base64
import io
import re
import uuid
from collections.abc import Iterable, Sequence

import segno

from channels.handover.finding import chosen
from channels.messages import Signpost

MOST = 12  # more makes a QR code that phones cannot read from paper
CODE = re.compile(r"[A-Za-z0-9_-]{22}")


def code_of(entries: Iterable[str]) -> str:
    """The entries' ids, 22 letters each: what stands behind the # of an address, which browsers send to nobody."""
    ids = [uuid.UUID(entry) for entry in entries][:MOST]
    return ".".join(base64.urlsafe_b64encode(one.bytes).decode().rstrip("=") for one in ids)


def entries_in(code: str) -> tuple[str, ...]:
    """The ids in what was pasted or read from a fragment; anything else in it is passed over."""
    found = CODE.findall(code)[:MOST]
    return tuple(dict.fromkeys(str(uuid.UUID(bytes=base64.urlsafe_b64decode(one + "=="))) for one in found))


def qr_svg(address: str) -> str:
    """A QR code as SVG markup, plain black on white, with room around it."""
    written = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        written, kind="svg", scale=4, border=4, xmldecl=False, svgclass=None, lineclass=None, omitsize=False
    )
    return written.getvalue().decode()


def signposts(entries: Sequence[str], language: str) -> tuple[Signpost, ...]:
    """The entries as they are published now; those withdrawn are left out."""
    found: list[Signpost] = []
    for at in range(0, len(entries), 5):
        found += chosen(entries[at : at + 5], language)
    return tuple(found)
