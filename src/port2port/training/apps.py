from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrainingConfig(AppConfig):
    name = "port2port.training"
    label = "training"

    def ready(self) -> None:
        """Let other records' pages show the lesson that they came from; let decisions and actions link to exercises.

        And let every migrate add the courses that are new, as it refreshes the roles.
        """
        from port2port.sharing import beside
        from port2port.training.exercises import learning, seen_beside  # its models need the apps loaded
        from port2port.workgroups import links

        links.register("exercise", learning.exercises)
        for kind in learning.RESOLVERS:
            beside.register(kind, seen_beside.TEMPLATE, seen_beside.origin)
        post_migrate.connect(refresh_courses, sender=self)


def refresh_courses(**_: Any) -> None:
    """Add the versions of courses that are new, as the owner who migrates."""
    from port2port.base.clock import now
    from port2port.training.courses.loading import load_courses

    load_courses(now())
