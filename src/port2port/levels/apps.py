from django.apps import AppConfig


class LevelsConfig(AppConfig):
    name = "port2port.levels"
    label = "levels"

    def ready(self) -> None:
        """Let security files show the level in force."""
        from port2port.levels import seen_beside  # its models need the apps loaded
        from port2port.sharing import beside

        beside.register("file_facility", seen_beside.TEMPLATE, seen_beside.on_file)
        beside.register("file_port", seen_beside.TEMPLATE, seen_beside.on_file)
