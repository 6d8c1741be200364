"""Work of training that waits; arguments are ids. The tasks of each part are found here, where the worker looks."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from port2port.alerts.delivery.rules import DELIVER
from port2port.base.clock import now
from port2port.members.acting import acting_as_system
from port2port.members.tasks import AGAIN
from port2port.training.campaigns.tasks import forget_campaigns
from port2port.training.courses.tasks import forget_courses, invite, send_invitation
from port2port.training.exercises import knocking
from port2port.training.packages.tasks import forget_runs
from port2port.training.stores.tasks import tell_stores

__all__ = [
    "forget_campaigns",
    "forget_courses",
    "forget_runs",
    "invite",
    "knock",
    "knock_all",
    "send_invitation",
    "tell_stores",
]


@app.task(name="training.knock_all", queue=DELIVER, retry=AGAIN)
def knock_all(record: str) -> int:
    """Queue a knock at the phone of each player to whom the inject of this id came. Run again, nobody is told twice."""
    with acting_as_system("worker"):
        return knocking.queue_knocks(UUID(record), at=now(), zone=timezone.get_default_timezone())


@app.task(name="training.knock", queue=DELIVER)
def knock(record: str, delivery: str) -> str:
    """Tell one browser (`delivery`) of an inject, once. Returns the code of what became of it, empty when nothing was
    sent."""
    with acting_as_system("worker"):
        begun = knocking.begin_knock(UUID(record), UUID(delivery))
    if begun is None:
        return ""
    outcome = knocking.knock(begun, at=now())
    with acting_as_system("worker"):
        knocking.settle_knock(begun, outcome)
    return outcome.code
