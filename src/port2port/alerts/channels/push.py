"""Web Push: an alert to a browser or phone through the push service of its maker, which cannot read it.

RFC 8030 (the protocol), RFC 8291 and 8188 (encryption for the browser), RFC 8292 (who sends: VAPID).
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from secrets import token_bytes
from typing import Literal

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from port2port.alerts.channels.addresses import Forbidden, read_place
from port2port.alerts.channels.line import INTERNET, Reach
from port2port.alerts.channels.outcome import Outcome
from port2port.alerts.channels.posting import post
from port2port.base.key_files import UnsafeKey, kept_key

Urgency = Literal["very-low", "low", "normal", "high"]

CURVE = ec.SECP256R1()
POINT_LENGTH = 65  # an uncompressed point of P-256
AUTH_LENGTH = 16
SALT_LENGTH = 16
KEY_LENGTH = 16
NONCE_LENGTH = 12
SECRET_LENGTH = 32
RECORD_SIZE = 4096
LAST_RECORD = b"\x02"  # RFC 8188 section 2: the delimiter of the last record; zeros may follow
LONGEST_PAYLOAD = 2000
TOKEN_LIFE = timedelta(hours=12)  # RFC 8292 section 2 allows 24 hours, by the clock of the push service
BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
SUBJECT = re.compile(r"(mailto:[!-~]+@[!-~]+|https://[!-~]+)")
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})  # RFC 8030 section 7.3


class BadSubscription(ValueError):
    """What a browser said of itself is no push subscription; the message says why."""


@dataclass(frozen=True)
class Subscription:
    """What a browser's PushSubscription says: the endpoint, and base64url of its public key and shared secret."""

    endpoint: str
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


def check_subscription(subscription: Subscription, *, reach: Reach = INTERNET) -> None:
    """Raise BadSubscription when the address is not allowed, a part has another length or the point is not on P-256.

    It resolves no name: the endpoint's addresses are checked at every sending.
    """
    try:
        read_place(subscription.endpoint, allow_private=reach.allow_private)
    except Forbidden as why:
        raise BadSubscription(f"the endpoint is not allowed: {why.code}") from None
    _browser_key(subscription)
    _shared_secret(subscription)


def _browser_key(subscription: Subscription) -> ec.EllipticCurvePublicKey:
    point = _decoded(subscription.p256dh, POINT_LENGTH, "p256dh")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        raise BadSubscription("p256dh is no point of the curve P-256") from None


def _shared_secret(subscription: Subscription) -> bytes:
    return _decoded(subscription.auth, AUTH_LENGTH, "auth")


def _decoded(text: str, length: int, name: str) -> bytes:
    problem = f"{name} is not {length} bytes in base64url"
    if not BASE64URL.fullmatch(text):
        raise BadSubscription(problem)
    bare = text.rstrip("=")
    try:
        value = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        raise BadSubscription(problem) from None
    if len(value) != length:
        raise BadSubscription(problem)
    return value


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@dataclass(frozen=True)
class VapidKey:
    """The key by which push services know this installation. Browsers bind to it: without it, all subscribe anew."""

    private: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def public(self) -> str:
        """The public key as a browser's `applicationServerKey` and the header's `k` take it."""
        return _encoded(_point(self.private.public_key()))

    @classmethod
    def load_or_make(cls, path: Path) -> "VapidKey":
        """Return the key that stands in `path` (PEM, PKCS 8), made once, mode 0600, when there is none.

        Raises UnsafeKey when others can read the file or it holds no such key, OSError when it cannot be made.
        """
        try:
            private = serialization.load_pem_private_key(kept_key(path, _new_key), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise UnsafeKey(f"{path} does not hold a private key") from None
        if not (isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name == CURVE.name):
            raise UnsafeKey(f"{path} does not hold a key of P-256")
        return cls(private)

    def authorization(self, origin: str, *, subject: str, at: datetime) -> str:
        """Return the header's value for a push service, `vapid t=TOKEN, k=KEY` (RFC 8292 section 3).

        `subject` is how the push service reaches whoever runs this installation: a mailto: or https: address.
        Raises ValueError for another.
        """
        if not SUBJECT.fullmatch(subject):
            raise ValueError("a push sender's subject is a mailto: or https: address")
        claims = {"aud": origin, "exp": int((at + TOKEN_LIFE).timestamp()), "sub": subject}
        return f"vapid t={jwt.encode(claims, self.private, algorithm='ES256')}, k={self.public}"


def _new_key() -> bytes:
    return ec.generate_private_key(CURVE).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def encrypted(
    payload: bytes, subscription: Subscription, *, salt: bytes, sender: ec.EllipticCurvePrivateKey, padding: int = 0
) -> bytes:
    """Return the payload as only this browser can read it: one aes128gcm record (RFC 8291 section 3.4).

    `salt` (16 bytes) and `sender` (a key of P-256) must be random and new for every message; they are handed in so
    that the RFC's own example can be repeated. `padding` zeros hide the payload's length. Raises BadSubscription, and
    ValueError when the salt has another length or all of it does not fit into one record.
    """
    if len(salt) != SALT_LENGTH:
        raise ValueError("the salt is 16 bytes")
    plain = payload + LAST_RECORD + bytes(padding)
    if len(plain) + KEY_LENGTH > RECORD_SIZE:
        raise ValueError("the payload does not fit into one record")
    browser = _browser_key(subscription)
    own_point = _point(sender.public_key())
    shared = sender.exchange(ec.ECDH(), browser)
    about = b"WebPush: info\x00" + _point(browser) + own_point
    material = _derived(shared, salt=_shared_secret(subscription), about=about, length=SECRET_LENGTH)
    key = _derived(material, salt=salt, about=b"Content-Encoding: aes128gcm\x00", length=KEY_LENGTH)
    nonce = _derived(material, salt=salt, about=b"Content-Encoding: nonce\x00", length=NONCE_LENGTH)
    head = salt + RECORD_SIZE.to_bytes(4, "big") + len(own_point).to_bytes(1, "big") + own_point
    return head + AESGCM(key).encrypt(nonce, plain, None)


def _derived(material: bytes, *, salt: bytes, about: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, about).derive(material)


def send(
    subscription: Subscription,
    *,
    payload: bytes,
    vapid: VapidKey,
    subject: str,
    ttl: timedelta,
    urgency: Urgency,
    topic: str | None,
    at: datetime,
    reach: Reach = INTERNET,
) -> Outcome:
    """Send a payload of at most 2,000 bytes to a browser and return what became of it (see `post`).

    404 and 410 are "gone": forget the subscription. A subscription that cannot be encrypted for is "failed" with the
    code "subscription". Every payload is padded to the same length, for its length tells what kind of alert it is.
    `ttl` is how long the push service keeps it for a phone that is off; a later message with the same `topic` takes
    its place there (RFC 8030 sections 5.2 and 5.4). Raises ValueError for a payload, ttl, topic or subject that no
    push service takes.
    """
    if len(payload) > LONGEST_PAYLOAD:
        raise ValueError(f"a push carries at most {LONGEST_PAYLOAD} bytes")
    if ttl < timedelta(0):
        raise ValueError("the ttl of a push is not negative")
    if topic is not None and not TOPIC.fullmatch(topic):
        raise ValueError("the topic of a push is 1 to 32 letters, digits, - or _")
    try:
        origin = read_place(subscription.endpoint, allow_private=reach.allow_private).origin
        body = encrypted(
            payload,
            subscription,
            salt=token_bytes(SALT_LENGTH),
            sender=ec.generate_private_key(CURVE),
            padding=LONGEST_PAYLOAD - len(payload),
        )
    except Forbidden as why:
        return Outcome("failed", f"forbidden.{why.code}")
    except BadSubscription:
        return Outcome("failed", "subscription")
    headers = {
        "Authorization": vapid.authorization(origin, subject=subject, at=at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(ttl.total_seconds())),
        "Urgency": urgency,
    }
    if topic is not None:
        headers["Topic"] = topic
    return post(subscription.endpoint, body=body, headers=headers, at=at, reach=reach, gone=GONE)
