from django.apps import AppConfig

from port2port.site.following import provide


class HomeConfig(AppConfig):
    name = "port2port.home"
    label = "home"

    def ready(self) -> None:
        """Let every page say whether its reader follows what it shows."""
        from port2port.home.following.queries import is_followed  # its model needs the apps loaded

        provide(is_followed)
