"""The demo's desk: invented requests and a breach, written down by the demo's data-protection officer."""

from datetime import datetime, timedelta

from port2port.governance.desk import actions, breach_actions
from port2port.governance.desk.models import Request
from port2port.governance.desk.rules import NewBreach, NewRequest
from port2port.members.acting import acting_as
from port2port.members.cast import cast_member

OFFICER = "dpo@antwerp.demo"
REQUESTS = (
    ("access", 24, "nl", "Which data do you hold about me? (invented)"),
    ("openness_flemish", 6, "nl", "The minutes of the steering group of spring (invented)."),
    ("erasure", 2, "fr", "Delete my telephone number (invented)."),
)


def seed_desk(at: datetime) -> None:
    """Write down the demo's requests and breach unless some are there already."""
    with acting_as(*cast_member(OFFICER)):
        if Request.objects.exists():
            return
        for kind, days, language, wish in REQUESTS:
            new = NewRequest(kind, at - timedelta(days=days), language, "Invented Person", "person@example.org", wish)
            made = actions.receive(new, at=at, invented=True)
            if kind == "access":
                actions.check_identity(made.id, how="known_contact", at=at)
        breach_actions.record_breach(
            NewBreach(
                "A list of participants to the wrong address (invented)",
                "The list of a meeting with eleven names went to a former contact, who deleted it (invented).",
                ("confidentiality",), at - timedelta(hours=20), at - timedelta(hours=22),
            ),
            at=at, invented=True,
        )  # fmt: skip
