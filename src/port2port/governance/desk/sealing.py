"""Who asks, and what is answered, sealed: the database and its backups hold no name of a requester in clear.

AES-256-GCM (NIST SP 800-38D) under a key that stands beside the database, bound to the request: a sealed text that is
moved to another request does not open. Who may read the row decides the policy; this is for whoever reads the disk.
"""

import secrets
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Port2PortError
from port2port.base.key_files import kept_key

KEY_FILE = "desk.key"
KEY_LENGTH = 32
NONCE = 12  # bytes, random


class Unreadable(Port2PortError):
    """What was sealed was changed, or sealed with another key."""

    code = "damaged-seal"
    title = _("This can no longer be read")


class Asked(msgspec.Struct, frozen=True):
    """Who asks, how they are reached, and what they ask: the least that an answer needs."""

    name: str
    contact: str
    wish: str = ""


def _cipher() -> AESGCM:
    return AESGCM(kept_key(settings.DATA_DIR / KEY_FILE, lambda: secrets.token_bytes(KEY_LENGTH)))


def seal(text: str, request: UUID) -> bytes:
    """Return a text sealed for a request. Raises UnsafeKey when the key file is open to others."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher().encrypt(nonce, text.encode(), request.bytes)


def unseal(sealed: "bytes | memoryview[int]", request: UUID) -> str:
    """Return what was sealed for a request. Raises Unreadable."""
    held = bytes(sealed)
    try:
        return _cipher().decrypt(held[:NONCE], held[NONCE:], request.bytes).decode()
    except (InvalidTag, ValueError) as error:  # ValueError: cut off within the nonce
        raise Unreadable(_("It was changed, or the key of the desk is another one.")) from error


def seal_asked(asked: Asked, request: UUID) -> bytes:
    """Return who asks, and what, sealed."""
    return seal(msgspec.json.encode(asked).decode(), request)


def unseal_asked(sealed: "bytes | memoryview[int]", request: UUID) -> Asked:
    """Return who asks, and what. Raises Unreadable."""
    return msgspec.json.decode(unseal(sealed, request), type=Asked)
