"""Tables of home: only what a person follows. All else is asked of the domains."""

from port2port.home.following.models import Follow  # noqa: F401 - a table of this app
