from django.apps import AppConfig


class WorkgroupsConfig(AppConfig):
    name = "port2port.workgroups"
    label = "workgroups"

    def ready(self) -> None:
        """Let the bar say how many actions are mine, and let decisions and actions link to reports."""
        from port2port.site.navigation import provide_count
        from port2port.workgroups.linking import reports
        from port2port.workgroups.links import register  # its models need the apps loaded
        from port2port.workgroups.waiting import count_waiting

        provide_count("workgroups:list", count_waiting)
        register("report", reports)
