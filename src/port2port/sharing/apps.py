from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created

from port2port.sharing.actor import refuse_nobody


class SharingConfig(AppConfig):
    name = "port2port.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Put the guard on every serving connection; the owner migrates and loads facts, and acts as nobody."""
        if not settings.OPTIONS.as_owner:
            connection_created.connect(guard, dispatch_uid="sharing.guard")


def guard(connection: Any, **_: Any) -> None:
    """Refuse statements outside `acting_as` on this connection."""
    if refuse_nobody not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_nobody)
