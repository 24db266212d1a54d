"""An entry as schema.org says it, for search engines: a service, who runs it, where and when. Nothing else is in it."""

from __future__ import annotations

import calendar
from typing import Any

from knowledge.reading import Entry, When

CONTEXT = "https://schema.org"
DAYS = {day[:2].upper(): day for day in calendar.day_name}
OF_THE_STATE = ("council", "statutory")

Linked = dict[str, Any]


def linked(entry: Entry, address: str, language: str) -> Linked:
    """The JSON-LD of a published entry whose page is at `address`."""
    state = entry.tier in OF_THE_STATE
    return _said(
        {
            "@context": CONTEXT,
            "@type": "GovernmentService" if state else "Service",
            "@id": address,
            "name": entry.text("name", language),
            "description": entry.text("description", language) or entry.text("line", language),
            "url": address,
            "sameAs": entry.url,
            "provider": {"@type": "GovernmentOrganization" if state else "Organization", "name": entry.run_by},
            "email": entry.email,
            "availableChannel": _said({"@type": "ServiceChannel", "serviceUrl": entry.url, **_reached(entry)}),
            "hoursAvailable": [_hours(when) for when in entry.when if when.opens and when.closes and weekly(when)],
            "audience": _audience(entry),
            "offers": {"@type": "Offer", "price": 0, "priceCurrency": "GBP"} if entry.cost == "free" else None,
            "availableLanguage": list(entry.languages),
            "inLanguage": language,
        }
    )


def weekly(when: When) -> bool:
    """Whether it is every week of the year: only that can be said in opening hours."""
    return when.freq == "WEEKLY" and when.interval == 1 and not when.term and not when.note


def _reached(entry: Entry) -> Linked:
    phones = [{"@type": "ContactPoint", "telephone": phone.number} for phone in entry.phones]
    places = [
        _said(
            {
                "@type": "Place",
                "name": spot.venue,
                "address": _said(
                    {
                        "@type": "PostalAddress",
                        "streetAddress": spot.address,
                        "addressLocality": spot.town,
                        "postalCode": spot.postcode,
                        "addressCountry": "GB",
                    }
                ),
            }
        )
        for spot in entry.where
        if not entry.masked
    ]
    return {"servicePhone": phones, "serviceLocation": places}


def _hours(when: When) -> Linked:
    days = [DAYS[day] for day in when.byday if day in DAYS]
    return {"@type": "OpeningHoursSpecification", "dayOfWeek": days, "opens": when.opens, "closes": when.closes}


def _audience(entry: Entry) -> Linked | None:
    if entry.minimum_age is None and entry.maximum_age is None and not entry.who:
        return None
    return _said(
        {
            "@type": "PeopleAudience",
            "audienceType": entry.who,
            "suggestedMinAge": entry.minimum_age,
            "suggestedMaxAge": entry.maximum_age,
        }
    )


def _said(told: Linked) -> Linked:
    return {name: value for name, value in told.items() if value not in (None, "", [])}
