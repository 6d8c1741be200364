"""The level of a facility or port on the page of its security file (`sharing.beside`)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from port2port.base.errors import NotFound
from port2port.levels import words
from port2port.members.places import known_places

TEMPLATE = "levels/beside.html"


def on_file(place: UUID, at: datetime) -> dict[str, Any]:
    """Return the level in force there; nothing of a place whose level one does not know."""
    places = known_places()
    spots = (*places.facilities.values(), *places.ports.values())
    code = next((spot.code for spot in spots if spot.id == place), "")
    try:
        return words.level_facts(code, at=at) if code else {}
    except NotFound:
        return {}
