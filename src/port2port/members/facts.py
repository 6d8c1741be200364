"""Facts of the network that everyone signed in may read, kept for half a minute in each process.

Only facts: what an organisation, port, lock or waterway is called and where it lies, and names of circles that are no
secret. Never who is in a circle, what somebody holds, or anything else that the policy decides by.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import models

from port2port.base import rows
from port2port.members.actor import current_actor
from port2port.members.models import Circle, Facility, Landmark, Organisation, Port, Waterway

KEPT = 30.0  # seconds


@dataclass(frozen=True)
class Facts:
    """Rows by id. Nobody changes them: they are the same objects for every request of the process."""

    organisations: dict[UUID, Organisation]
    ports: dict[UUID, Port]
    facilities: dict[UUID, Facility]
    landmarks: dict[UUID, Landmark]
    waterways: dict[UUID, Waterway]
    circles: dict[UUID, dict[str, str]]  # names of the circles whose sight is the same for everybody


_kept: tuple[float, Facts] | None = None


def facts() -> Facts:
    """Return the facts, at most half a minute old. What is not in them may still be in the database."""
    global _kept  # noqa: PLW0603 - one value per process
    current_actor()  # nobody reads them without acting, though they are the same for everyone
    if _kept is not None and time.monotonic() - _kept[0] < KEPT:
        return _kept[1]
    # The last condition is the policy's own for circles, without what is in sight by a key.
    circles = rows.select(Circle, "t.kind <> 'sealed' and (t.membership = 'open' or t.addressed_by = 'everyone')", [])
    found = Facts(
        organisations={row.id: row for row in rows.select(Organisation, "true", [])},
        ports={row.id: row for row in rows.select(Port, "true", [])},
        facilities={row.id: row for row in rows.select(Facility, "true", [])},
        landmarks={row.id: row for row in rows.select(Landmark, "true", [])},
        waterways={row.id: row for row in rows.select(Waterway, "true", [])},
        circles={row.id: row.names for row in circles},
    )
    for facility in found.facilities.values():
        remember(facility, "port", found.ports)
    for landmark in found.landmarks.values():
        remember(landmark, "port", found.ports)
    if found.organisations:
        _kept = (time.monotonic(), found)
    return found


def remember(row: models.Model, name: str, known: Mapping[UUID, models.Model]) -> None:
    """Let a row's foreign key `name` answer from what is known; what is not known is asked for when it is needed."""
    key = getattr(row, f"{name}_id")
    if key is None:
        row._state.fields_cache[name] = None
    elif key in known:
        row._state.fields_cache[name] = known[key]
