"""What of levels stands in the security file of a port (compliance): that one was set, and that it was relayed."""

from datetime import datetime

from port2port.compliance import actions as compliance
from port2port.compliance.models import Happening
from port2port.compliance.queries import sight
from port2port.levels.models import Notice


def write(made: Notice, code: str, *, at: datetime, provenance: str) -> None:
    """Write a level into the port's security file: its duty to relay follows from it (compliance)."""
    origin = "invented" if provenance == "invented" else "reminder"
    details = {"decision": file_number(made), "level": str(made.level)}
    set_ = compliance.Entry("level_set", min(made.starts, at), details, made.reference)
    if made.corrects is None:
        compliance.record_event(code, entry=set_, at=at, origin=origin)
    else:
        for kind in ("level_set", "level_relayed"):
            for one in _events(made.corrects, kind):
                kept = set_ if kind == "level_set" and not made.void else None
                compliance.correct_event(one.id, at=at, entry=kept, origin=origin)
    if not made.void and made.port_id in sight().ports:
        write_relayed(made, code, at=at)


def file_number(row: Notice) -> str:
    """Return by which number the port's security file knows a notice: short enough to be read out."""
    return f"{row.entered_at:%y-%m%d}-{row.id.hex[-6:].upper()}"


def _events(row: Notice, kind: str) -> list[Happening]:
    number = file_number(row)
    found = Happening.objects.filter(
        kind=kind, subject__port=row.port_id, details__decision=number, void=False, corrected_by=None
    )
    return list(found)


def write_relayed(row: Notice, code: str, *, at: datetime) -> None:
    """Write that a level was passed on to ships and facilities: the committee's duty is fulfilled."""
    origin = "invented" if row.invented else "reminder"
    entry = compliance.Entry("level_relayed", at, {"decision": file_number(row)}, row.reference)
    compliance.record_event(code, entry=entry, at=at, origin=origin)


def is_relayed(row: Notice) -> bool:
    """Whether the port's file says that this level was passed on to ships and facilities. One query."""
    return bool(_events(row, "level_relayed"))
