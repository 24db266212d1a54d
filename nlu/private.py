"""What a resident need not give us: numbers and addresses that reach one person. Taken out before anything is kept.

Ordinary numbers stay: a price, an age, a bin day, a council tax reference. Pure.
"""

from __future__ import annotations

import re

GONE = "…"
EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
BETWEEN = r"[\s()./-]{0,3}"
PHONE = re.compile(  # 01, 02 and 07 numbers however they are parted; 03 and 08 are helplines and reach nobody in person
    rf"(?<![\w£./-])\(?(?:(?:\+|00)44{BETWEEN}(?:0\)?{BETWEEN})?|0)[127](?:{BETWEEN}\d){{8,9}}(?![\d/])"
    r"|(?<![\w£./-])7[1-57-9]\d{2}[\s-]?\d{3}[\s-]?\d{3}(?![\d/])"  # a mobile without its nought
)
NATIONAL_INSURANCE = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b", re.I)
NHS = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}[\s-]?\d{4}(?!\d)")
CARD = re.compile(r"(?<!\d)(?:\d[\s-]?){12,18}\d(?!\d)")
BORN = re.compile(
    r"\b(?:dob|d\.o\.b\.?|date of birth|born(?: on)?|ganwyd(?: ar)?)[\s:is]*"
    r"\d{1,2}(?:st|nd|rd|th)?(?: of)?[\s/.-]+(?:\d{1,2}|[a-z]{3,9})[\s/.-]+\d{2,4}",
    re.I,
)
ACCOUNT = re.compile(
    r"\b(?:sort code|account(?: number| no\.?)?|acc(?:t)?(?: no\.?)?)[\s:is]*\d[\d\s-]{4,10}\d(?:\D{1,12}\d{8})?", re.I
)


def set_aside(text: str) -> tuple[str, bool]:
    """`text` with such numbers and addresses left out, and whether there were any."""
    kept = text
    for pattern in (EMAIL, BORN, ACCOUNT, NATIONAL_INSURANCE, PHONE):
        kept = pattern.sub(GONE, kept)
    kept = NHS.sub(lambda found: GONE if _is_nhs_number(found[0]) else found[0], kept)
    kept = CARD.sub(lambda found: GONE if _is_card(found[0]) else found[0], kept)
    return kept, kept != text


def _digits(text: str) -> list[int]:
    return [int(one) for one in text if one.isdigit()]


def _is_nhs_number(text: str) -> bool:
    """Ten digits whose last is the check of the others (NHS Data Dictionary, modulus 11)."""
    *first, last = _digits(text)
    check = 11 - sum(digit * weight for digit, weight in zip(first, range(10, 1, -1), strict=True)) % 11
    return check % 11 == last and check != 10


def _is_card(text: str) -> bool:
    """A payment card's number by its check digit (ISO/IEC 7812, Luhn)."""
    digits = _digits(text)[::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
