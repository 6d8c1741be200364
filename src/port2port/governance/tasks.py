"""Work of governance that waits, gathered: the worker looks for it in this module of each app."""

from port2port.governance.charter.tasks import send_version, tell_version

__all__ = ["send_version", "tell_version"]
