from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "port2port.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        """Let agendas offer unanswered questions, results link to them, and lessons be turned into one."""
        from port2port.helpdesk import turning
        from port2port.knowledge.questions import agenda  # its models need the apps loaded
        from port2port.knowledge.questions.turning import lesson
        from port2port.workgroups import links, offers

        offers.register("questions", agenda.offers)
        links.register("question", agenda.linked)
        turning.register("question", lesson)
