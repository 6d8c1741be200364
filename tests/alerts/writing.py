"""Raising alerts for tests through the real actions."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from port2port.alerts import actions
from port2port.alerts.models import Alert
from port2port.alerts.rules import Draft, prefilled
from port2port.alerts.vocabulary import templates, vocabulary
from port2port.base.clock import now
from port2port.members.areas import CircleArea
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from tests.reports.writing import keys

LOCK = CircleArea(lat=51.2695, lon=4.2811, km=2.0, landmark="kallo-lock")


def draft(template: str = "drone_seen", *, at: datetime | None = None, **changes: Any) -> Draft:
    found = next(one for one in templates() if one.code == template)
    made = replace(prefilled(found, language="en", at=at or now()), areas=(LOCK,))
    return replace(made, **changes)


def alert(
    *names: str, tlp: Tlp = Tlp.AMBER, report: UUID | None = None, at: datetime | None = None, **changes: Any
) -> Alert:
    """Raise an alert as the current actor to these circles and persons."""
    at = at or now()
    made = draft(at=at, **changes)
    threat = next((event.threat for event in vocabulary().events if event.code == made.event), "other")
    to = Addressing(keys(names or ("ports-and-police",)), tlp)
    return actions.raise_alert(draft=made, to=to, terms=terms_for(threat, reporter()), at=at, report=report)
