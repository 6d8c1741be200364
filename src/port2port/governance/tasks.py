"""Work of governance that waits, gathered: the worker looks for it in this module of each app."""

from port2port.governance.charter.tasks import send_version, tell_version
from port2port.governance.desk.tasks import forget

__all__ = ["forget", "send_version", "tell_version"]
