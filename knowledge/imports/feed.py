"""A live Open Referral feed, page by page, each service in full; and how far its own numbers can be believed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from knowledge.errors import ImportWrong
from knowledge.imports.fetching import Fetcher, NotNow
from knowledge.imports.found import Problem, Refused

MOST_PAGES = 5000
MOST_ROWS = 200_000
AT_ONCE = 4  # services asked for side by side: kind to a small server, fast enough for a far one
LOST_PAGES = 3  # one after the other, and we give up for today
OUR_WORDS = ("page", "per_page", "perPage", "full")  # of a query: we say them ourselves
WHOLE = ("service_at_locations", "service_areas", "schedules")  # a row that has these needs no asking again

Document = tuple[str, Any] | Refused


@dataclass(frozen=True)
class Page:
    """One page: its rows, whether another is to be asked for, and how many pages and services the feed speaks of."""

    rows: tuple[Any, ...]
    more: bool
    promised: int = 0
    total: int = 0


@dataclass
class Reading:
    """One reading of the feed at `address`. After `documents` has run: what it listed, and whether to its end."""

    address: str
    fetcher: Fetcher = field(default_factory=lambda: Fetcher(private=True))
    ids: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    plainly: bool = False

    @property
    def base(self) -> str:
        """The feed's address without what may come after it."""
        return self.address.partition("#")[0].partition("?")[0].rstrip("/").removesuffix("/services")

    @property
    def known_as(self) -> str:
        """The address it is followed at: without /services and page numbers, with what narrows it down."""
        return f"{self.base}?{self._narrowed}" if self._narrowed else self.base

    @property
    def _narrowed(self) -> str:
        """What the address asks for beside pages, such as ?taxonomy_term=food; "" for a whole feed."""
        asked = self.address.partition("#")[0].partition("?")[2].split("&")
        return "&".join(one for one in asked if one and one.partition("=")[0] not in OUR_WORDS)

    @property
    def complete(self) -> bool:
        """Whether everything listed was seen, so that what is not in it can be believed to be gone."""
        return not self.problems and bool(self.ids)

    def documents(self) -> Iterator[Document]:
        """Every service; raises `ImportWrong` if the first page does not answer as a feed does."""
        number, lost, page = 0, 0, Page((), more=True)
        while page.more and number < MOST_PAGES and len(self.ids) < MOST_ROWS:
            number += 1
            try:
                page = self._page(number)
            except ImportWrong as wrong:
                lost += 1
                self._problem(f"page {number}", str(wrong))
                if number == 1:
                    raise
                if lost == LOST_PAGES:
                    return
                page = replace(page, rows=(), more=number < page.promised)
                continue
            lost, fresh = 0, [row for row in page.rows if not self._had(row)]
            if page.rows and not fresh:
                self._problem(f"page {number}", "it is the same as pages before it: the feed goes round in a circle")
                return
            yield from self._in_full(fresh, number)
        self._believe(number, page)

    def _had(self, row: Any) -> bool:
        return isinstance(row, dict) and str(row.get("id")) in self.ids

    def _page(self, number: int) -> Page:
        page = self._asked(number)
        rows = page.get("contents", page.get("content")) if isinstance(page, dict) else None
        if not isinstance(rows, list):
            raise ImportWrong(
                f"{self.base}/services does not answer as an Open Referral feed does: no list of contents."
            )
        last = page.get("last_page", page.get("last"))
        promised = _whole(page.get("total_pages", page.get("totalPages")))
        told_more = number < promised or last is False or (last is not True and not promised)
        total = _whole(page.get("total_items", page.get("totalElements")))
        return Page(tuple(rows), more=bool(rows) and told_more, promised=promised, total=total)

    def _asked(self, number: int) -> Any:
        """The page with whole rows if the feed can; a server that refuses words it does not know is asked plainly."""
        more = f"&{self._narrowed}" if self._narrowed else ""
        if self.plainly:
            return self.fetcher.json(f"{self.base}/services?page={number}{more}")
        try:
            return self.fetcher.json(f"{self.base}/services?page={number}&per_page=100&full=true{more}")
        except NotNow:
            raise
        except ImportWrong:
            if number > 1:
                raise
            self.plainly = True
            return self._asked(number)

    def _in_full(self, rows: list[Any], number: int) -> Iterator[Document]:
        """Rows whole as they are, the others asked for a few at once, in the order they came."""
        where = [f"page {number}, service {at}" for at, _ in enumerate(rows, 1)]
        self.ids |= {str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id")}
        with ThreadPoolExecutor(AT_ONCE) as several:
            yield from several.map(self._one, rows, where)

    def _one(self, row: Any, where: str) -> Document:
        if not isinstance(row, dict) or not row.get("id"):
            return Refused(where, "it has no id")
        if any(isinstance(row.get(name), list) for name in WHOLE):
            return where, row
        try:
            found = self.fetcher.json(f"{self.base}/services/{quote(str(row['id']), safe='')}")
        except ImportWrong as wrong:
            return Refused(where, str(wrong), str(row.get("name", "")))
        if isinstance(found, dict) and str(found.get("id", row["id"])) != str(row["id"]):
            return Refused(where, "its own address answers with another service", str(row.get("name", "")))
        return where, found

    def _believe(self, number: int, page: Page) -> None:
        """Note where its numbers do not agree with what it gave."""
        if page.more:
            most = f"more than {MOST_PAGES} pages or {MOST_ROWS} services"
            self._problem("the end", f"it has {most}: the rest is not read")
        elif number < page.promised:
            self._problem(f"page {number}", f"it is empty, though the feed speaks of {page.promised} pages")
        elif page.total > len(self.ids):
            self._problem("the end", f"the feed speaks of {page.total} services and gave {len(self.ids)}")

    def _problem(self, where: str, words: str) -> None:
        self.problems.append(Problem("feed", where, "", words))


def _whole(told: Any) -> int:
    return told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else 0


def documents(address: str) -> Iterator[Document]:
    """Every service of the feed at `address`, with or without /services; raises `ImportWrong` if it does not answer."""
    yield from Reading(address).documents()
