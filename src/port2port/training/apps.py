from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrainingConfig(AppConfig):
    name = "port2port.training"
    label = "training"

    def ready(self) -> None:
        """Let every migrate add the courses that are new, as it refreshes the roles."""
        post_migrate.connect(refresh_courses, sender=self)


def refresh_courses(**_: Any) -> None:
    """Add the versions of courses that are new, as the owner who migrates."""
    from port2port.base.clock import now
    from port2port.training.courses.loading import load_courses

    load_courses(now())
