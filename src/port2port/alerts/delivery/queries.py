"""Reads of delivery: for the worker, whom to tell; for people, what they wish; for administrators, what failed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from port2port.alerts.delivery.models import Contact, Leave, Preference, Quiet, Reach, Subscription, Webhook
from port2port.alerts.delivery.rules import URGENT, Candidate
from port2port.alerts.delivery.rules import Quiet as QuietHours
from port2port.members.acting import current_actor
from port2port.members.facts import facts
from port2port.members.queries import called

MOST_FAILURES = 50


def candidates(event: UUID, *, today: date) -> tuple[list[Candidate], bool]:
    """Return by which ways an event's alert can reach whom, and whether it is urgent. For the worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select channel, target, person, urgency, urgent_only, quiet_from, quiet_to, urgent_overrides, digest"
            " from alerts_candidates(alerts_event_alert(%s), %s)",
            [event, today],
        )
        rows = cursor.fetchall()
    found = [
        Candidate(channel, target, person, urgent_only, QuietHours(start, end, overrides, digest) if start else None)
        for channel, target, person, _urgency, urgent_only, start, end, overrides, digest in rows
    ]
    return found, any(row[3] == URGENT for row in rows)


def preferences() -> dict[str, Preference]:
    """Return what the actor chose, by channel."""
    return {row.channel: row for row in Preference.objects.all()}


def quiet() -> Quiet | None:
    """Return the actor's quiet hours, if any."""
    return Quiet.objects.first()


def subscriptions() -> list[Subscription]:
    """Return the actor's browsers that take push messages, newest first."""
    return list(Subscription.objects.filter(gone_at=None).order_by("-made_at"))


def leaves(*, today: date) -> list[Leave]:
    """Return the actor's present and coming leaves."""
    return list(Leave.objects.filter(to_day__gte=today).select_related("deputy").order_by("from_day"))


def reach() -> Reach:
    """Return how the actor's organisation lets its people be reached; the defaults when it never said."""
    organisation = current_actor().organisation
    if organisation is None:
        return Reach()
    return Reach.objects.filter(organisation_id=organisation).first() or Reach(organisation_id=organisation)


def contacts() -> list[Contact]:
    """Return the escalation chain of the actor's organisation, in order."""
    return list(Contact.objects.select_related("person").order_by("position"))


def own_people() -> list[tuple[UUID, str]]:
    """Return the people of the actor's organisation, by name: whom it may call."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.id, p.name from members_person p where p.id in (select alerts_own_people()) order by p.name, p.id"
        )
        rows: list[tuple[UUID, str]] = cursor.fetchall()
        return rows


def others() -> list[tuple[UUID, str]]:
    """Return the actor's colleagues, by name: who may stand in."""
    own = current_actor().person
    return [(person, name) for person, name in own_people() if person != own]


def webhooks() -> list[Webhook]:
    """Return the webhooks of the actor's organisation, without their secrets, by name."""
    return list(Webhook.objects.defer("secret", "old_secret", "failed_at").order_by("name", "id"))


@dataclass(frozen=True)
class Failure:
    """A notice that did not arrive, for an administrator: to whom, by which channel, why; not of which alert."""

    id: UUID
    channel: str
    to: str
    state: str
    code: str
    attempts: int
    at: datetime | None


def failures() -> list[Failure]:
    """Return the newest notices of the actor's organisation that failed."""
    actor = current_actor()
    with connection.cursor() as cursor:
        cursor.execute(
            "select d.id, d.channel, coalesce(p.name, w.name, ''), d.state, d.code, d.attempts, d.ended_at"
            " from alerts_delivery d left join members_person p on p.id = d.person_id"
            " left join alerts_webhook w on d.channel = 'webhook' and w.id = d.target::uuid"
            " where d.organisation_id = %s and d.state in ('failed', 'gone', 'dead')"
            f" order by d.made_at desc limit {MOST_FAILURES}",
            [actor.organisation],
        )
        return [Failure(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Progress:
    """How far the notices of an alert have come; `failing`: the names of organisations where some failed."""

    told: int
    waiting: int
    failed: int
    failing: tuple[dict[str, str], ...]

    @property
    def failing_names(self) -> list[str]:
        """Those names in the active language."""
        return [called(names) for names in self.failing]


def progress(alert: UUID) -> Progress | None:
    """Return how far an alert's notices have come, to who looks after it; nothing to others or when there are none."""
    with connection.cursor() as cursor:
        cursor.execute("select organisation, told, waiting, failed from alerts_delivery_state(%s)", [alert])
        rows: list[tuple[UUID, int, int, int]] = cursor.fetchall()
    if not rows:
        return None
    organisations: dict[UUID, Any] = facts().organisations
    failing = [organisations[row[0]].names for row in rows if row[3] and row[0] in organisations]
    failing.sort(key=lambda names: sorted(names.items()))
    return Progress(sum(r[1] for r in rows), sum(r[2] for r in rows), sum(r[3] for r in rows), tuple(failing))
