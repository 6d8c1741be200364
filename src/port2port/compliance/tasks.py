"""Work of obligations that waits: what turns soon or late by the day, and everything when a rule was switched.

A mail says that something waits and links to the platform; needs and calendar say what, to who sees it.
"""

from procrastinate.contrib.django import app

from port2port.base.clock import now
from port2port.compliance.recomputing import batches, every, recompute, stale
from port2port.compliance.screening import tasks as _screening  # noqa: F401 - for the worker to find them
from port2port.members.acting import acting_as_system


@app.periodic(cron="*/10 * * * *")
@app.task(name="compliance.wake", queueing_lock="compliance.wake", lock="compliance")
def wake(timestamp: int = 0) -> int:
    """Work out again whose state turns by now, or whom other rules worked out. Returns how many subjects."""
    at = now()
    with acting_as_system("worker"):
        subjects = stale(at=at)
    for part in batches(subjects):
        with acting_as_system("worker"):
            recompute(part, at=at)
    return len(subjects)


@app.task(name="compliance.rework", lock="compliance")
def rework(timestamp: int = 0) -> int:
    """The same at once, when a rule was switched; if it is lost, the next waking finds who was left."""
    return wake(timestamp)


def recompute_all() -> tuple[int, int]:
    """Work out every subject. Returns how many there are, and how many rows differed."""
    at, written = now(), 0
    with acting_as_system("worker"):
        subjects = every()
    for part in batches(subjects):
        with acting_as_system("worker"):
            written += recompute(part, at=at)
    return len(subjects), written
