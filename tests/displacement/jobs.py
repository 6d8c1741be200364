"""What the tests of spreading have done elsewhere; imported there, so it imports nothing that needs settings."""

import os
import time

from port2port.displacement.methods.refusal import BadInput, Problem


def where(_one: int) -> int:
    """Return the process that does it."""
    return os.getpid()


def slow(_one: int) -> None:
    """Take longer than until somebody stops it."""
    time.sleep(3)


def stuck_elsewhere(at_home: int) -> int:
    """Never end in any process but this one."""
    while os.getpid() != at_home:
        time.sleep(0.1)
    return at_home


def refused(one: int) -> None:
    """Refuse it."""
    raise BadInput([Problem(f"row {one}", "negative", "-1")])


def other_code() -> str:
    """Name the code, another in each process."""
    return str(os.getpid())
