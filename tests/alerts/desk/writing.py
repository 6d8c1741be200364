"""What the tests of the desk write. The numbers are of the range that Ofcom keeps for plays (020 7946 0xxx)."""

from typing import Any

from port2port.alerts.desk.actions import Entry

INVENTED = "+44 20 7946 0001"


def entry(**changes: Any) -> Entry:
    """Return a duty number as somebody types it."""
    values: dict[str, Any] = {
        "label": "Duty desk", "number": INVENTED, "hours": "Day and night", "position": 1, "facility": None,
    }  # fmt: skip
    return Entry(**(values | changes))
