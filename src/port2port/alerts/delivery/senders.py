"""One try by one channel: what is sent, and what became of it.

A person is only ever told that something needs them, whatever the alert's mark: nothing here could send them a text of
it. A webhook gets ids and codes, or what the worker made in the form that was chosen for it (`bodies`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from port2port.alerts.channels import gateway, push, webhook
from port2port.alerts.channels.line import Reach
from port2port.alerts.channels.outcome import Outcome
from port2port.alerts.delivery.bodies import Content
from port2port.alerts.delivery.rules import URGENT
from port2port.base.key_files import kept_key

WEBHOOK, JSON = "webhook", "application/json"
PERMANENT = 500  # SMTP replies from here on are final (RFC 5321 section 4.2.1)
LONGEST_KEPT = timedelta(days=1)  # how long a push service keeps a push for a phone that is off
EVENTS = {"Alert": "alert.raised", "Update": "alert.updated", "Cancel": "alert.cancelled"}


@dataclass(frozen=True)
class Claim:
    """What one try needs: addresses and codes, no text. `delivery` is the message id of every try."""

    delivery: UUID
    channel: str
    target: str
    attempt: int
    alert: UUID
    message: str
    urgency: str
    status: str
    valid_until: datetime
    address: str
    language: str
    p256dh: str
    auth: str
    form: str
    secrets: tuple[bytes, ...]


def reach() -> Reach:
    """Return what the settings let senders reach."""
    return Reach(allow_private=settings.OPTIONS.allow_private_receivers)


@cache
def vapid() -> push.VapidKey:
    """Return the key by which push services know this installation, made once. Raises UnsafeKey, OSError."""
    return push.VapidKey.load_or_make(settings.DATA_DIR / "vapid.key")


@cache
def vault() -> Fernet:
    """Return the cipher of what lets us in elsewhere (webhooks, record stores), its key made once.

    Raises UnsafeKey, OSError, ValueError.
    """
    return Fernet(kept_key(settings.DATA_DIR / "webhook.key", Fernet.generate_key))


def phone_gateway() -> gateway.Gateway | None:
    """Return the gateway for SMS and calls, if there is one. Raises BadGateway when its settings cannot work."""
    options = settings.OPTIONS
    if not options.gateway_url:
        return None
    return gateway.read_gateway(
        options.gateway_url,
        template=options.gateway_template,
        authorization=options.gateway_authorization,
        reach=reach(),
    )


def send(claim: Claim, *, at: datetime, content: Content | None = None) -> Outcome:
    """Send it and return what became of it; the same message id at every try. Call it outside any transaction.

    `content`: what a webhook is sent in place of ids and codes.
    """
    if claim.channel == WEBHOOK:
        said = webhook_content(claim, content, at=at)
        return _post_signed(claim.address, claim.secrets, said, message_id=str(claim.delivery), at=at)
    return _SENDERS[claim.channel](claim, at)


def send_test(url: str, secrets: tuple[bytes, ...], *, message_id: str, at: datetime) -> Outcome:
    """Send a webhook a message that says nothing but that it is a test of the connection."""
    body = {"id": message_id, "type": "webhook.test", "timestamp": at.isoformat(), "data": {}}
    return _post_signed(url, secrets, Content(JSON, msgspec.json.encode(body)), message_id=message_id, at=at)


def webhook_body(claim: Claim, *, at: datetime) -> dict[str, object]:
    """Return what a webhook is told: ids and codes. `status` always says whether it is an exercise or a test."""
    data = {
        "alert": str(claim.alert),
        "url": f"{settings.SITE_URL}/alerts/{claim.alert}/",
        "status": claim.status,
        "urgency": claim.urgency,
    }
    return {"id": str(claim.delivery), "type": EVENTS[claim.message], "timestamp": at.isoformat(), "data": data}


def webhook_content(claim: Claim, whole: Content | None, *, at: datetime) -> Content:
    """Return what goes over the line to a webhook: the alert itself where it is sent whole, else ids and codes."""
    return Content(JSON, msgspec.json.encode(webhook_body(claim, at=at))) if whole is None else whole


def _post_signed(url: str, secrets: tuple[bytes, ...], content: Content, *, message_id: str, at: datetime) -> Outcome:
    try:
        opened = [vault().decrypt(secret).decode() for secret in secrets]
    except InvalidToken:  # webhook.key is another one than the secret was kept under: a new secret mends it
        return Outcome("failed", "secret")
    return webhook.send(
        url, message_id=message_id, body=content.body, at=at, secrets=opened, reach=reach(), kind=content.type
    )


def _by_push(claim: Claim, at: datetime) -> Outcome:
    subject = settings.OPTIONS.push_subject
    if not subject:
        return Outcome("failed", "no_push")
    return push.send(
        push.Subscription(claim.address, claim.p256dh, claim.auth),
        payload=msgspec.json.encode({"text": gateway.summons(claim.language)}),
        vapid=vapid(),
        subject=subject,
        ttl=min(max(claim.valid_until - at, timedelta(0)), LONGEST_KEPT),
        urgency="high" if claim.urgency == URGENT else "normal",
        topic=claim.delivery.hex,
        at=at,
        reach=reach(),
    )


def _by_phone(claim: Claim, at: datetime) -> Outcome:
    there = phone_gateway()
    if there is None:
        return Outcome("failed", "no_gateway")
    return gateway.send(
        there,
        to=claim.address,
        language=claim.language,
        message_id=str(claim.delivery),
        voice=claim.channel == "voice",
        at=at,
        reach=reach(),
    )


def summoning_mail(message: UUID, address: str, language: str) -> EmailMessage:
    """Return the mail that says that something waits, and nothing else.

    It carries the same Message-ID at every try: RFC 5322 section 3.6.4 lets readers drop a second one.
    """
    with override(language):
        subject = _("Something needs you")
    return EmailMessage(
        f"Port 2 Port: {subject}",
        f"{gateway.summons(language)}\n\n{settings.SITE_URL}\n",
        to=[address],
        headers={"Message-ID": f"<{message}@{urlsplit(settings.SITE_URL).hostname}>"},
    )


def _by_mail(claim: Claim, at: datetime) -> Outcome:
    try:
        summoning_mail(claim.delivery, claim.address, claim.language).send()
    except SMTPRecipientsRefused as refused:
        codes = [code for code, _words in refused.recipients.values()]
        return Outcome("failed" if codes and min(codes) >= PERMANENT else "again", "mail.refused")
    except OSError:  # all of smtplib's errors are one
        return Outcome("again", "mail")
    return Outcome("delivered", "mail")


_SENDERS: dict[str, Callable[[Claim, datetime], Outcome]] = {
    "push": _by_push,
    "sms": _by_phone,
    "voice": _by_phone,
    "mail": _by_mail,
}
