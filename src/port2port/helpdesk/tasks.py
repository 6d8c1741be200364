"""Mail of the help desk: that something waits, never what. Arguments are ids; addresses are looked up when sent.

The event of `tell` is a message of a case.
"""

from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from port2port.members.acting import acting_as_system
from port2port.members.tasks import AGAIN, MAIL, send


@app.task(name="helpdesk.tell", queue=MAIL, retry=AGAIN)
def tell(event: str) -> None:
    """Queue one mail for each person who should look at what was said: one that fails does not repeat the others."""
    with acting_as_system("worker"):
        people = _people(event)
        if people:
            send_told.batch_defer(*(_arguments(event=event, person=person) for person in people))


@app.task(name="helpdesk.send_told", queue=MAIL, retry=AGAIN)
def send_told(event: str, person: str) -> None:
    """Tell one person that a case of the help desk waits; not which, nor what stands in it."""
    with acting_as_system("worker"):
        found = _people(event).get(UUID(person))
    if found is None:
        return
    email, language = found
    with override(language):
        send(
            email,
            _("There is something new at the help desk"),
            _("There is something new for you at the help desk of Port 2 Port."),
            f"{settings.SITE_URL}/helpdesk/",
        )


@app.periodic(cron="15 7 * * *")
@app.task(name="helpdesk.remind", queue=MAIL, queueing_lock="helpdesk.remind")
def remind(timestamp: int) -> int:
    """Queue a reminder for each person whose cases are late. Returns how many."""
    with acting_as_system("worker"):
        people = _late()
        if people:
            send_reminder.batch_defer(*(_arguments(person=person) for person in people))
    return len(people)


@app.task(name="helpdesk.send_reminder", queue=MAIL, retry=AGAIN)
def send_reminder(person: str) -> None:
    """Tell one person how many cases are late by now."""
    with acting_as_system("worker"):
        found = _late().get(UUID(person))
    if found is None:
        return
    email, language, late = found
    with override(language):
        send(
            email,
            ngettext("%(n)d case is late at the help desk", "%(n)d cases are late at the help desk", late)
            % {"n": late},
            _("The desk has promised an answer by now. Open Port 2 Port."),
            f"{settings.SITE_URL}/helpdesk/",
        )


def _arguments(**ids: str | UUID) -> dict[str, JSONValue]:
    return {name: str(value) for name, value in ids.items()}


def _people(event: str) -> dict[UUID, tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select person, email, language from helpdesk_people(%s)", [UUID(event)])
        return {person: (email, language) for person, email, language in cursor.fetchall()}


def _late() -> dict[UUID, tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("select person, email, language, late from helpdesk_overdue_people()")
        return {person: (email, language, late) for person, email, language, late in cursor.fetchall()}
