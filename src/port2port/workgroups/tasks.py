"""Reminders of actions that fall due. A mail says that something waits, never what. Arguments are opaque ids."""

from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from port2port.base import clock
from port2port.members.acting import acting_as_system
from port2port.members.tasks import AGAIN, MAIL, send
from port2port.workgroups.rules import days_to_remind_of


@app.periodic(cron="10 6 * * 1-5")
@app.task(name="workgroups.remind", queue=MAIL, retry=AGAIN, queueing_lock="workgroups.remind")
def remind(timestamp: int) -> int:
    """Queue one mail for each owner of an action that falls due (`rules.days_to_remind_of`). Returns how many."""
    with acting_as_system("worker"):
        people = sorted(str(person) for person in _due())
        if people:
            send_reminder.batch_defer(*[_whom(person) for person in people])
    return len(people)


@app.task(name="workgroups.send_reminder", queue=MAIL, retry=AGAIN)
def send_reminder(person: str) -> None:
    """Tell one person that something falls due; not what. Whoever has ended it since gets no mail."""
    with acting_as_system("worker"):
        found = _due().get(UUID(person))
    if found is None:
        return
    email, language = found
    with override(language):
        send(email, _("Something you took on falls due"), _("Something you took on falls due. Open Port 2 Port:"),
             f"{settings.SITE_URL}/workgroups/actions/mine/")  # fmt: skip


def _whom(person: str) -> dict[str, JSONValue]:
    return {"person": person}


def _due() -> dict[UUID, tuple[str, str]]:
    with connection.cursor() as cursor:
        days = days_to_remind_of(timezone.localdate(clock.now()))
        cursor.execute("select person, email, language from workgroups_due(%s)", [days])
        return {person: (email, language) for person, email, language in cursor.fetchall()}
