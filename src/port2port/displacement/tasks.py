"""Work of the monitor that waits: one run, and the nightly ones. Arguments are opaque ids."""

from uuid import UUID

from procrastinate.contrib.django import app

from port2port.base.clock import now
from port2port.displacement import running, what_ifs
from port2port.members.acting import acting_as_system


@app.task(name=running.TASK)
def compute(request: str) -> str:
    """Compute one run, in one place at a time for a choice. Returns the state it ended in."""
    from port2port.displacement import computing  # heavy

    return computing.compute(UUID(request))


@app.task(name=what_ifs.COMPUTE)
def answer(request: str) -> str:
    """Answer one question of what-if. Returns the state it ended in."""
    from port2port.displacement import computing  # heavy

    return computing.answer(UUID(request))


@app.periodic(cron="15 2 * * *")
@app.task(name="displacement.nightly", queueing_lock="displacement.nightly")
def nightly(timestamp: int) -> int:
    """Queue the runs of every night and forget old ones. Returns how many were queued."""
    what_ifs.forget_old(at=now())
    running.forget_runs(at=now())
    with acting_as_system("worker"):
        return running.queue_standing(at=now())
