"""Work that waits: mail about withdrawals and broken glass, alarms, and expiry. Arguments are opaque ids only.

A mail says that something waits and links to the platform; it never says what. Addresses are looked up when it is
sent, so that whoever has left since gets none.
"""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from port2port.base import clock
from port2port.base.heads import load_signer
from port2port.base.outside import mail_head
from port2port.base.sealing import newest_head
from port2port.members.acting import acting_as_system
from port2port.members.tasks import AGAIN, MAIL, send
from port2port.sharing import alarms
from port2port.sharing.actions import expire
from port2port.sharing.misuse import limits

MOST_EXPIRED = 500
DEAD_AFTER = 60  # seconds without a heartbeat; a worker beats every ten


@app.task(name="sharing.tell_withdrawal", queue=MAIL, retry=AGAIN)
def tell_withdrawal(event: str) -> None:
    """Queue one mail for each person who could read what was withdrawn: one that fails does not repeat the others.

    Whoever exported it is told to delete the file instead.
    """
    with acting_as_system("worker"):
        holders = _export_people(event)
        people = _event_people(event).keys() - holders.keys()
        if people:
            send_withdrawal.batch_defer(*(_arguments(event=event, person=person) for person in people))
        if holders:
            send_recall.batch_defer(*(_arguments(event=event, person=person) for person in holders))


@app.task(name="sharing.send_recall", queue=MAIL, retry=AGAIN)
def send_recall(event: str, person: str) -> None:
    """Tell one person to delete a file they exported; not what was in it."""
    with acting_as_system("worker"):
        found = _export_people(event).get(UUID(person))
    _mail(
        found,
        _("Something you exported was withdrawn: delete it"),
        _("A file that you exported holds something that was withdrawn since. Delete the file. See which one:"),
        f"{settings.SITE_URL}/access/exports/",
    )


@app.periodic(cron="*/5 * * * *")
@app.task(name="sharing.watch_misuse", queueing_lock="sharing.watch_misuse")
def watch_misuse(timestamp: int) -> int:
    """Raise alarms about reading far above a habit and exporting above the quota. Returns how many are new."""
    with acting_as_system("worker"):
        return alarms.watch(limits(), at=clock.now())


@app.periodic(cron="25 4 * * *")
@app.task(name="sharing.forget_exports", queueing_lock="sharing.forget_exports")
def forget_exports(timestamp: int) -> int:
    """Forget exports and alarms whose time is over. Returns how many exports."""
    with acting_as_system("worker"):
        return alarms.forget(limits())


@app.task(name="sharing.send_withdrawal", queue=MAIL, retry=AGAIN)
def send_withdrawal(event: str, person: str) -> None:
    """Tell one person that something they could read was withdrawn; not what."""
    with acting_as_system("worker"):
        found = _event_people(event).get(UUID(person))
    _mail(
        found,
        _("Something you could read was withdrawn"),
        _("Something you could read was withdrawn. Open Port 2 Port."),
        settings.SITE_URL,
    )


@app.task(name="sharing.tell_glass", queue=MAIL, retry=AGAIN)
def tell_glass(request: str) -> None:
    """Queue a mail to each administrator and data-protection officer of the organisation whose glass was broken."""
    with acting_as_system("worker"):
        people = _glass_people(request)
        if people:
            send_glass.batch_defer(*(_arguments(request=request, person=person) for person in people))


@app.task(name="sharing.send_glass", queue=MAIL, retry=AGAIN)
def send_glass(request: str, person: str) -> None:
    """Tell one of them; which record it was stands on the platform, not in the mail."""
    with acting_as_system("worker"):
        found = _glass_people(request).get(UUID(person))
    _mail(
        found,
        _("An operator was given access to a record of yours"),
        _("Two people of different organisations broke the glass over a record of your organisation. See why:"),
        f"{settings.SITE_URL}/access/glass/",
    )


@app.periodic(cron="* * * * *")
@app.task(name="sharing.expire", queueing_lock="sharing.expire")
def expire_records(timestamp: int) -> int:
    """Delete what has passed its time of keeping. Returns how many."""
    with acting_as_system("worker"):
        return expire(at=clock.now(), most=MOST_EXPIRED)


def _mail(found: tuple[str, str] | None, subject: Promise, text: Promise, address: str) -> None:
    """Send a mail in the language of whom it is for; nobody, when they have left since."""
    if found is None:
        return
    email, language = found
    with override(language):
        send(email, str(subject), str(text), address)


def _arguments(**ids: str | UUID) -> dict[str, JSONValue]:
    return {name: str(value) for name, value in ids.items()}


def _event_people(event: str) -> dict[UUID, tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select person, email, language from sharing_event_people(%s)", [UUID(event)])
        return _by_person(cursor.fetchall())


def _export_people(event: str) -> dict[UUID, tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select person, email, language from sharing_export_people(%s)", [UUID(event)])
        return _by_person(cursor.fetchall())


def _glass_people(request: str) -> dict[UUID, tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select person, email, language from sharing_glass_people(%s)", [UUID(request)])
        return _by_person(cursor.fetchall())


def _by_person(rows: Iterable[tuple[UUID, str, str]]) -> dict[UUID, tuple[str, str]]:
    return {person: (email, language) for person, email, language in rows}


@app.periodic(cron="5 6 * * *")
@app.task(name="sharing.mail_journal_head", queue=MAIL, retry=AGAIN, queueing_lock="sharing.mail_journal_head")
def mail_journal_head(timestamp: int) -> None:
    """Send the journal's newest signed head to an address outside this machine: an older restore is noticed there."""
    address = settings.OPTIONS.heads_mail_to
    if not address:
        return
    with acting_as_system("worker"):
        head = newest_head(connection, load_signer(settings.DATA_DIR / "journal.key", make=False).public)
    if head is not None:
        mail_head(head, [address])


@app.periodic(cron="*/2 * * * *")
@app.task(name="sharing.retry_stalled", queueing_lock="sharing.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Start again what a worker was doing when it was killed: its heartbeat has stopped, its job has not ended."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER):
        await manager.retry_job(job)
