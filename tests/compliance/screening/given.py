"""Security verifications for the tests: invented numbers of the terminal, written by the real actions."""

from datetime import date, timedelta

from port2port.base.clock import now
from port2port.compliance.screening.actions import keep_screening
from port2port.compliance.screening.models import Screening
from port2port.compliance.screening.rules import Line
from tests.compliance.files.given import QUAY

FOUR = {"nl", "fr", "de", "en"}
YEAR = 365


def on(days: int) -> date:
    """Return the day so many days ago."""
    return (now() - timedelta(days=days)).date()


def kept(number: str, facility: str = QUAY, function: str = "guard", **days: int) -> Screening:
    """Write a number as whoever acts; days are so many days ago."""
    line = Line(number, function, facility, **{name: on(ago) for name, ago in days.items()})
    return keep_screening(line, at=now())
