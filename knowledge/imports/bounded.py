"""An answer from the network, read part by part as it comes, and no longer than we wish to wait in all."""

from __future__ import annotations

import time
from collections.abc import Iterator

import requests
from urllib3.exceptions import HTTPError

PART = 64 * 1024


class TooSlow(requests.Timeout):
    """The other end goes on and on, a little at a time."""


def parts(answer: requests.Response, seconds: float) -> Iterator[bytes]:
    """The body of an answer that was asked for with `stream=True`, unpacked.

    Each part is what has arrived, never waited for until it is full: who sends one letter a second is found out too.
    Raises `TooSlow`, or `requests.ConnectionError` where it breaks off.
    """
    ends = time.monotonic() + seconds
    try:
        while part := answer.raw.read1(PART, decode_content=True):
            yield part
            if time.monotonic() > ends:
                raise TooSlow(f"slower than {seconds:g} seconds")
    except HTTPError as wrong:
        raise requests.ConnectionError(type(wrong).__name__) from wrong
