"""Security files for the tests: invented events, written through the real actions."""

from datetime import datetime, timedelta
from typing import Any

from port2port.base.clock import now
from port2port.compliance.actions import Entry, NewSubject, follow, record_event, record_events
from port2port.compliance.models import Happening, Subject

PFSO, PSO, PARTNER, ANSM = "pfso@quay1.demo", "pso@antwerp.demo", "pso@northsea.demo", "authority@ansm.demo"
COMPANY, OUTSIDER, POLICE = "contact@agent.demo", "officer@outside.demo", "analyst@police.demo"
OPERATOR = "operator@platform.demo"
QUAY, OTHER, PORT = "BEANR-9901", "BEANR-9903", "BEANR"


def ago(days: int) -> datetime:
    return now() - timedelta(days=days)


def told(kind: str, days: int, **details: str) -> Entry:
    return Entry(kind, ago(days), details)


def happened(kind: str, days: int, code: str = QUAY, **details: str) -> Happening:
    """Write down that something happened so many days ago, as whoever acts."""
    return record_event(code, entry=told(kind, days, **details), at=now())


def late_plan(code: str = QUAY) -> None:
    """Write a plan approved 200 days ago, without a drill since: the drill is late."""
    begun = [
        told("facility_opened", 400), told("pfso_appointed", 400, holder="A"),
        told("deputy_appointed", 400, holder="B"), told("pfsp_approved", 200),
    ]  # fmt: skip
    record_events(code, entries=begun, at=now(), origin="reminder")


def holder(**values: Any) -> Subject:
    """Begin the file of somebody in a function, by a post."""
    told_ = {"kind": "function_holder", "function": "pfso", "facility": QUAY, "holder": "Post 1"} | values
    return follow(NewSubject(**told_), at=now())
