"""Work that waits: telling those whose report a later one matches. Arguments are opaque ids."""

from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from port2port.base.clock import now
from port2port.members.acting import acting_as_system
from port2port.reports.attachments.actions import sweep_vault
from port2port.reports.occasions import data_limits


@app.task(name="reports.tell_matches")
def tell_matches(record: str) -> int:
    """Note, for each organisation with a match it may know of, that there is one. Returns how many notes were written.

    It happens here and not while the report is shared, so that the time of sharing tells nobody that there is a match.
    """
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select * from reports_tell_matches(%s::uuid)", [UUID(record)])
        told = len(cursor.fetchall())
        cursor.execute(
            "select * from reports_tell_occasions(%s::uuid, %s::text[], %s::interval[], %s::float8)",
            [UUID(record), *data_limits()],
        )
        return told + len(cursor.fetchall())


@app.periodic(cron="37 * * * *")
@app.task(name="reports.sweep_vault", queueing_lock="reports.sweep_vault")
def sweep_attachments(timestamp: int) -> int:
    """Remove files of attachments that nothing refers to any more. Returns how many."""
    with acting_as_system("worker"):
        return sweep_vault(at=now())
