"""Knocks: a player's phone is told that something came in an exercise, by the alerts' own push, never what.

Players with an account only, in whose organisation push is switched on, and as they wish to be told of alerts that are
not urgent: in quiet hours nobody is woken for an exercise, and a knock is not kept for later. A knock is begun once and
never tried again: the screen shows what came in any case.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app

from port2port.alerts.channels import push
from port2port.alerts.channels.outcome import Outcome
from port2port.alerts.delivery import senders
from port2port.alerts.delivery.rules import DELIVER, Candidate, Quiet, told_at
from port2port.members.acting import action

FRESH = timedelta(minutes=10)
"""After this a knock is not begun, and no push service keeps it for a phone that is off."""


@dataclass(frozen=True)
class Knock:
    """What the only try needs: of which exercise, and the browser. No text of anything."""

    inject: UUID
    browser: UUID
    exercise: UUID
    subscription: push.Subscription
    language: str


def browsers(inject: UUID, *, at: datetime, zone: tzinfo) -> list[UUID]:
    """Return the browsers to be told now of an inject that came. For the worker."""
    with connection.cursor() as cursor:
        cursor.execute("select * from training_knocks(%s)", [inject])
        rows = cursor.fetchall()
    candidates = (
        Candidate("push", str(browser), person, urgent_only, Quiet(start, end, overrides, digest) if start else None)
        for person, browser, urgent_only, start, end, overrides, digest in rows
    )
    return [UUID(one.target) for one in candidates if told_at(one, urgent=False, at=at, zone=zone) == at]


@action
def queue_knocks(inject: UUID, *, at: datetime, zone: tzinfo) -> int:
    """Queue a knock at each browser to be told now. Returns how many; queued twice, each is sent once all the same."""
    found = browsers(inject, at=at, zone=zone)
    for browser in found:
        job = app.configure_task("training.knock", queue=DELIVER, priority=10, lock=f"push:{browser}")
        job.defer(record=str(inject), delivery=str(browser))
    return len(found)


@action
def begin_knock(inject: UUID, browser: UUID) -> Knock | None:
    """Begin the only try; nothing when it was begun before, or when there is nobody to tell any more."""
    with connection.cursor() as cursor:
        cursor.execute("select * from training_knock_claim(%s, %s, %s)", [inject, browser, int(FRESH.total_seconds())])
        row = cursor.fetchone()
    return None if row is None else Knock(inject, browser, row[0], push.Subscription(*row[1:4]), row[4])


@action
def settle_knock(knock: Knock, outcome: Outcome) -> None:
    """Write down what became of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select training_knock_settle(%s, %s, %s, %s)",
            [knock.inject, knock.browser, outcome.code, outcome.state == "gone"],
        )


def payload(language: str) -> bytes:
    """Return what a phone is told: that it is an exercise, and that something needs its person."""
    with override(language):
        mark, text = _("EXERCISE"), _("Something needs you")
    return msgspec.json.encode({"text": f"{mark}: {text}", "exercise": mark})


def knock(at_door: Knock, *, at: datetime) -> Outcome:
    """Send it, once. Call it outside any transaction. At the push service it takes the place of an earlier one."""
    subject = settings.OPTIONS.push_subject
    if not subject:
        return Outcome("failed", "no_push")
    return push.send(
        at_door.subscription, payload=payload(at_door.language), vapid=senders.vapid(), subject=subject, ttl=FRESH,
        urgency="normal", topic=at_door.exercise.hex, at=at, reach=senders.reach(),
    )  # fmt: skip
