"""Between a draft and the columns of an alert; areas and public statements go as JSON and come back typed."""

from datetime import UTC
from typing import Any

import msgspec

from port2port.alerts.models import Alert
from port2port.alerts.rules import Draft, PublicStatement
from port2port.alerts.suppliers.names import System
from port2port.members.areas import area_from, area_to

SAME = ("event", "urgency", "severity", "certainty", "status", "language", "template", "valid_from", "valid_until")


def draft_of(alert: Alert) -> Draft:
    """Return the draft that an alert was raised from."""
    return Draft(
        **{name: getattr(alert, name) for name in SAME},
        headline=alert.headline,
        text=alert.text,
        instructions=tuple(alert.instructions),
        areas=tuple(area_from(stored) for stored in alert.areas),
        systems=tuple(msgspec.convert(stored, System) for stored in alert.systems),
        public=msgspec.convert(alert.public, PublicStatement) if alert.public is not None else None,
    )


def values_of(draft: Draft) -> dict[str, Any]:
    """Return the columns of an alert for a draft without problems."""
    return {name: getattr(draft, name) for name in SAME} | {
        "headline": " ".join(draft.headline.split()),
        "text": draft.text.strip(),
        "valid_from": draft.valid_from.astimezone(UTC),
        "valid_until": draft.valid_until.astimezone(UTC),
        "instructions": list(draft.instructions),
        "areas": [area_to(area) for area in draft.areas],
        "systems": [msgspec.to_builtins(system) for system in draft.systems],
        "public": msgspec.to_builtins(draft.public) if draft.public is not None else None,
    }
