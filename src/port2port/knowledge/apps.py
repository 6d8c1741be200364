from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "port2port.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        """Let groups link to what is known and take up what nobody answered; let other records' pages show it."""
        from port2port.knowledge.practices import seen_beside  # its models need the apps loaded
        from port2port.knowledge.questions import agenda, turning
        from port2port.sharing import beside
        from port2port.workgroups import links, offers

        links.register("practice", seen_beside.practices)
        links.register("lesson", seen_beside.lessons)
        links.register("question", agenda.linked)
        offers.register("questions", agenda.offers)
        beside.register("measure", seen_beside.ON_MEASURE, seen_beside.on_measure)
        beside.register("report", seen_beside.TEMPLATE, seen_beside.on_report)
        beside.register("lesson", seen_beside.TEMPLATE, seen_beside.on_lesson)
        beside.register("lesson", turning.TEMPLATE, turning.on_lesson)
