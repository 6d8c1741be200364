"""Make Django ready, for the commands that need it."""

import os

import django


def setup(*, as_owner: bool = False) -> None:
    """Set Django up. As owner (migrate, backup, restore) the connection may change tables and sees every row."""
    if as_owner:
        os.environ["PORT2PORT_AS"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "port2port.config.settings")
    django.setup()
