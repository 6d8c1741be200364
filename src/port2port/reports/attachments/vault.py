"""The vault: files of the data folder, encrypted, under names that tell nothing.

A file is AES-256-GCM (NIST SP 800-38D) under a key that stands beside the database, never in it. Its address is the
HMAC-SHA256 (RFC 2104) of owner and content: the same file of one owner lies there once, the same file of two owners
twice, so that nobody learns whether somebody else has it. Owner and address are bound into the encryption: a file moved
to another address, or opened for another owner, does not open.

It is written whole under another name, flushed, and then renamed. It is written also when it is there already: that
takes the same time, gives a damaged file back, and makes it young for `sweep`.
"""

import hashlib
import hmac
import logging
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Port2PortError
from port2port.base.key_files import UnsafeKey, kept_key

FOLDER = "attachments"
KEY_FILE = "attachments.key"
KEY_LENGTH = 32
FORMAT = b"P2P\x01"  # which cipher and layout, so that another may follow
NONCE = 12  # bytes, random; one key may seal 2^32 files (SP 800-38D section 8.3)
PART = ".part"
BATCH = 500

log = logging.getLogger(__name__)


class Damaged(Port2PortError):
    """A file of the vault is missing, was changed, or was sealed with another key."""

    code = "damaged-file"
    title = _("This file is damaged")

    def __init__(self) -> None:
        super().__init__(_("What is kept of this file is missing or was changed, so it is not given out."))


@dataclass(frozen=True)
class _Keys:
    names: bytes
    contents: AESGCM


@lru_cache(maxsize=1)
def _keys(data_dir: Path) -> _Keys:
    path = data_dir / KEY_FILE
    if not path.exists() and any(_files(data_dir / FOLDER)):
        # a new key would open none of them, and hide that the old one is missing
        raise UnsafeKey(f"{path} is missing and {data_dir / FOLDER} holds files: put it back from where the keys are")
    secret = kept_key(path, lambda: secrets.token_bytes(KEY_LENGTH))
    if len(secret) != KEY_LENGTH:
        raise UnsafeKey(f"{path} does not hold {KEY_LENGTH} bytes")
    # one use, one key: each derived as HKDF-Expand does for one block (RFC 5869 section 2.3)
    return _Keys(
        hmac.digest(secret, b"port2port attachments: names\x01", "sha256"),
        AESGCM(hmac.digest(secret, b"port2port attachments: contents\x01", "sha256")),
    )


def _path(address: str) -> Path:
    return Path(settings.DATA_DIR / FOLDER / address[:2] / address[2:])


def _bound(address: str, owner: UUID) -> bytes:
    """Return what the encryption is bound to besides its content."""
    return FORMAT + owner.bytes + bytes.fromhex(address)


def seal(content: bytes, owner: UUID) -> str:
    """Keep a file for an organisation and return its address; it is on the disk when this returns.

    Raises OSError when it cannot be written, UnsafeKey when the key file is missing, damaged or open to others.
    """
    keys = _keys(settings.DATA_DIR)
    address = hmac.new(keys.names, owner.bytes + content, hashlib.sha256).hexdigest()
    nonce = secrets.token_bytes(NONCE)
    sealed = FORMAT + nonce + keys.contents.encrypt(nonce, content, _bound(address, owner))
    _write(_path(address), sealed)
    return address


def unseal(address: str, owner: UUID) -> bytes:
    """Return the file that was kept for an organisation. Raises Damaged when it is missing or not what was kept."""
    keys = _keys(settings.DATA_DIR)
    try:
        sealed = _path(address).read_bytes()
        if not sealed.startswith(FORMAT):
            raise InvalidTag
        nonce, rest = sealed[len(FORMAT) :][:NONCE], sealed[len(FORMAT) + NONCE :]
        return keys.contents.decrypt(nonce, rest, _bound(address, owner))
    except (FileNotFoundError, InvalidTag, ValueError) as error:  # ValueError: cut off within the nonce
        log.error("attachment %s is missing or damaged: %s", address, type(error).__name__)
        raise Damaged from error


def sweep(kept: Callable[[list[str]], set[str]], *, older_than: float) -> int:
    """Remove files that no row refers to, and what a killed upload left half written. Returns how many.

    `kept` answers which of some addresses rows refer to; `older_than` is a moment in seconds since 1970: what is
    younger stays. No upload may run meanwhile (the caller holds the lock).
    """
    removed = 0
    old = (path for path in _files(settings.DATA_DIR / FOLDER) if path.stat().st_mtime < older_than)
    while batch := list(islice(old, BATCH)):
        addresses = {path.parent.name + path.name: path for path in batch}
        still = kept([address for address in addresses if not address.endswith(PART)])
        for address, path in addresses.items():
            if address not in still:
                path.unlink()
                removed += 1
    return removed


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file of the vault, half written ones too."""
    if folder.is_dir():
        for part in sorted(folder.iterdir()):
            if part.is_dir():
                yield from sorted(part.iterdir())


def _write(path: Path, content: bytes) -> None:
    for folder in (path.parent.parent, path.parent):
        if not folder.exists():
            folder.mkdir(exist_ok=True, mode=0o700)
            _flush(folder.parent)
    part = path.with_name(f".{secrets.token_hex(8)}{PART}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _flush(path.parent)


def _flush(folder: Path) -> None:
    """Let the names in a folder outlive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
