"""Work of knowledge that waits, gathered: the worker looks for it in this module of each app."""

from port2port.knowledge.questions.tasks import tell_asker, tell_expert

__all__ = ["tell_asker", "tell_expert"]
