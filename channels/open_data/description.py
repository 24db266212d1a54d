"""The feed described: the OpenAPI document for machines, the same for the page people read, and what we are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from channels.open_data import asking
from channels.open_data.schemas import SCHEMAS, Schema, at, page_of
from knowledge.exporting import Publisher
from knowledge.exports.vocabulary import ACCESS, OURS, TIERS, Names
from words import look_up, say

VERSION = "HSDS-UK-3.0"
LISTED = ("page", "per_page")
FILTERS = (
    "search", "taxonomy_term_id", "taxonomy_id", "minimum_age", "maximum_age", "day", "start_time", "end_time",
)  # fmt: skip
AT_PLACES = ("postcode", "proximity")  # the standard asks them of service_at_locations only; services take them too
MORE = ("modified_after", "organization_id", "full", "minimal")  # of international HSDS, for harvesters
NUMBERS = ("page", "per_page", "minimum_age", "maximum_age", "proximity")


@dataclass(frozen=True)
class Endpoint:
    """One address of the feed. `schema`: the names of what an answer, or a row of it, may be.

    `optional`: the standard's validator only warns about it.
    """

    name: str
    path: str
    schema: str
    parameters: tuple[str, ...] = ()
    listed: bool = False
    optional: bool = True


ENDPOINTS = (
    Endpoint("root", "/", "about", optional=False),
    Endpoint(
        "services",
        "/services",
        "service_summary service service_minimal",
        (*LISTED, *FILTERS, *AT_PLACES, *MORE),
        True,
        False,
    ),
    Endpoint("service", "/services/{id}", "service", ("id",), optional=False),
    Endpoint(
        "service_at_locations",
        "/service_at_locations",
        "service_at_location_summary service_at_location",
        (*LISTED, *FILTERS, *AT_PLACES, *MORE[:3]),
        True,
    ),
    Endpoint("service_at_location", "/service_at_locations/{id}", "service_at_location", ("id",)),
    Endpoint("taxonomies", "/taxonomies", "taxonomy", LISTED, True),
    Endpoint("taxonomy", "/taxonomies/{id}", "taxonomy", ("id",)),
    Endpoint("taxonomy_terms", "/taxonomy_terms", "taxonomy_term", (*LISTED, "taxonomy_id"), True),
    Endpoint("taxonomy_term", "/taxonomy_terms/{id}", "taxonomy_term", ("id",)),
)


def publisher(language: str) -> Publisher:
    """What our own lists, costs and invented entries are called in `language`."""
    lists = {name: (say(f"open_data.lists.{name}.name", language), "") for name in OURS}
    lists = {
        name: (called, say(f"open_data.lists.{name}.description", language)) for name, (called, _) in lists.items()
    }
    terms = {ACCESS: look_up("access", language), TIERS: look_up("open_data.tiers", language)}
    costs = {key: words for key, words in look_up("cost", language).items() if "{" not in words}
    return Publisher(Names(lists, terms), costs, say("open_data.invented", language))


def parameters(language: str) -> Iterator[tuple[str, str]]:
    """Every parameter with what it does, each once, in the order they are usually wanted."""
    for name in (*FILTERS, *AT_PLACES, *LISTED, *MORE):
        yield name, parameter(name, language)


def parameter(name: str, language: str) -> str:
    """What a parameter does."""
    return say(f"open_data.parameters.{name}", language, usual=asking.PER_PAGE, most=asking.MOST)


def openapi(base: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the feed at `base`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": say("open_data.title", "en"),
            "version": VERSION,
            "description": say("open_data.lead", "en"),
        },
        "servers": [{"url": base}],
        "paths": {one.path: {"get": _operation(one)} for one in ENDPOINTS},
        "components": {"schemas": SCHEMAS},
    }


def _operation(one: Endpoint) -> dict[str, Any]:
    names = one.schema.split()
    schema: Schema = page_of(*names) if one.listed else at(one.schema)
    wrong = {"400": _answer("error", at("error"))} if one.parameters else {}
    if "id" in one.parameters:
        wrong |= {status: _answer("error", at("error")) for status in ("404", "410")}
        wrong.pop("400")
    told = {
        "operationId": one.name,
        "summary": say(f"open_data.endpoints.{one.name}", "en"),
        "parameters": [_parameter(name) for name in one.parameters],
        "responses": {"200": _answer(one.name, schema), **wrong},
    }
    return told | ({"tags": ["Optional"]} if one.optional else {})


def _parameter(name: str) -> dict[str, Any]:
    in_path = name == "id"
    kind = "integer" if name in LISTED else "number" if name in NUMBERS else "string"
    told = {"name": name, "in": "path" if in_path else "query", "required": in_path}
    return told | {"description": parameter(name, "en"), "schema": {"type": kind}}


def _answer(description: str, schema: Schema) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
