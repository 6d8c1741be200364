from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "port2port.training"
    label = "training"

    def ready(self) -> None:
        """Let other records' pages show the lesson that they came from; let decisions and actions link to exercises."""
        from port2port.sharing import beside
        from port2port.training.exercises import learning, seen_beside  # its models need the apps loaded
        from port2port.workgroups import links

        links.register("exercise", learning.exercises)
        for kind in learning.RESOLVERS:
            beside.register(kind, seen_beside.TEMPLATE, seen_beside.origin)
