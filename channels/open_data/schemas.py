"""What an answer of the feed looks like, as JSON Schema: published in the OpenAPI document, and tested against.

Open Referral UK's own rules, and stricter where we can promise more: no field besides these, no empty text where the
standard gives a format.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

ID: Schema = {"type": "string", "format": "uuid"}
TEXT: Schema = {"type": "string", "minLength": 1}
ANY_TEXT: Schema = {"type": "string"}
URI: Schema = {"type": "string", "format": "uri"}
EMAIL: Schema = {"type": "string", "format": "email"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
YES_NO: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
CLOCK: Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-4]):[0-5][0-9]$"}
WORDS: Schema = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": TEXT}}


def one_of(*values: str) -> Schema:
    """A text that is one of these."""
    return {"type": "string", "enum": list(values)}


def thing(needed: str, **fields: Schema) -> Schema:
    """An object with these fields and no others; `needed` names the required ones."""
    return {"type": "object", "properties": fields, "required": needed.split(), "additionalProperties": False}


def many(of: Schema) -> Schema:
    """A list of `of`."""
    return {"type": "array", "items": of}


def at(name: str) -> Schema:
    """The schema of that name in the document."""
    return {"$ref": f"#/components/schemas/{name}"}


SUMMARY: dict[str, Schema] = {
    "id": ID, "organization_id": ID, "name": TEXT, "status": one_of("active"), "description": TEXT,
    "short_description": TEXT, "url": URI, "email": EMAIL, "fees": TEXT, "minimum_age": NUMBER, "maximum_age": NUMBER,
    "eligibility_description": TEXT, "assured_date": DAY, "alert": TEXT, "last_modified": MOMENT, "translations": WORDS,
}  # fmt: skip
PLACE: dict[str, Schema] = {
    "id": ID, "location_type": one_of("physical", "postal", "virtual"), "name": TEXT, "description": TEXT,
    "latitude": NUMBER, "longitude": NUMBER, "translations": WORDS, "external_identifier": TEXT,
    "external_identifier_type": TEXT,
}  # fmt: skip
OWNER: dict[str, Schema] = {"id": ID, "name": TEXT, "description": TEXT, "website": URI, "translations": WORDS}
PARTS = (
    "schedules service_areas service_at_locations languages funding cost_options contacts phones attributes"
).split()
SERVICE = "id organization_id name status last_modified organization"

SCHEMAS: dict[str, Schema] = {
    "about": thing("version profile openapi_url", version=one_of("HSDS-UK-3.0"), profile=URI, openapi_url=URI),
    "organization_summary": thing("id name description", **OWNER),
    "organization": thing(
        "id name description organization_identifiers",
        **OWNER,
        organization_identifiers=many(
            thing(
                "id organization_id identifier_scheme identifier_type identifier",
                id=ID, organization_id=ID, identifier_scheme=TEXT, identifier_type=TEXT, identifier=TEXT,
            )
        ),
    ),
    "taxonomy": thing("id name description", id=ID, name=TEXT, description=TEXT, uri=URI),
    "taxonomy_term": thing(
        "id name description taxonomy taxonomy_id",
        id=ID, code=TEXT, name=TEXT, description=TEXT, taxonomy=TEXT, taxonomy_id=ID,
    ),
    "location": thing(
        "id location_type addresses accessibility",
        **PLACE,
        addresses=many(
            thing(
                "id location_id address_1 city state_province postal_code country address_type",
                id=ID, location_id=ID, address_1=ANY_TEXT, city=ANY_TEXT, state_province=ANY_TEXT,
                postal_code=ANY_TEXT, country=TEXT, address_type=one_of("physical", "postal", "virtual"),
            )
        ),
        accessibility=many(thing("id location_id description", id=ID, location_id=ID, description=TEXT)),
    ),
    "schedule": thing(
        "id service_id freq interval",
        id=ID, service_id=ID, valid_from=DAY, valid_to=DAY, dtstart=DAY, freq=one_of("WEEKLY", "MONTHLY"),
        interval=COUNT, byday=TEXT, opens_at=CLOCK, closes_at=CLOCK, notes=TEXT, term_time=YES_NO, translations=WORDS,
        breaks=many({"type": "object", "properties": {"from": TEXT, "to": TEXT}, "required": ["from", "to"]}),
    ),
    "service_summary": thing(SERVICE, **SUMMARY, organization=at("organization_summary")),
    "service_minimal": thing(
        "id name status last_modified", id=ID, name=TEXT, status=one_of("active"), last_modified=MOMENT
    ),
    "service": thing(
        " ".join([SERVICE, *PARTS]),
        **SUMMARY,
        schedule_text=TEXT,
        source=TEXT,
        licence=TEXT,
        origin_id=ID,
        organization=at("organization"),
        schedules=many(at("schedule")),
        service_areas=many(
            thing("id service_id name extent_type", id=ID, service_id=ID, name=TEXT, service_area=TEXT,
                  extent_type=one_of("nation", "place", "town"))
        ),
        service_at_locations=many(
            thing("id service_id location_id location", id=ID, service_id=ID, location_id=ID, location=at("location"))
        ),
        languages=many(thing("id service_id code", id=ID, service_id=ID, code=TEXT)),
        funding=many({"type": "object"}),
        cost_options=many(
            thing("id service_id option currency", id=ID, service_id=ID, option=TEXT, amount=NUMBER, currency=TEXT,
                  amount_description=TEXT, translations=WORDS)
        ),
        contacts=many(thing("id service_id title", id=ID, service_id=ID, title=TEXT)),
        phones=many(
            thing("id service_id number", id=ID, service_id=ID, number=TEXT, type=TEXT, description=TEXT,
                  translations=WORDS)
        ),
        attributes=many(
            thing("id link_id link_type taxonomy_term_id taxonomy_term", id=ID, link_id=ID, link_type=TEXT,
                  taxonomy_term_id=ID, taxonomy_term=at("taxonomy_term"))
        ),
    ),
    "service_at_location_summary": thing(
        "id service_id location_id location service",
        id=ID, service_id=ID, location_id=ID, location=thing("id location_type", **PLACE),
        service=at("service_summary"),
    ),
    "service_at_location": thing(
        "id service_id location_id location service",
        id=ID, service_id=ID, location_id=ID, location=at("location"), service=at("service"),
    ),
    "error": thing("error message", error=TEXT, message=TEXT, parameter=TEXT),
}  # fmt: skip


def page_of(*names: str) -> Schema:
    """A page whose rows are of one of these names."""
    row = at(names[0]) if len(names) == 1 else {"anyOf": [at(name) for name in names]}
    return thing(
        "total_items total_pages page_number size first_page last_page empty contents",
        total_items=COUNT, total_pages={"type": "integer", "minimum": 1},
        page_number={"type": "integer", "minimum": 1}, size=COUNT,
        first_page=YES_NO, last_page=YES_NO, empty=YES_NO, contents=many(row),
    )  # fmt: skip
