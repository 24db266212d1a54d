"""What must be read again but never lie open in the directory's database: an editor's telephone number, the secret of
their authenticator app. A key of its own, made from the installation's secret."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from knowledge.errors import KnowledgeError
from settings import settings


class CannotBeRead(KnowledgeError):
    """Sealed under another secret, or damaged."""


def seal(text: str) -> bytes:
    """`text` encrypted and signed (Fernet)."""
    return _sealer(settings().secret_key).encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """What was sealed; raises `CannotBeRead`, as after a change of SECRET_KEY."""
    try:
        return _sealer(settings().secret_key).decrypt(sealed).decode()
    except (InvalidToken, UnicodeDecodeError):
        raise CannotBeRead("sealed under another SECRET_KEY") from None


@lru_cache(maxsize=4)
def _sealer(secret: str) -> Fernet:
    """A key of its own (HKDF, RFC 5869), so that nothing else made with the secret opens what is sealed."""
    made = HKDF(SHA256(), 32, salt=None, info=b"fingerpost editors").derive(secret.encode())
    return Fernet(urlsafe_b64encode(made))
