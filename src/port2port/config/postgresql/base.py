"""The backend as Django loads it by `ENGINE`: all of Django's, but for how it asks whether a connection still lives."""

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's; `CONN_HEALTH_CHECKS` looks at the socket before it asks the server.

    Nothing is due on an idle connection, so a socket with something to read was closed or told that the server goes
    down (libpq's manual, "Asynchronous Command Processing"): then `SELECT 1` decides, as in Django. A peer that went
    without a word is found out by the statement itself, in either way.
    """

    def is_usable(self) -> bool:
        """Tell whether the connection may be used for this request."""
        connection: Any = self.connection
        if connection is None or connection.closed:
            return False
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return not waiting.poll(0) or bool(super().is_usable())
