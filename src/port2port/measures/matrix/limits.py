"""When ports are neighbours and when a way is closed: versioned data, checked when read."""

from datetime import date
from functools import cache
from pathlib import Path

from port2port.members.data_files import Entry, Reader

LIMITS = Path(__file__).parent.parent / "data" / "matrix.v1.toml"


class Limits(Entry, frozen=True, kw_only=True):
    """Which version of the limits this is, where they come from, and what they are."""

    version: int
    valid_from: date
    source: str
    near_km: float  # as the crow flies
    water_km: float  # from a port to the line of its waterway
    closed_from: float  # the share of a port from which one measure closes a way


@cache
def limits() -> Limits:
    """Return the limits. Raises ValueError with a line per problem of the file."""
    reader = Reader(LIMITS)
    found = reader.single("matrix", Limits)
    reader.check_sections(("matrix",))
    if not (found.near_km > 0 and found.water_km > 0 and 0 < found.closed_from <= 1):
        reader.problem("matrix", "limits", "kilometres above nothing, a share above nothing and not above the whole")
    reader.finish()
    return found
