"""What tests of the desk ask for: requests and breaches in few words, and a second desk."""

from datetime import datetime, timedelta
from typing import Any

from port2port.base.clock import now
from port2port.governance.desk import actions, breach_actions
from port2port.governance.desk.models import Breach, Request
from port2port.governance.desk.rules import NewBreach, NewRequest

DPO = "dpo@antwerp.demo"
OTHER = "director@commissioner.demo"
NAME = "Test Person Zeebrandt"


def received(kind: str = "access", *, at: datetime | None = None, ago: int = 1) -> Request:
    """Write down a request that came in some days ago; acting as the officer."""
    moment = at or now()
    new = NewRequest(kind, moment - timedelta(days=ago), "en", NAME, "test@example.org", "What do you hold (test)?")
    return actions.receive(new, at=moment)


def checked(kind: str = "access", *, ago: int = 1) -> Request:
    """The same, with its identity checked."""
    request = received(kind, ago=ago)
    actions.check_identity(request.id, how="known_contact", at=now())
    return request


def breach(*, ago: int = 1) -> Breach:
    """Record a breach known for some hours."""
    return breach_actions.record_breach(
        NewBreach(
            "A mail to the wrong address (test)",
            "A list was sent (test).",
            ("confidentiality",),
            now() - timedelta(hours=ago),
        ),
        at=now(),
    )


def second_desk(owner: Any, cast: dict[str, Any], email: str = OTHER) -> None:
    """Make somebody of the cast the data-protection officer of their organisation too."""
    owner.execute(
        "update members_membership set roles = array['data_protection_officer'] where id = %s", [cast[email].hat]
    )
