"""A cyber incident of an organisation under NIS2, and what is sent about it, through the real actions."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from port2port.base.clock import now
from port2port.reports.clocks.actions import Sent, record_sent
from port2port.reports.clocks.models import Sending
from port2port.reports.routing.actions import say_of_ourselves
from tests.reports.writing import own, report

PSO, PARTNER, PFSO, COMPANY = "pso@antwerp.demo", "pso@northsea.demo", "pfso@quay1.demo", "contact@agent.demo"
CYBER = {"threat": "cyber_attack", "nature": "incident", "severity": "high", "place": "port", "port": "BEANR",
         "landmark": ""}  # fmt: skip


def in_scope(**changes: Any) -> None:
    """Say that the actor's organisation is an essential entity."""
    said = {"nis2_scope": True, "critical_entity": None, "nis2_category": "essential", "supervisor": "CCB"} | changes
    say_of_ourselves(**said, at=now())


def attack(*names: str, hours: float = 1, **changes: Any) -> UUID:
    """Share a cyber incident that one has known of for so many hours."""
    since = now() - timedelta(hours=hours)
    told = CYBER | {"aware_since": since, "occurred_at": since - timedelta(hours=1)} | changes
    return report(*names, to=() if names else own(), **told).record_id


def sent(made: UUID, kind: str, *, ago: timedelta = timedelta(0), **changes: Any) -> Sending:
    """Record that a text was sent so long ago."""
    at = now()
    told: dict[str, Any] = {"text": f"Text of {kind}.", "sent_at": at - ago, "channel": "portal"} | changes
    return record_sent(made, Sent(kind, **told), at=at)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
