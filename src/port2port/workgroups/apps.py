from django.apps import AppConfig


class WorkgroupsConfig(AppConfig):
    name = "port2port.workgroups"
    label = "workgroups"

    def ready(self) -> None:
        """Let the bar say how many actions are mine; let results link to reports, whose pages show them."""
        from port2port.sharing import beside
        from port2port.site.navigation import provide_count
        from port2port.workgroups.about import TEMPLATE, about  # its models need the apps loaded
        from port2port.workgroups.linking import reports
        from port2port.workgroups.links import register  # its models need the apps loaded
        from port2port.workgroups.waiting import count_waiting

        provide_count("workgroups:list", count_waiting)
        register("report", reports)
        beside.register("report", TEMPLATE, lambda report, at: about(report, at=at))
