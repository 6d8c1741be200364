"""Mails about deadlines that climb: soon and late to who does it, then the deputy, the administrator, who decides.

A step is told once; of what counts in days there is one mail a day, however many are due. A try is claimed and
committed, sent outside any transaction, and settled: whoever was killed in between sends the same message id again
(RFC 5322 section 3.6.4). A mail says that something waits; what, the platform says to who sees it.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal
from uuid import UUID

from django.db import connection

from port2port.alerts.delivery.rules import Quiet, digest_due, quiet_until
from port2port.members.acting import action

Outcome = Literal["sent", "failed"]


@dataclass(frozen=True)
class Claimed:
    """A mail to send: where to and in which language."""

    id: UUID
    address: str
    language: str


def told_now(quiet: Quiet | None, *, urgent: bool, urgent_only: bool, at: datetime, zone: tzinfo) -> bool:
    """Return whether a person is told now: the urgent whenever their quiet hours let it, the rest by day."""
    if urgent:
        return quiet is None or quiet.urgent_overrides or quiet_until(quiet, at=at, zone=zone) is None
    return not urgent_only and digest_due(quiet, at=at, zone=zone)


@action
def plan_reminders(*, at: datetime, zone: tzinfo) -> int:
    """Make and queue the mails about steps that were reached. Returns how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select person, subject, key, step, urgent, urgent_only, quiet_from, quiet_to, urgent_overrides"
            " from alerts_reminders_due(%s)",
            [at],
        )
        told = []
        for person, subject, key, step, urgent, urgent_only, start, end, overrides in cursor.fetchall():
            quiet = None if start is None or end is None else Quiet(start, end, bool(overrides), digest=False)
            if told_now(quiet, urgent=urgent, urgent_only=urgent_only, at=at, zone=zone):
                told.append((person, subject, key, step, urgent))
        columns: list[list[object]] = [list(column) for column in zip(*told, strict=True)] or [[] for _n in range(5)]
        cursor.execute(
            "select alerts_reminders_plan(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::boolean[], %s)",
            [*columns, at.astimezone(zone).date()],
        )
        made: int = cursor.fetchone()[0]
        return made


@action
def claim_reminder(reminder: UUID) -> Claimed | None:
    """Begin a try; nothing when it was sent, or is wanted no more."""
    with connection.cursor() as cursor:
        cursor.execute("select address, language from alerts_reminder_claim(%s)", [reminder])
        row = cursor.fetchone()
    return Claimed(reminder, *row) if row is not None else None


@action
def settle_reminder(reminder: UUID, outcome: Outcome) -> None:
    """Write down what became of it."""
    with connection.cursor() as cursor:
        cursor.execute("select alerts_reminder_settle(%s, %s)", [reminder, outcome])
