"""What the database says about the parts of the platform: journal, queue, workers. No content, no names."""

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from port2port.members.actor import nobody

FRESH = 10.0  # seconds; the foot of every page shows this, one query in ten seconds is enough


@dataclass(frozen=True)
class PlatformState:
    """What the database says about the parts: journal, queue, workers."""

    sealed_at: datetime | None
    sealed: int
    unsealed: int
    waiting: int
    failed: int
    workers: int

    @property
    def words(self) -> str:
        """One sentence for the foot of the page; it names the part that does not work."""
        if not self.workers:
            return _("The worker does not run: mail and sealing wait")
        return _("All parts of the platform work")


_kept: tuple[float, PlatformState] | None = None


def platform_state() -> PlatformState:
    """Return the state, at most ten seconds old. Raises DatabaseError."""
    global _kept  # noqa: PLW0603 - one value per process
    if _kept is None or time.monotonic() - _kept[0] > FRESH:
        with nobody(), connection.cursor() as cursor:
            cursor.execute("select * from platform_state()")
            _kept = (time.monotonic(), PlatformState(*cursor.fetchone()))
    return _kept[1]
