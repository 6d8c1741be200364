"""Tries of those who are not signed in, counted by the neighbourhood they come from."""

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Throttled
from port2port.members.acting import acting_as_system

TOO_MANY = _("Too many tries from your network. Wait a while.")


def count(name: str, most: int, seconds: int, *, said: Promise = TOO_MANY) -> None:
    """Take one of so many places for a time. Each is taken by one statement, so that two cannot share it.

    Raises Throttled, as `said`, when all are taken.
    """
    with acting_as_system("identity"):
        for place in range(most):
            if cache.add(f"{name}:{place}", 1, seconds):
                return
    raise Throttled(said)
