"""Work of home that waits: taking away follows that lead nowhere. Arguments are opaque ids."""

from procrastinate.contrib.django import app

from port2port.home.following.actions import sweep
from port2port.members.acting import acting_as_system


@app.periodic(cron="40 3 * * *")
@app.task(name="home.sweep_follows", queueing_lock="home.sweep_follows")
def sweep_follows(timestamp: int) -> int:
    """Take away follows of records that their person sees no more. Returns how many."""
    with acting_as_system("worker"):
        return sweep()
