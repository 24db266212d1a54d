"""Loading the seed: topics with their phrases, the national layer, the invented places. Twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from knowledge import models as m
from knowledge.desks import desk_from
from knowledge.drafts import organisation_from, service_from, tip_from, words
from knowledge.editing import id_of, save_organisation, save_service, save_tip, save_topic, translations_of
from knowledge.errors import SeedWrong
from knowledge.history import edited_here
from knowledge.indexing import phrase_rows, publish
from nlu.welsh import gloss

SEED = Path(__file__).parent / "seed"
TOPIC_FILES = ("living", "doing", "official", "danger", "messages")  # their order is the order of topics.json
BY = "seed"

Progress = Callable[[str], None]


def seed(session: Session, *, today: date, progress: Progress = lambda _line: None) -> dict[str, int]:
    """Load everything; returns how many of each were new or changed. Raises `SeedWrong` naming file and key."""
    counts = {"phrases": _seed_topics(session, progress)}
    for path in sorted((SEED / "places").glob("*/place.yml")):
        _seed_place(session, _read(path))
    changed: list[m.Service | m.Tip] = []
    for folder, place in _folders():
        changed += _seed_folder(session, folder, place, today)
    for path in sorted((SEED / "places").glob("*/place.yml")):
        _seed_bodies(session, _read(path))
        _seed_desks(session, path.parent)
    counts["entries"] = sum(isinstance(row, m.Service) for row in changed)
    counts["tips"] = len(changed) - counts["entries"]
    publish(session, changed, progress=lambda done, all_: progress(f"{done} of {all_} entries made findable"))
    return counts


def _seed_topics(session: Session, progress: Progress) -> int:
    new, position = 0, 0
    for name in TOPIC_FILES:
        for key, row in _read(SEED / "topics" / f"{name}.yml").items():
            position += 1
            english = [(text, text) for text in [row["definition"], *row.get("examples", [])]]
            welsh = [(text, gloss(text)) for text in row.get("examples_cy", [])]
            save_topic(session, key, position, {**row, "name": words(row["name"])}, [])
            rows = phrase_rows(session, key, english + welsh) if row["kind"] in ("community", "statutory") else []
            session.add_all(rows)
            session.flush()
            new += len(rows)
        progress(f"topics of {name}: {position} so far, {new} phrases")
    return new


def _folders() -> Iterator[tuple[Path, str | None]]:
    yield SEED / "national", None
    for path in sorted((SEED / "places").glob("*/place.yml")):
        yield path.parent, _read(path)["slug"]


def _seed_folder(session: Session, folder: Path, place: str | None, today: date) -> list[m.Service | m.Tip]:
    """Organisations first, from every file, since an entry may name one of another file."""
    files = [_read(path) for path in sorted(folder.glob("*.yml")) if path.name != "place.yml"]
    for content in files:
        for row in _rows(content, "organisations"):
            if not edited_here(session, id_of("organisation", row["key"])):
                save_organisation(session, organisation_from(row, place=place))
    changed: list[m.Service | m.Tip] = []
    for content in files:
        for row in _rows(content, "services"):
            draft = service_from(_located(session, row, place), place=place, checked_on=_checked(row, today))
            if edited_here(session, id_of("service", draft.key)):
                continue  # the group has written it since: theirs is the newer
            if saved := save_service(session, draft, by=BY):
                changed.append(saved)
    for content in files:
        for row in _rows(content, "tips"):
            tip = tip_from(row, place=place or "", checked_on=_checked(row, today))
            if edited_here(session, id_of("tip", tip.key)):
                continue
            if kept := save_tip(session, tip, by=BY):
                changed.append(kept)
    return changed


def _rows(content: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return list(content.get(name) or [])


def _checked(row: Mapping[str, Any], today: date) -> date | None:
    """The demonstration says "checked so many days ago", so that it does not go stale on the shelf."""
    days = row.get("checked_days_ago")
    return today - timedelta(days=int(days)) if days is not None else None


def _located(session: Session, row: Mapping[str, Any], place: str | None) -> dict[str, Any]:
    """The row with its location's coordinates taken from the place's own towns, where it has none."""
    spot = row.get("location")
    if not spot or place is None or spot.get("lat") is not None or not spot.get("town"):
        return dict(row)
    town = session.get(m.Town, id_of("town", f"{place}/{_english(spot['town'])}"))
    if town is None:
        raise SeedWrong(f"{row.get('key')}: {place} has no town {spot['town']!r}")
    return {**row, "location": {**spot, "town": _english(spot["town"]), "lat": town.latitude, "lon": town.longitude}}


def _english(name: Any) -> str:
    return str(words(name)["en"])


def _seed_place(session: Session, row: Mapping[str, Any]) -> None:
    place_id = id_of("place", row["slug"])
    place = session.get(m.Place, place_id) or m.Place(id=place_id, slug=row["slug"])
    if edited_here(session, place_id):
        return  # a steward has set it since
    name, welcome, banner = words(row["name"]), words(row.get("welcome")), words(row.get("banner"))
    place.name, place.welcome, place.banner = name["en"], welcome["en"], banner["en"]
    place.nation, place.invented = row["nation"], bool(row.get("invented"))
    place.colours, place.languages = dict(row.get("colours") or {}), list(row.get("languages") or ["en"])
    place.translations = translations_of(name=name, welcome=welcome, banner=banner)
    session.add(place)
    session.flush()
    for town in row.get("towns") or []:
        session.merge(_town(place, town))
    for code, spot in (row.get("outcodes") or {}).items():
        session.merge(
            m.Outcode(
                id=id_of("outcode", code), place_id=place.id, outcode=code, latitude=spot["lat"], longitude=spot["lon"]
            )
        )
    session.flush()


def _seed_bodies(session: Session, row: Mapping[str, Any]) -> None:
    for body, organisation in (row.get("bodies") or {}).items():
        session.merge(
            m.PlaceBody(
                place_id=id_of("place", row["slug"]), body=body, organisation_id=id_of("organisation", organisation)
            )
        )
    session.flush()


def _seed_desks(session: Session, folder: Path) -> None:
    """The teams of a place's desks.yml, in its order."""
    path = folder / "desks.yml"
    for position, row in enumerate(_rows(_read(path), "desks") if path.exists() else []):
        session.merge(desk_from(row, place=folder.name, position=position))
    session.flush()


def _town(place: m.Place, row: Mapping[str, Any]) -> m.Town:
    name = words(row["name"])
    return m.Town(
        id=id_of("town", f"{place.slug}/{name['en']}"),
        place_id=place.id,
        name=name["en"],
        kind=row.get("kind") or "town",
        latitude=row["lat"],
        longitude=row["lon"],
        alternates=list(row.get("alternates") or []),
        translations=translations_of(name=name),
    )


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as wrong:
        raise SeedWrong(f"{path.name}: {wrong}") from wrong
