from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "port2port.measures"
    label = "measures"

    def ready(self) -> None:
        """Let groups link to measures and objectives, and speak of measures in consultation."""
        from port2port.measures import linking  # its models need the apps loaded
        from port2port.workgroups import links, offers

        links.register("measure", linking.measures)
        links.register("objective", linking.objectives)
        offers.register("measures", linking.in_consultation)
