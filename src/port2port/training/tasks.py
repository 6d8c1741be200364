"""Work of training that waits. The tasks of each part are found here, where the worker looks."""

from port2port.training.courses.tasks import forget_courses, invite, send_invitation

__all__ = ["forget_courses", "invite", "send_invitation"]
