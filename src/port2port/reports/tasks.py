"""Work that waits: telling those whose report a later one matches. Arguments are opaque ids."""

from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from port2port.members.acting import acting_as_system


@app.task(name="reports.tell_matches")
def tell_matches(record: str) -> int:
    """Note, for each organisation with a match it may know of, that there is one. Returns how many notes were written.

    It happens here and not while the report is shared, so that the time of sharing tells nobody that there is a match.
    """
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select * from reports_tell_matches(%s::uuid)", [UUID(record)])
        return len(cursor.fetchall())
