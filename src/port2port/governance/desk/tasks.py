"""What the worker does for the desk: erase names whose time is over, then the rest."""

from django.db import connection
from procrastinate.contrib.django import app

from port2port.base import clock, journal
from port2port.members.acting import acting_as_system


@app.periodic(cron="40 3 * * *")
@app.task(name="governance.forget", queueing_lock="governance.forget")
def forget(timestamp: int) -> int:
    """Erase who asked, and what, when its time is over; delete requests at the end of theirs. Returns how many."""
    with acting_as_system("worker"):
        with connection.cursor() as cursor:
            cursor.execute("select erased, deleted from governance_forget()")
            erased, deleted = cursor.fetchone()
        if erased or deleted:
            journal.write("request.forgotten", kind="request", at=clock.now(), erased=erased, deleted=deleted)
        return int(erased + deleted)
