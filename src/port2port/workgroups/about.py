"""What groups decided and took on about a record of another domain, for that record's page."""

from datetime import datetime
from typing import Any
from uuid import UUID

from port2port.workgroups.models import Action, Decision, Link
from port2port.workgroups.pages import action_row, decision_row
from port2port.workgroups.reading import Filters, page

TEMPLATE = "workgroups/about.html"
MOST = 10


def about(record: UUID, *, at: datetime) -> dict[str, Any]:
    """Return the decisions and actions linked to a record that the actor sees, as rows; nothing when there are none.

    Reading AMBER is journalled, as in a list.
    """
    # Nearly always there is none: one question then, not a dozen.
    if not Link.objects.filter(target=record).exists():
        return {}
    wanted = Filters(about=record)
    return {
        "decisions": [decision_row(row) for row in page(Decision, wanted, at=at, size=MOST).rows],
        "actions": [action_row(row) for row in page(Action, wanted, at=at, size=MOST).rows],
    }
