"""Entering flights for tests through the real actions."""

from dataclasses import replace
from datetime import datetime, timedelta

from port2port.base.clock import now
from port2port.flights import actions
from port2port.flights.models import Flight
from port2port.flights.rules import Draft
from port2port.members.areas import CircleArea
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp
from tests.reports.writing import keys

LOCK = CircleArea(lat=51.2695, lon=4.2811, km=1.0, landmark="kallo-lock")


def draft(at: datetime | None = None, **changes: object) -> Draft:
    """A patrol over Kallo lock that began a quarter of an hour ago."""
    at = at or now()
    made = Draft(
        task="patrol", area=LOCK, contact="Drone desk, 03 555 01 00", operator="Port of Antwerp-Bruges",
        starts_at=at - timedelta(minutes=15), ends_at=at + timedelta(hours=1),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def flight(*names: str, tlp: Tlp = Tlp.AMBER, at: datetime | None = None, **changes: object) -> Flight:
    """Enter a flight as the current actor, for these circles and persons; without any, the data's own."""
    at = at or now()
    to = Addressing(keys(names), tlp) if names else None
    return actions.enter_flight(draft=draft(at, **changes), to=to, at=at)
