"""The public form's token, its proof of work, and the code of a receipt. Pure: keys and moments are handed in.

A form's token says when it was made and for which neighbourhood of addresses, signed. The proof is a number with which
SHA-256 of "token:number" begins with some zero bits (Back, "Hashcash", 2002); it costs a browser a second and is
checked in a microsecond. The code is derived from the token, so that a form sent twice gives the same code and opens
one case; whoever holds only the database has neither token nor code.
"""

import base64
import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

NONCE, STAMP, SIGNATURE = 16, 8, 16  # bytes
TOKEN = NONCE + STAMP + SIGNATURE
LONGEST_PROOF = 20  # digits
CODE_BYTES = 18  # of which 140 bits are said: not to be guessed whatever the rate
# Crockford's base 32: no I, L, O and U, which are misread; what is written for them is understood.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = 28
GROUP = 4
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
UNKNOWN = "unknown"


class Form(StrEnum):
    """What a token is for: a token of one form does not serve another."""

    ASK = "ask"
    WRITE = "write"


@dataclass(frozen=True)
class Token:
    """A form's token that is really ours: its secret part and when the form was made."""

    nonce: bytes
    made_at: datetime


def neighbourhood(address: str, *, ipv4_bits: int, ipv6_bits: int) -> str:
    """Return the network an address lies in, as what is counted together; "unknown" for what is no address.

    An IPv4 address written as IPv6 (RFC 4291 section 2.5.5.2) is the IPv4 address.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    bits = ipv4_bits if found.version == 4 else ipv6_bits  # noqa: PLR2004 - a version of IP
    return str(ipaddress.ip_network(f"{found}/{bits}", strict=False))


def make_token(key: str, form: Form, place: str, *, at: datetime) -> str:
    """Return a new token for a form that is loaded now from this neighbourhood."""
    body = secrets.token_bytes(NONCE) + int(at.timestamp()).to_bytes(STAMP, "big")
    return base64.urlsafe_b64encode(body + _signature(key, form, place, body)).decode().rstrip("=")


def read_token(token: str, key: str, form: Form, place: str) -> Token | None:
    """Return what a token says, or None when it is not ours, for another form, or for another neighbourhood."""
    if not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    body, signature = raw[: NONCE + STAMP], raw[NONCE + STAMP :]
    # Written the one way we write it: else one token had many spellings, and each its own proof.
    canonical = base64.urlsafe_b64encode(raw).decode().rstrip("=") == token
    if (
        len(raw) != TOKEN
        or not canonical
        or not hmac.compare_digest(signature, _signature(key, form, place, body))
    ):  # fmt: skip
        return None
    return Token(body[:NONCE], datetime.fromtimestamp(int.from_bytes(body[NONCE:], "big"), UTC))


def proves(token: str, proof: str, *, bits: int) -> bool:
    """Tell whether a number is the proof of work for a token."""
    if not proof.isascii() or not proof.isdigit() or len(proof) > LONGEST_PROOF:
        return False
    digest = hashlib.sha256(f"{token}:{proof}".encode()).digest()
    return int.from_bytes(digest, "big") >> (len(digest) * 8 - bits) == 0


def code_of(token: Token, key: str) -> str:
    """Return the code of the receipt for what is sent with this token, in groups: 28 letters and digits, 140 bits."""
    raw = hmac.new(_derived(key, "receipt"), token.nonce, hashlib.sha256).digest()[:CODE_BYTES]
    number, letters = int.from_bytes(raw, "big"), []
    for _place in range(CODE_LETTERS):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return grouped("".join(letters))


def grouped(letters: str) -> str:
    """Return a code as it is shown: groups of four."""
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def hashed_code(typed: str) -> bytes:
    """Return the hash by which a code is kept, of what somebody typed: small letters, spaces and O for 0 are forgiven.

    What can be no code has a hash too, so that it is looked up like any other.
    """
    letters = "".join(sign for sign in typed.upper().translate(MISREAD) if sign in ALPHABET)[: 2 * CODE_LETTERS]
    return hashlib.sha256(b"receipt:" + letters.encode()).digest()


def hashed_form(token: Token) -> bytes:
    """Return the hash by which a further message is known: sent twice, it is said once."""
    return hashlib.sha256(b"message:" + token.nonce).digest()


def _signature(key: str, form: Form, place: str, body: bytes) -> bytes:
    said = body + f"{form.value}\n{place}".encode()
    return hmac.new(_derived(key, "form"), said, hashlib.sha256).digest()[:SIGNATURE]


def _derived(key: str, purpose: str) -> bytes:
    return hmac.new(key.encode(), f"port2port helpdesk {purpose}".encode(), hashlib.sha256).digest()
