"""Work of record stores that waits: statements are sent."""

from procrastinate.contrib.django import app

from port2port.base.clock import now
from port2port.training.stores import sending


@app.periodic(cron="* * * * *")
@app.task(name="training.tell_stores", queueing_lock="training.tell_stores", lock="training.tell_stores")
def tell_stores(timestamp: int) -> int:
    """Send what waits to every store that is due. Returns how many statements were taken."""
    return sending.tell_stores(at=now())
