"""Webhooks, verified by the receiver's side of Standard Webhooks."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from port2port.alerts.channels.outcome import Outcome
from port2port.alerts.channels.webhook import BadSecret, read_secret, send, signed_headers, written_secret
from tests.alerts.channels.receiver import AT, NEAR, receiving, status

OLD, NEW, OTHER = (written_secret(bytes([n]) * 32) for n in (1, 2, 3))
BODY = json.dumps({"type": "alert.raised", "data": {"titre": "Écluse"}}, ensure_ascii=False).encode()


def came(secrets, *, at=None, body=BODY):
    """Send to a real server, and return what came to it."""
    with receiving() as there:
        at = at or datetime.now(UTC)  # the receiver compares with its own clock
        sent = send(there.url(), message_id="msg_1", body=body, at=at, secrets=secrets, reach=NEAR)
    assert sent == Outcome("delivered", "http.204")
    return there.came[0]


def test_the_receiver_knows_that_it_is_us():
    got = came([OLD])
    assert Webhook(OLD).verify(got.body, got.headers) == json.loads(BODY)
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == "msg_1"
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(got.body, got.headers)


def test_while_a_secret_is_replaced_both_verify():
    got = came([NEW, OLD])
    for secret in (NEW, OLD):
        Webhook(secret).verify(got.body, got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(got.body, got.headers)


def test_body_id_and_moment_are_signed():
    got = came([OLD])
    for changed in ({"webhook-id": "msg_2"}, {"webhook-timestamp": str(int(got.headers["webhook-timestamp"]) + 1)}):
        with pytest.raises(WebhookVerificationError):
            Webhook(OLD).verify(got.body, got.headers | changed)
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(got.body + b" ", got.headers)


def test_an_old_message_is_not_taken_for_a_new_one():
    got = came([OLD], at=datetime.now(UTC) - timedelta(minutes=10))
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(OLD).verify(got.body, got.headers)


def test_the_signature_of_the_specification():
    """The example secret and message of the reference libraries' own tests."""
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        body=b'{"test": 2432232314}',
        at=datetime.fromtimestamp(1614265330, UTC),
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("length", [24, 32, 64])
def test_a_secret_comes_back(length):
    random = bytes(range(length))
    assert read_secret(written_secret(random)) == random


@pytest.mark.parametrize(
    "secret",
    [
        "", "whsec_", "whsec_" + base64.b64encode(bytes(23)).decode(), "whsec_" + base64.b64encode(bytes(65)).decode(),
        base64.b64encode(bytes(32)).decode(), "whpk_" + base64.b64encode(bytes(32)).decode(),
        "whsec_" + "!" * 44, "whsec_" + base64.b64encode(bytes(32)).decode().rstrip("="), OLD + "\n", "whsec_é",
        "whsec_whsec_" + base64.b64encode(bytes(32)).decode(),
    ],
)  # fmt: skip
def test_a_bad_secret_is_refused_and_not_repeated(secret):
    with pytest.raises(BadSecret) as refused:
        signed_headers("msg_1", body=b"", at=AT, secrets=[OLD, secret])
    assert not secret or secret not in str(refused.value) or secret == "whsec_"
    for length in (23, 65):
        with pytest.raises(BadSecret):
            written_secret(bytes(length))


@pytest.mark.parametrize("message_id", ["", "a.b", "a b", "a\r\nb", "é", "x" * 65])
def test_an_id_with_which_another_content_could_be_signed_is_refused(message_id):
    with pytest.raises(ValueError, match="message id"):
        signed_headers(message_id, body=b"", at=AT, secrets=[OLD])


def test_nothing_goes_out_unsigned():
    with receiving() as there, pytest.raises(ValueError, match="unsigned"):
        send(there.url(), message_id="m", body=b"", at=AT, secrets=[], reach=NEAR)
    assert there.came == []


def test_a_receiver_that_is_gone_says_so():
    with receiving(status(410)) as there:
        sent = send(there.url(), message_id="m", body=b"{}", at=AT, secrets=[OLD], reach=NEAR)
    assert sent == Outcome("gone", "http.410")
    assert send("https://127.0.0.1/", message_id="m", body=b"{}", at=AT, secrets=[OLD]) == Outcome(
        "failed", "forbidden.loopback"
    )
