from django.apps import AppConfig

from port2port.site.navigation import provide_count


class HelpdeskConfig(AppConfig):
    name = "port2port.helpdesk"
    label = "helpdesk"

    def ready(self) -> None:
        """Let the bar say how many cases wait for whoever acts."""
        from port2port.helpdesk.waiting import count_waiting  # its models need the apps loaded

        provide_count("helpdesk:desk", count_waiting)
