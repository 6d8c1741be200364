"""Security verifications of the demo: invented numbers of a terminal, and they say so; written by the real actions."""

from datetime import date, datetime, timedelta

from port2port.compliance.screening.actions import keep_screening
from port2port.compliance.screening.models import Screening
from port2port.compliance.screening.rules import Line
from port2port.compliance.screening.tasks import count
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.cast import cast_member

WHO, QUAY = "pfso@quay1.demo", "BEANR-9901"
KINDS = ("guard", "guard", "access_control", "control_room", "container_data", "systems")
YEAR = 365
GOOD = 12


def seed_screenings(at: datetime) -> int:
    """Write an invented list, unless there is any, and the numbers that others are told. Returns how many rows."""

    def ago(days: int) -> date:
        return (at - timedelta(days=days)).date()

    with acting_as(*cast_member(WHO)):
        if Screening.objects.exists():
            return 0
        lines = [
            Line(f"QA-{number:03}", KINDS[number % len(KINDS)], QUAY, since=ago(1500 + number),
                 verified_on=ago(200 + 90 * number))
            for number in range(1, GOOD + 1)
        ]  # fmt: skip
        lines += [
            Line("QA-021", "guard", QUAY, since=ago(4 * YEAR + 300), verified_on=ago(4 * YEAR + 290)),
            Line(
                "QA-022", "control_room", QUAY, since=ago(5 * YEAR + 20), applied_on=ago(60),
                verified_on=ago(5 * YEAR + 15),
            ),
            Line("QA-023", "systems", QUAY, since=ago(30), applied_on=ago(25)),
            Line("QA-024", "container_data", QUAY, applied_on=ago(9)),
            Line("QA-025", "guard", QUAY, since=ago(700), verified_on=ago(690), refused_on=ago(4)),
        ]  # fmt: skip
        for line in lines:
            keep_screening(line, at=at, invented=True)
    with acting_as_system("worker"):
        count(at=at, invented=True)
    return len(lines)
