"""Web Push: the RFC's own example, a browser's side written here from the RFC, and a real push service on loopback."""

import base64
import hashlib
import hmac
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from port2port.alerts.channels.outcome import Outcome
from port2port.alerts.channels.push import (
    BadSubscription,
    Subscription,
    VapidKey,
    check_subscription,
    encrypted,
    send,
)
from port2port.base.key_files import UnsafeKey
from tests.alerts.channels.receiver import AT, NEAR, certified, leads_to, receiving, status

P256 = ec.SECP256R1()
ENDPOINT = "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"

# RFC 8291 section 5 and appendix A
PLAINTEXT = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
BROWSER_POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
BROWSERS = Subscription(ENDPOINT, BROWSER_POINT, AUTH)


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(raw(text), "big"), P256)


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def mac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


def read_by_browser(message: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """Decrypt as a browser does: RFC 8188 section 2 and RFC 8291 section 3.4, by HMAC alone."""
    salt, record_size, id_length = message[:16], int.from_bytes(message[16:20], "big"), message[20]
    sender, record = message[21 : 21 + id_length], message[21 + id_length :]
    assert id_length == 65 and 17 <= len(record) <= record_size
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(P256, sender))
    material = mac(mac(auth, shared), b"WebPush: info\x00" + point(key) + sender + b"\x01")
    extracted = mac(salt, material)
    content_key = mac(extracted, b"Content-Encoding: aes128gcm\x00\x01")[:16]
    nonce = mac(extracted, b"Content-Encoding: nonce\x00\x01")[:12]
    padded = AESGCM(content_key).decrypt(nonce, record, None).rstrip(b"\x00")
    assert padded[-1:] == b"\x02"  # the last record
    return padded[:-1]


def test_the_example_of_the_rfc_byte_for_byte():
    assert b64(encrypted(PLAINTEXT, BROWSERS, salt=raw(SALT), sender=private(SENDER))) == MESSAGE


def test_the_browsers_side_of_these_tests_reads_the_example_too():
    assert read_by_browser(raw(MESSAGE), private(BROWSER), raw(AUTH)) == PLAINTEXT


@given(payload=st.binary(max_size=300), padding=st.integers(0, 300), salt=st.binary(min_size=16, max_size=16))
def test_a_browser_reads_what_was_sent(payload, padding, salt):
    sender = ec.generate_private_key(P256)
    message = encrypted(payload, BROWSERS, salt=salt, sender=sender, padding=padding)
    assert read_by_browser(message, private(BROWSER), raw(AUTH)) == payload


def test_a_salt_of_another_length_and_a_payload_over_one_record_are_refused():
    sender = ec.generate_private_key(P256)
    with pytest.raises(ValueError, match="16 bytes"):
        encrypted(b"", BROWSERS, salt=bytes(15), sender=sender)
    encrypted(bytes(4079), BROWSERS, salt=bytes(16), sender=sender)
    with pytest.raises(ValueError, match="one record"):
        encrypted(bytes(4080), BROWSERS, salt=bytes(16), sender=sender)


def changed_point(change) -> str:
    value = bytearray(raw(BROWSER_POINT))
    change(value)
    return b64(bytes(value))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"p256dh": ""}, "p256dh"),
        ({"p256dh": BROWSER_POINT[:-4]}, "p256dh"), ({"p256dh": BROWSER_POINT + "AAAA"}, "p256dh"),
        ({"p256dh": "*" + BROWSER_POINT[1:]}, "p256dh"), ({"p256dh": BROWSER_POINT + "\n"}, "p256dh"),
        ({"p256dh": BROWSER_POINT[:-2]}, "p256dh"),
        ({"p256dh": changed_point(lambda v: v.__setitem__(64, v[64] ^ 1))}, "no point"),
        ({"p256dh": changed_point(lambda v: v.__setitem__(0, 2))}, "no point"),
        ({"p256dh": b64(b"\x04" + bytes(64))}, "no point"), ({"p256dh": b64(b"\x04" + b"\xff" * 64)}, "no point"),
        ({"p256dh": b64(bytes(65))}, "no point"),
        ({"auth": ""}, "auth"), ({"auth": b64(bytes(15))}, "auth"), ({"auth": b64(bytes(17))}, "auth"),
        ({"auth": "é" * 22}, "auth"),
        ({"endpoint": "http://push.example.net/x"}, "endpoint is not allowed: scheme"),
        ({"endpoint": "https://push.example.net:9200/x"}, "endpoint is not allowed: port"),
        ({"endpoint": ""}, "endpoint"),
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_refused(changes, reason):
    with pytest.raises(BadSubscription, match=reason):
        check_subscription(replace(BROWSERS, **changes))


def test_a_subscription_is_taken_with_and_without_padding():
    check_subscription(BROWSERS)
    check_subscription(Subscription(ENDPOINT, BROWSER_POINT + "=", AUTH + "=="))


def test_a_subscriptions_secrets_are_not_shown():
    assert AUTH not in repr(BROWSERS) and BROWSER_POINT not in repr(BROWSERS)


@pytest.fixture(scope="module")
def vapid(tmp_path_factory) -> VapidKey:
    return VapidKey.load_or_make(tmp_path_factory.mktemp("data") / "push.key")


def sent(vapid, endpoint, **changes):
    words = {
        "payload": b"{}",
        "vapid": vapid,
        "subject": "mailto:duty@port.example",
        "ttl": timedelta(hours=1),
        "urgency": "high",
        "topic": None,
        "at": AT,
        "reach": NEAR,
    }
    return send(replace(BROWSERS, endpoint=endpoint), **(words | changes))


def test_a_push_service_gets_what_the_rfcs_ask_for(vapid, tmp_path):
    """As https://push.example, so that name, certificate, audience and Host are those of a real one."""
    tls = certified("push.example", tmp_path)
    at = datetime.now(UTC)  # PyJWT compares the token with the machine's clock
    with receiving(status(201), tls=tls.server) as there:
        reach = replace(NEAR, tls=tls.trusting, resolve=leads_to("127.0.0.1"))
        outcome = sent(vapid, there.url("/p/1", "push.example"), payload=b"alert", topic="port_1", at=at, reach=reach)
    assert outcome == Outcome("delivered", "http.201")
    (came,) = there.came
    assert read_by_browser(came.body, private(BROWSER), raw(AUTH)) == b"alert"
    assert came.path == "/p/1"
    assert {name: came.headers[name] for name in ("ttl", "urgency", "topic", "content-encoding")} == {
        "ttl": "3600",
        "urgency": "high",
        "topic": "port_1",
        "content-encoding": "aes128gcm",
    }
    scheme, token, key = came.headers["authorization"].replace(",", "").split(" ")
    assert scheme == "vapid" and key == f"k={vapid.public}" and len(raw(vapid.public)) == 65
    public = ec.EllipticCurvePublicKey.from_encoded_point(P256, raw(key[2:]))
    audience = f"https://push.example:{there.server_port}"
    claims = jwt.decode(token[2:], public, algorithms=["ES256"], audience=audience)
    assert claims["sub"] == "mailto:duty@port.example"
    assert at.timestamp() < claims["exp"] <= at.timestamp() + 24 * 3600


def test_every_payload_has_the_same_length_and_no_two_the_same_bytes(vapid):
    with receiving() as there:
        for payload in (b"", b"x", b"x", bytes(2000)):
            assert sent(vapid, there.url(), payload=payload).state == "delivered"
    bodies = [came.body for came in there.came]
    assert {len(body) for body in bodies} == {2103}
    assert len({body[:16] for body in bodies}) == 4  # salts
    assert len({body[21:86] for body in bodies}) == 4  # keys
    assert read_by_browser(bodies[1], private(BROWSER), raw(AUTH)) == b"x"
    assert "topic" not in there.came[0].headers


@pytest.mark.parametrize(
    ("code", "state"),
    [(201, "delivered"), (404, "gone"), (410, "gone"), (403, "failed"), (413, "failed"), (429, "again")],
)
def test_the_push_services_answer_decides(vapid, code, state):
    with receiving(status(code)) as there:
        assert sent(vapid, there.url()) == Outcome(state, f"http.{code}")


def test_an_endpoint_passes_the_same_check(vapid):
    assert sent(vapid, "https://127.0.0.1/", reach=replace(NEAR, allow_private=False)) == Outcome(
        "failed", "forbidden.loopback"
    )
    assert sent(vapid, "ftp://push.example/") == Outcome("failed", "forbidden.scheme")


def test_a_subscription_that_went_bad_fails_and_stops_nobody(vapid):
    with receiving() as there:
        bad = Subscription(there.url(), b64(bytes(65)), AUTH)
        words = {"payload": b"", "vapid": vapid, "subject": "mailto:a@port.example", "ttl": timedelta(), "topic": None}
        assert send(bad, urgency="low", at=AT, reach=NEAR, **words) == Outcome("failed", "subscription")
    assert there.came == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"payload": bytes(2001)}, "2000"), ({"ttl": timedelta(seconds=-1)}, "ttl"), ({"topic": ""}, "topic"),
        ({"topic": "a.b"}, "topic"), ({"topic": "x" * 33}, "topic"), ({"subject": "duty@port.example"}, "subject"),
        ({"subject": "mailto:a b@port.example"}, "subject"), ({"subject": ""}, "subject"),
    ],
)  # fmt: skip
def test_what_no_push_service_takes_is_our_own_fault(vapid, changes, reason):
    with receiving() as there, pytest.raises(ValueError, match=reason):
        sent(vapid, there.url(), **changes)
    assert there.came == []


def test_the_key_is_made_once_and_only_for_us(tmp_path):
    path = tmp_path / "data" / "push.key"
    key = VapidKey.load_or_make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert VapidKey.load_or_make(path).public == key.public
    assert list(path.parent.iterdir()) == [path]
    assert "private" not in repr(key)


def pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    "text", [b"", b"no key", pem(ec.generate_private_key(ec.SECP384R1())), pem(Ed25519PrivateKey.generate())]
)
def test_a_file_that_holds_no_such_key_is_refused_and_left_alone(tmp_path, text):
    path = tmp_path / "push.key"
    path.write_bytes(text)
    path.chmod(0o600)
    with pytest.raises(UnsafeKey):
        VapidKey.load_or_make(path)
    assert path.read_bytes() == text


def test_a_key_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "push.key"
    VapidKey.load_or_make(path)
    path.chmod(0o640)
    with pytest.raises(UnsafeKey, match="chmod 600"):
        VapidKey.load_or_make(path)
