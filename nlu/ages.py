"""How old somebody is, in figures and in words: "my 6 year old", "she's four", "in year 9", "under fives". Pure.

In English and Welsh, in whole years: the youngest that the words allow, and the middle of a decade ("in her eighties").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

OLDEST = 110
ONES: Mapping[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS: Mapping[str, int] = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
WELSH: Mapping[str, int] = {
    "un": 1, "blwydd": 1, "dwy": 2, "ddwy": 2, "tair": 3, "dair": 3, "pedair": 4, "bedair": 4, "pump": 5, "bump": 5,
    "chwech": 6, "chwe": 6, "saith": 7, "wyth": 8, "naw": 9, "deg": 10, "ddeg": 10, "deuddeg": 12, "pymtheg": 15,
}  # fmt: skip
UNDERS: Mapping[str, int] = {"twos": 2, "threes": 3, "fours": 4, "fives": 5, "eights": 8, "elevens": 11, "bump": 5}
CHILD = (
    r"(?:son|sons|daughter|lad|boy|girl|grandson|granddaughter|grandchild|nephew|niece|youngest|eldest|oldest|toddler|"
    r"baby|bairn|wean|little one|mab|merch|hogyn|hogan|bachgen|crwt)"
)
IN_WORDS = rf"(?:(?:{'|'.join(TENS)})(?:[ -](?:{'|'.join(list(ONES)[:9])}))?|{'|'.join(ONES)})"
NUMBER = rf"(?:\d{{1,3}}|{IN_WORDS})"
NOT_YEARS = r"(?!\s*(?:st\b|th\b|miles?|km|min|hours?|weeks?|months?|quid|pounds|p\b|%|:|am|pm))"
AFTER = r"(?:and|but|so|now|next|this|soon|tomorrow|today|with|who|in (?:a|the|may|june|july))"
ENDS = rf"(?=\s*(?:$|[.,;!?)\n-]|{AFTER}\b))"
PERSON = r"(?:i'?m|i am|he'?s|he is|she'?s|she is|they'?re|they are|who'?s|who is|aged?|turned|turns|turning)"
OF_A_THING = re.compile(
    r"\b(?:dog|cat|pup|puppy|kitten|horse|pony|car|van|boiler|laptop|computer|phone|sofa|settee|telly|tv|roof|house|"
    r"flat|fridge|freezer|cooker|oven|machine|washer|bike|carpet|windows?|kitchen|bathroom|debt|bill|fence|shed|tree|bed|"
    r"mattress|lease|extension|report|complaint|application)s?\W+(?:(?:is|are|it'?s|that'?s|only|about|nearly|over)\W+)*$",
    re.I,
)


@dataclass(frozen=True)
class Age:
    """Years, and where in the text they are said."""

    years: int
    start: int
    end: int


def age_in(text: str) -> Age | None:
    """The age that the text tells of; the surest way of saying it first, and the first of those said that way."""
    plain = text.replace("\u2019", "'")
    for pattern, years_of in WAYS:
        for found in pattern.finditer(plain):
            years = years_of(found["age"].lower())
            if 0 <= years <= OLDEST and not OF_A_THING.search(plain[: found.start()]):
                return Age(years, found.start(), found.end())
    return None


def _years(said: str) -> int:
    if said.isdigit():
        return int(said) or -1
    return sum(TENS.get(word) or ONES.get(word) or 0 for word in re.split(r"[ -]", said))


def _under(said: str) -> int:
    return (int(said) if said.isdigit() else UNDERS[said]) - 1


def _from_months(said: str) -> int:
    return _years(said) // 12


def _decade(said: str) -> int:
    tens = int(said[:2]) if said[0].isdigit() else next(years for word, years in TENS.items() if word[:4] == said[:4])
    return tens + 5


def _welsh(said: str) -> int:
    return int(said) if said.isdigit() else WELSH[said]


def _school_year(said: str) -> int:
    return int(said) + 4


def _secondary_year(said: str) -> int:
    return int(said) + 11


Years = Callable[[str], int]
WAYS: tuple[tuple[re.Pattern[str], Years], ...] = tuple(
    (re.compile(pattern, re.I), years)
    for pattern, years in (
        (rf"\b(?P<age>{NUMBER})(?: and a half)?[ -]?(?:yo|y/o|(?:years?|yrs?)[ -]?olds?|yrs)\b", _years),
        (rf"\b(?:baby|toddler|child|son|daughter|twins?|lad|boy|girl|lo|he|she|they)\b[^.?!]*?"
         rf"\b(?P<age>{NUMBER})[ -](?:months?|mths?)(?:[ -]old\b|{ENDS})", _from_months),
        (rf"\b(?P<age>{NUMBER})[ -](?:months?|mths?)[ -]old (?:baby|twins?|son|daughter|boy|girl|child)\b",
         _from_months),
        (rf"\b(?:under|u)[- ]?(?P<age>\d{{1,2}})(?:'?s)?\b{NOT_YEARS}", _under),
        (r"\bunder[- ](?P<age>twos|threes|fours|fives|eights|elevens)\b", _under),
        (r"\b(?:dan|o dan) (?P<age>bump|\d{1,2}) ?(?:oed)?\b", _under),
        (rf"\b(?:{PERSON}|im|hes|shes|is|nearly|over)\s+(?P<age>\d{{1,3}})\b{NOT_YEARS}", _years),
        (r"\bover (?P<age>[5-8]0)'?s", _years),
        (r"\b(?P<age>\d{1,3}) (?:mlwydd )?oed\b", _welsh),
        (rf"\b(?P<age>{'|'.join(WELSH)}) (?:mlwydd |flwydd )?oed\b", _welsh),
        (r"(?:^|[.!?]\s+)(?P<age>[2-9]\d)(?= and |, )", _years),  # "58 and never done a CV"
        (rf"\b{CHILD}(?:,| is| of| who is| sy'n)?(?: \w+ and)? (?P<age>1?\d)\b{NOT_YEARS}(?! ?\w*s\b)", _years),
        (rf"\b{PERSON} (?:nearly |almost |only |just )?(?P<age>{IN_WORDS})\b{ENDS}", _years),
        (rf"\b{CHILD}(?:'s|,| is| of| who is)? (?:nearly |almost |only |just )?(?P<age>{IN_WORDS})\b{ENDS}", _years),
        (r"\bin (?:his|her|their|my|our) (?:early |mid |late )?"
         r"(?P<age>[2-9]0'?s|(?:twen|thir|for|fif|six|seven|eigh|nine)ties)\b", _decade),
        (r"\b(?:in|i'?m|he'?s|she'?s|into|starting) (?:yr|year|y) ?(?P<age>[1-9]|1[0-3])\b(?! (?:of|at uni))",
         _school_year),
        (r"\bin p(?P<age>[1-7])\b", _school_year),
        (r"\bin s(?P<age>[1-6])(?= (?:at|in) (?:the )?(?:school|high|academy|grammar))", _secondary_year),
    )
)  # fmt: skip
