from django.apps import AppConfig
from django.db.models.signals import post_migrate

from port2port.site.navigation import provide_count


class AlertsConfig(AppConfig):
    name = "port2port.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Let the bar say how many alerts wait for an acknowledgement, and registers follow the alias file."""
        from port2port.alerts.suppliers.renaming import refresh_topics  # its models need the apps loaded
        from port2port.alerts.waiting import count_waiting

        provide_count("alerts:list", count_waiting)
        post_migrate.connect(refresh_topics, sender=self)
