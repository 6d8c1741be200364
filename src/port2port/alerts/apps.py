from django.apps import AppConfig

from port2port.site.navigation import provide_count


class AlertsConfig(AppConfig):
    name = "port2port.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Let the bar say how many alerts wait for an acknowledgement."""
        from port2port.alerts.waiting import count_waiting  # its models need the apps loaded

        provide_count("alerts:list", count_waiting)
