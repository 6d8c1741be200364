"""Work of measures that waits: reminders before a planned date or the end of a consultation. Arguments are ids.

A mail says that something waits and links to the platform; it never says what.
"""

from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from port2port.base import journal
from port2port.measures.adoption_queries import DUE_WITHIN
from port2port.members.acting import acting_as_system
from port2port.members.tasks import AGAIN, MAIL, send

POSITION_WITHIN_DAYS = 5
ANSWER_WITHIN_DAYS = 7


@app.periodic(cron="35 6 * * *")
@app.task(name="measures.remind", queueing_lock="measures.remind")
def remind(timestamp: int) -> int:
    """Queue a mail to each person for whom a planned date or the end of a consultation comes near. Returns how many."""
    with acting_as_system("worker"):
        with connection.cursor() as cursor:
            cursor.execute("select * from measures_remind(%s, %s)", [DUE_WITHIN.days, POSITION_WITHIN_DAYS])
            people = [row[0] for row in cursor.fetchall()]
        _queue(people)
    return len(people)


@app.periodic(cron="40 6 * * *")
@app.task(name="measures.remind_operations", queueing_lock="measures.remind_operations")
def remind_operations(timestamp: int) -> int:
    """Queue a mail to each person for whom an answer, the end of an operation or lent things are due. Returns how many.

    The mail is that of all measures, word for word: it does not tell that there is an operation.
    """
    with acting_as_system("worker"):
        with connection.cursor() as cursor:
            cursor.execute("select * from measures_operations_remind(%s)", [ANSWER_WITHIN_DAYS])
            people = [row[0] for row in cursor.fetchall()]
        _queue(people)
    return len(people)


def _queue(people: list[UUID]) -> None:
    if people:
        journal.write("measure.reminded", number=len(people))
        send_reminder.batch_defer(*(_arguments(person) for person in people))


@app.task(name="measures.send_reminder", queue=MAIL, retry=AGAIN)
def send_reminder(person: str) -> None:
    """Tell one person that something about a measure is due; not what."""
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select email, language from measures_address(%s)", [UUID(person)])
        found = cursor.fetchone()
    if found is None:  # left since
        return
    email, language = found
    with override(language):
        send(
            email,
            _("Something about a measure needs you"),
            _("A date comes near or has passed. Open Port 2 Port to see which:"),
            settings.SITE_URL,
        )


def _arguments(person: UUID) -> dict[str, JSONValue]:
    return {"person": str(person)}
