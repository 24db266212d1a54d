"""A live Open Referral feed, page by page, each service in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from knowledge.errors import ImportWrong
from knowledge.imports.files import sound
from knowledge.imports.found import Refused

DEADLINE = 20  # seconds for one answer
MOST_PAGES = 5000


def documents(address: str) -> Iterator[tuple[str, Any] | Refused]:
    """Every service of the feed at `address`, with or without /services; raises `ImportWrong` if it does not answer."""
    base = address.split("?")[0].rstrip("/").removesuffix("/services")
    for number in range(1, MOST_PAGES + 1):
        page = _get(f"{base}/services?page={number}")
        rows = page.get("contents", page.get("content")) if isinstance(page, dict) else None
        if not isinstance(rows, list):
            raise ImportWrong(f"{base}/services does not answer as an Open Referral feed does: no list of contents.")
        for at, row in enumerate(rows, 1):
            yield _in_full(base, row, f"page {number}, service {at}")
        if not rows or number >= _pages(page):
            return


def _pages(page: dict[str, Any]) -> int:
    told = page.get("total_pages", page.get("totalPages", 1))
    return told if isinstance(told, int) else 1


def _in_full(base: str, row: Any, where: str) -> tuple[str, Any] | Refused:
    if not isinstance(row, dict) or not row.get("id"):
        return Refused(where, "it has no id")
    try:
        return where, _get(f"{base}/services/{quote(str(row['id']), safe='')}")
    except ImportWrong as wrong:
        return Refused(where, str(wrong), str(row.get("name", "")))


def _get(address: str) -> Any:
    if urlsplit(address).scheme not in ("http", "https"):
        raise ImportWrong(f"{address} is no web address.")
    try:
        answer = requests.get(address, timeout=DEADLINE, headers={"Accept": "application/json"})
        answer.raise_for_status()
        return sound(answer.json())
    except (requests.RequestException, ValueError, RecursionError) as wrong:
        raise ImportWrong(f"{address} did not answer with JSON ({type(wrong).__name__}).") from wrong
