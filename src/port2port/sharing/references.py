"""What people call a record by, and the zone in which its day is counted."""

from zoneinfo import ZoneInfo

from port2port.sharing.models import Record

ZONE = ZoneInfo("Europe/Brussels")


def reference(record: Record) -> str:
    """Return the reference of a record."""
    return f"{record.at.astimezone(ZONE):%y-%m%d}-{record.id.hex[-4:].upper()}"
