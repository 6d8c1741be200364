from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MembersConfig(AppConfig):
    name = "port2port.members"
    label = "members"

    def ready(self) -> None:
        """The table of roles is a copy of the classes: every migrate refreshes it."""
        post_migrate.connect(refresh_roles, sender=self)


def refresh_roles(**_: Any) -> None:
    """Copy the role classes into the database, as the owner who migrates."""
    from port2port.members.loading import load_roles

    load_roles()
