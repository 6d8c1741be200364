from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from port2port.members.actor import refuse_nobody


class MembersConfig(AppConfig):
    name = "port2port.members"
    label = "members"

    def ready(self) -> None:
        """Put the guard on every serving connection; the owner migrates and loads facts, and acts as nobody.

        The table of roles is a copy of the classes: every migrate refreshes it.
        """
        if not settings.OPTIONS.as_owner:
            connection_created.connect(guard, dispatch_uid="members.guard")
        post_migrate.connect(refresh_roles, sender=self)


def guard(connection: Any, **_: Any) -> None:
    """Refuse statements outside `acting_as` on this connection."""
    if refuse_nobody not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_nobody)


def refresh_roles(**_: Any) -> None:
    """Copy the role classes into the database, as the owner who migrates."""
    from port2port.members.loading import load_roles

    load_roles()
