"""The tokens and keys by which other nodes let us in, sealed: the database and its backups hold none in clear."""

from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from port2port.base.key_files import kept_key

KEY_FILE = "peer.key"


@cache
def _vault() -> Fernet:
    """Return the cipher, its key made once. Raises UnsafeKey, OSError, ValueError."""
    return Fernet(kept_key(settings.DATA_DIR / KEY_FILE, Fernet.generate_key))


def seal(token: str) -> bytes:
    """Return a token as it is stored."""
    return _vault().encrypt(token.encode())


def unseal(sealed: "bytes | memoryview[int]") -> str:
    """Return a token, or nothing when it was sealed under another key: the other side refuses us then, as is said."""
    try:
        return _vault().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        return ""
