"""What of the alerts waits for whoever acts: those in force that the own desk has not acknowledged."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from port2port.alerts import queries
from port2port.alerts.words import card
from port2port.base.clock import now
from port2port.members.actor import Actor, actor_now
from port2port.members.rules import Need


def count_waiting(_request: HttpRequest) -> int:
    """Return the number beside "Alerts" in the bar; none on a page of an error, where nobody acts any more."""
    if actor_now.get() is None:
        return 0
    return queries.count_waiting(at=now())


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return the alerts to acknowledge, urgent first; each is acknowledged with one click."""
    if actor.organisation is None:
        return []
    return [card(row).need(reverse("alerts:acknowledge", args=[row.record.id])) for row in queries.waiting(at=at)]
