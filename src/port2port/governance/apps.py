from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate

from port2port.base.clock import now


class GovernanceConfig(AppConfig):
    name = "port2port.governance"
    label = "governance"

    def ready(self) -> None:
        """Load the starter texts with every migrate, as the roles are; tell forms what an organisation must accept."""
        from port2port.governance.charter import gate
        from port2port.sharing import gates

        post_migrate.connect(load_starters, sender=self)
        gates.register(gate.hindrance, gate.passed)


def load_starters(**_: Any) -> None:
    """Load what ships with the program, as the owner who migrates."""
    from port2port.governance.charter import loading

    loading.load_texts(now())
    loading.set_grace(settings.OPTIONS.charter_grace_until)
