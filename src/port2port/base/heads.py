"""A head: the signed root over the journal's first `size` leaves. Ed25519 (RFC 8032); the key never leaves its file."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from port2port.base.journal import moment
from port2port.base.key_files import UnsafeKey, kept_key

KEY_LENGTH = 32


@dataclass(frozen=True)
class Head:
    """A root with the moment of sealing and its signature."""

    size: int
    root: bytes
    at: datetime
    signature: bytes
    key: bytes = b""

    def signed_by(self, public: bytes) -> bool:
        """Say whether the holder of this public key signed exactly this size, root and moment."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(self.signature, message(self.size, self.root, self.at))
        except (InvalidSignature, ValueError):
            return False
        return True

    def to_json(self) -> dict[str, Any]:
        """Return the head as it stands in heads.jsonl and in the mail."""
        return {
            "size": self.size,
            "root": self.root.hex(),
            "at": moment(self.at),
            "signature": self.signature.hex(),
            "key": self.key.hex(),
        }

    @classmethod
    def from_json(cls, said: Any) -> "Head":
        """Return the head that `to_json` wrote. Raises ValueError when it is something else."""
        try:
            return cls(
                size=int(said["size"]),
                root=bytes.fromhex(said["root"]),
                at=datetime.strptime(said["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
                signature=bytes.fromhex(said["signature"]),
                key=bytes.fromhex(said["key"]),
            )
        except (KeyError, TypeError) as wrong:
            raise ValueError("this is no journal head") from wrong


def message(size: int, root: bytes, at: datetime) -> bytes:
    """Return the bytes that are signed. The first line keeps the signature from meaning anything elsewhere."""
    return f"port2port journal head v1\n{size}\n{root.hex()}\n{moment(at)}\n".encode()


class Signer:
    """The holder of the journal's private key."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()

    def head(self, size: int, root: bytes, at: datetime) -> Head:
        """Return the signed head."""
        return Head(size, root, at, self._private.sign(message(size, root, at)), self.public)


def load_signer(path: Path, *, make: bool = True) -> Signer:
    """Return the signer whose key stands in `path`, made once (mode 0600) when it is absent and `make` is set.

    Raises UnsafeKey when others can read the file or it holds no key, FileNotFoundError when absent and not to be made.
    """
    if not make and not path.exists():
        raise FileNotFoundError(path)
    private = kept_key(path, lambda: Ed25519PrivateKey.generate().private_bytes_raw())
    if len(private) != KEY_LENGTH:
        raise UnsafeKey(f"{path} does not hold an Ed25519 private key of {KEY_LENGTH} bytes")
    return Signer(Ed25519PrivateKey.from_private_bytes(private))
