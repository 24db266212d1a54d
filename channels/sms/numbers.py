"""Telephone numbers: one form, one keyed hash, one seal. Nothing else in the project holds a number in the clear."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from functools import lru_cache

import phonenumbers
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from phonenumbers import NumberParseException, PhoneNumberType

from channels.conversations import keyed
from settings import settings

HERE = "GB"
SHORTEST = 9  # digits after the country's code; what is shorter is a shortcode or a slip
COSTLY = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PAGER, PhoneNumberType.UAN)

MOBILE = re.compile(r"\+447[1-57-9]\d{8}")  # Ofcom's national numbering plan: 070 and 076 are dearer things
ISLANDS = ("GG", "IM", "JE")  # they share +44 7, at another price


class NotANumber(ValueError):
    """Not the number of somebody who could be written to: a shortcode, a sender's name, a premium line, a slip."""


class CannotBeRead(ValueError):
    """Sealed under another secret, or damaged."""


def international(written: str) -> str:
    """The E.164 form of a number however it is written (07…, 447…, 00447…, +44 (0)7…); raises `NotANumber`."""
    tidy = written.strip().replace("(0)", "")
    for guess in (tidy, f"+{tidy}" if tidy[:1] != "0" else f"+{tidy[2:]}" if tidy[:2] == "00" else tidy):
        try:
            number = phonenumbers.parse(guess, HERE)
        except NumberParseException:
            continue
        if phonenumbers.is_possible_number(number) and len(str(number.national_number)) >= SHORTEST:
            if phonenumbers.number_type(number) in COSTLY:
                break
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise NotANumber


def can_be_texted(number: str) -> bool:
    """Whether a text that nobody there has asked for may go to this E.164 number: to a mobile of the UK alone. A text
    to a landline is read aloud or lost; to a satellite or another country it costs many times as much."""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return bool(MOBILE.fullmatch(number)) and region not in ISLANDS


def person_of(number: str) -> str:
    """The keyed hash under which whoever has this E.164 number is known, whichever supplier carried their text."""
    return keyed(f"sms/{number}")


def seal(text: str) -> bytes:
    """`text` encrypted under a key made from the installation's secret."""
    return _sealer(settings().secret_key).encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """What was sealed; raises `CannotBeRead`, as after a change of SECRET_KEY."""
    try:
        return _sealer(settings().secret_key).decrypt(sealed).decode()
    except (InvalidToken, UnicodeDecodeError):
        raise CannotBeRead from None


@lru_cache(maxsize=4)
def _sealer(secret: str) -> Fernet:
    """A key of its own (HKDF, RFC 5869), so that nothing else made with the secret opens what is sealed."""
    made = HKDF(SHA256(), 32, salt=None, info=b"fingerpost texts").derive(secret.encode())
    return Fernet(urlsafe_b64encode(made))
