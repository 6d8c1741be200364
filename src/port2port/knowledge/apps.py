from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "port2port.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        """Let groups link to practices and lessons; let the pages of measures, reports and lessons show practices."""
        from port2port.knowledge.practices import seen_beside  # its models need the apps loaded
        from port2port.sharing import beside
        from port2port.workgroups import links

        links.register("practice", seen_beside.practices)
        links.register("lesson", seen_beside.lessons)
        beside.register("measure", seen_beside.ON_MEASURE, seen_beside.on_measure)
        beside.register("report", seen_beside.TEMPLATE, seen_beside.on_report)
        beside.register("lesson", seen_beside.TEMPLATE, seen_beside.on_lesson)
