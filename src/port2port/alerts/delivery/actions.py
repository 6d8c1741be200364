"""Writes of delivery: the worker's plan, tries and escalation; what people and administrators wish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from secrets import token_bytes
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from port2port.alerts.channels.addresses import Forbidden, read_place
from port2port.alerts.channels.backoff import next_try
from port2port.alerts.channels.gateway import PHONE
from port2port.alerts.channels.outcome import Outcome
from port2port.alerts.channels.push import BadSubscription, check_subscription
from port2port.alerts.channels.push import Subscription as Browser
from port2port.alerts.channels.webhook import SHORTEST_SECRET, written_secret
from port2port.alerts.delivery import bodies, queries, senders
from port2port.alerts.delivery.bodies import NOTICE, Content
from port2port.alerts.delivery.models import Contact, Leave, Preference, Quiet, Reach, Subscription, Webhook
from port2port.alerts.delivery.rules import (
    CONTACTS_MOST,
    DELIVER,
    SUBSCRIPTIONS_MOST,
    WEBHOOKS_MOST,
    told_at,
)
from port2port.alerts.delivery.rules import Quiet as QuietHours
from port2port.alerts.delivery.senders import Claim
from port2port.base import journal, rows
from port2port.base.errors import Invalid, NotFound, Problem, Refused
from port2port.members.acting import action, current_actor
from port2port.members.people_queries import administrator, own_organisation

PHONES = ("sms", "voice")
CLAIMED = (
    *("channel", "target", "attempt", "alert", "message", "urgency", "status", "valid_until"),
    *("address", "language", "p256dh", "auth", "form"),
)


@dataclass(frozen=True)
class Wish:
    """Whether somebody wishes to be told by a channel, and of urgent alerts only."""

    wanted: bool
    urgent_only: bool


# For the worker: each is one transaction as the principal "worker".


@action
def plan(event: UUID, *, at: datetime, zone: tzinfo) -> int:
    """Make and queue the notices of an event's alert, once each. Returns how many are new."""
    today = at.astimezone(zone).date()
    found, urgent = queries.candidates(event, today=today)
    told = [(one, when) for one in found if (when := told_at(one, urgent=urgent, at=at, zone=zone)) is not None]
    channels, targets = [one.channel for one, _when in told], [one.target for one, _when in told]
    # "Now" is the database's, or a clock a moment ahead would put off what is due.
    moments = [when if when > at else None for _one, when in told]
    with connection.cursor() as cursor:
        cursor.execute(
            "select alerts_plan(%s, %s, %s, %s, %s::timestamptz[])", [event, today, channels, targets, moments]
        )
        made: int = cursor.fetchone()[0]
        return made


@action
def claim(delivery: UUID) -> Claim | None:
    """Begin a try and return what it needs; nothing when there is nothing to send any more."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(CLAIMED)}, secrets from alerts_claim(%s)", [delivery])
        row = cursor.fetchone()
    if row is None:
        return None
    told: dict[str, Any] = {
        name: value or "" for name, value in zip(CLAIMED, row, strict=False)
    }  # no keys but for a push
    return Claim(delivery=delivery, secrets=tuple(bytes(secret) for secret in row[-1] or ()), **told)


@action
def content_of(tried: Claim) -> Content | None:
    """Return what a webhook is sent in the form that was chosen for it; None where it is ids and codes."""
    return bodies.content(tried.form, tried.delivery)


@action
def settle(tried: Claim, outcome: Outcome, *, at: datetime) -> None:
    """Write down what became of a try; one to be tried again is queued in the same transaction, or dead after the last.

    The next try comes no sooner than the receiver asked for.
    """
    state, again_at = str(outcome.state), None
    if outcome.state == "again":
        wait = next_try(tried.attempt, key=f"{tried.delivery}:{tried.target}")
        if wait is None:
            state = "dead"
        else:
            again_at = at + max(wait, timedelta(seconds=outcome.after or 0))
    with connection.cursor() as cursor:
        cursor.execute(
            "select alerts_settle(%s, %s, %s, %s, %s)",
            [tried.delivery, tried.attempt, state, outcome.code, again_at],
        )


@action
def wake(delivery: UUID) -> None:
    """Queue a notice whose time has come."""
    with connection.cursor() as cursor:
        cursor.execute("select alerts_wake(%s)", [delivery])


@action
def escalate(*, today: date) -> int:
    """Call the next of each chain that is due, and queue what lost its job. Returns how many notices are new."""
    with connection.cursor() as cursor:
        cursor.execute("select alerts_escalate(%s)", [today])
        made: int = cursor.fetchone()[0]
        return made


@action
def opened_webhook(webhook: UUID) -> tuple[str, tuple[bytes, ...]] | None:
    """Return the address and the encrypted secrets of a webhook, for a test of it."""
    with connection.cursor() as cursor:
        cursor.execute("select url, secrets from alerts_webhook_opened(%s)", [webhook])
        row = cursor.fetchone()
    return (row[0], tuple(bytes(secret) for secret in row[1])) if row else None


@action
def note_test(webhook: UUID, code: str) -> None:
    """Write down what became of the test of a webhook."""
    with connection.cursor() as cursor:
        cursor.execute("select alerts_webhook_tested(%s, %s)", [webhook, code])


# What a person wishes.


@action
def choose_channel(channel: str, *, wanted: bool, urgent_only: bool, address: str | None) -> None:
    """Set whether and how the actor is told by a channel. Raises Invalid for a number that no phone has."""
    address = address or None
    if channel in PHONES and wanted and not (address and PHONE.fullmatch(address)):
        raise Invalid([Problem(f"{channel}_address", _("Write the number with + and the country code."))])
    keep = address if channel in PHONES and address and PHONE.fullmatch(address) else None
    Preference.objects.update_or_create(
        person_id=current_actor().person,
        channel=channel,
        defaults={"wanted": wanted, "urgent_only": urgent_only, "address": keep},
    )


@action
def set_wishes(channels: Mapping[str, Wish], *, phone: str, quiet: QuietHours | None) -> None:
    """Set by which channels the actor is told and the quiet hours, all of it or nothing. Raises Invalid."""
    for channel, wish in channels.items():
        choose_channel(channel, wanted=wish.wanted, urgent_only=wish.urgent_only, address=phone)
    if quiet is None:
        set_quiet(None, None, urgent_overrides=True, digest=False)
    else:
        set_quiet(quiet.start, quiet.end, urgent_overrides=quiet.urgent_overrides, digest=quiet.digest)


@action
def set_quiet(start: time | None, end: time | None, *, urgent_overrides: bool, digest: bool) -> None:
    """Set the actor's quiet hours; without both ends they have none."""
    person = current_actor().person
    if start is None or end is None:
        Quiet.objects.filter(person_id=person).delete()
        return
    values = {"from_time": start, "to_time": end, "urgent_overrides": urgent_overrides, "digest": digest}
    Quiet.objects.update_or_create(person_id=person, defaults=values)


@action
def subscribe(browser: Browser, *, at: datetime) -> None:
    """Take a browser of the actor on for push messages. Raises Invalid, Refused where the organisation forbids it."""
    if not queries.reach().push_allowed:
        raise Refused(_("Your organisation has not switched push messages on."))
    try:
        check_subscription(browser, reach=senders.reach())
    except BadSubscription:
        raise Invalid([Problem("endpoint", _("This browser's subscription cannot be used."))]) from None
    person = current_actor().person
    if Subscription.objects.exclude(endpoint=browser.endpoint).filter(gone_at=None).count() >= SUBSCRIPTIONS_MOST:
        raise Invalid([Problem("endpoint", _("You have subscribed enough browsers. Take one off first."))])
    Subscription.objects.update_or_create(
        person_id=person,
        endpoint=browser.endpoint,
        defaults={"p256dh": browser.p256dh, "auth": browser.auth, "made_at": at, "gone_at": None},
    )


@action
def unsubscribe(subscription: UUID) -> None:
    """Take a browser of the actor off."""
    rows.delete(Subscription, subscription)


@action
def add_leave(deputy: UUID, *, from_day: date, to_day: date) -> None:
    """Name a colleague who is told in the actor's place on these days. Raises Invalid."""
    if to_day < from_day:
        raise Invalid([Problem("to_day", _("It cannot end before it begins."))])
    person = current_actor().person
    if deputy == person:
        raise Invalid([Problem("deputy", _("Choose somebody else."))])
    Leave.objects.create(person_id=person, deputy_id=deputy, from_day=from_day, to_day=to_day)


@action
def end_leave(leave: UUID) -> None:
    """Take a leave of the actor back."""
    Leave.objects.filter(id=leave).delete()


# What an organisation wishes; all but the policy's own refusals raise Refused for who does not administer.


@action
def set_reach(*, push_allowed: bool, step_minutes: int, chain: Sequence[UUID], at: datetime) -> None:
    """Set whether push is allowed, whom to call in which order, and after how many minutes each."""
    administrator()
    organisation = own_organisation()
    chain = list(dict.fromkeys(chain))[:CONTACTS_MOST]
    Reach.objects.update_or_create(
        organisation_id=organisation, defaults={"push_allowed": push_allowed, "step_minutes": step_minutes}
    )
    Contact.objects.filter(organisation_id=organisation).delete()
    Contact.objects.bulk_create(
        Contact(organisation_id=organisation, position=place, person_id=person) for place, person in enumerate(chain, 1)
    )
    journal.write("notices.set", kind="organisation", at=at, push=int(push_allowed), minutes=step_minutes)


@action
def add_webhook(*, name: str, url: str, at: datetime, form: str = NOTICE) -> str:
    """Take a machine of the organisation on. Returns its secret, which is never shown again. Raises Invalid.

    `form`: one of `bodies.forms`, in which it gets alerts up to TLP:GREEN; else ids and codes.
    """
    person = administrator().person
    try:
        read_place(url, allow_private=senders.reach().allow_private)
    except Forbidden:
        raise Invalid([Problem("url", _("Give an https address of a machine on the internet."))]) from None
    if Webhook.objects.count() >= WEBHOOKS_MOST:
        raise Invalid([Problem("url", _("Your organisation has enough webhooks. Take one off first."))])
    if form != NOTICE and form not in dict(bodies.forms()):
        raise Invalid([Problem("form", _("This code is not known here."))])
    secret = written_secret(token_bytes(SHORTEST_SECRET))
    made = Webhook(
        organisation_id=own_organisation(), url=url, name=name, secret=senders.vault().encrypt(secret.encode()),
        made_by_id=person, made_at=at, form=form,
    )  # fmt: skip
    Webhook.objects.bulk_create([made])
    journal.write("webhook.made", kind="webhook", at=at, webhook=made.id, form=form or "notice")
    return secret


@action
def rotate_webhook(webhook: UUID, *, at: datetime) -> str:
    """Give a webhook a new secret and return it; the old one signs too for a day. Raises NotFound."""
    administrator()
    secret = written_secret(token_bytes(SHORTEST_SECRET))
    with connection.cursor() as cursor:
        cursor.execute("select alerts_rotate(%s, %s)", [webhook, senders.vault().encrypt(secret.encode())])
    journal.write("webhook.rotated", kind="webhook", at=at, webhook=webhook)
    return secret


@action
def pause_webhook(webhook: UUID, *, paused: bool, at: datetime) -> None:
    """Hold what is sent to a webhook, or let it go on with what waited. Raises NotFound."""
    administrator()
    if not Webhook.objects.filter(id=webhook).update(paused_at=at if paused else None):
        raise NotFound(kind="webhook", record=webhook)
    journal.write("webhook.paused" if paused else "webhook.resumed", kind="webhook", at=at, webhook=webhook)


@action
def remove_webhook(webhook: UUID, *, at: datetime) -> None:
    """Take a webhook off; what still waits for it is not sent. Raises NotFound."""
    administrator()
    if not Webhook.objects.filter(id=webhook).values_list("id").exists():
        raise NotFound(kind="webhook", record=webhook)
    rows.delete(Webhook, webhook)
    journal.write("webhook.removed", kind="webhook", at=at, webhook=webhook)


@action
def test_webhook(webhook: UUID) -> None:
    """Let the worker send a webhook a test; asked twice, it is sent once. Raises NotFound."""
    administrator()
    if not Webhook.objects.filter(id=webhook).values_list("id").exists():
        raise NotFound(kind="webhook", record=webhook)
    with connection.cursor() as cursor:  # a second one would break the transaction: look first
        cursor.execute(
            "select 1 from procrastinate_jobs where queueing_lock = %s and status = 'todo'", [f"test:{webhook}"]
        )
        if cursor.fetchone():
            return
    try:
        job = app.configure_task("alerts.test_webhook", queue=DELIVER, queueing_lock=f"test:{webhook}")
        job.defer(request=str(webhook))
    except AlreadyEnqueued:
        return


@action
def replay(delivery: UUID, *, at: datetime) -> None:
    """Send a notice that failed again, under the same message id. Raises NotFound."""
    administrator()
    with connection.cursor() as cursor:
        cursor.execute("select alerts_replay(%s)", [delivery])
    journal.write("notice.replayed", kind="organisation", at=at, notice=delivery)
