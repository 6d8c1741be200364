"""The monitor of the demo: invented effort and signals, and runs that the worker computes when it starts."""

from datetime import date, datetime, timedelta

from port2port.displacement import running
from port2port.displacement.effort_actions import tell_effort
from port2port.displacement.models import Effort, Signal
from port2port.displacement.rules import Choice, Foreseen, Told, last_months
from port2port.displacement.signals import give_signal
from port2port.members.acting import acting_as, acting_as_system, current_actor
from port2port.members.cast import cast_member
from port2port.members.models import Circle
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.references import ZONE
from port2port.sharing.tlp import Tlp

MONTHS = 36
# Who tells effort in the demo: port, kind, a usual month, and how many of the last months nobody told. All invented.
TELLING: tuple[tuple[str, str, str, int, int], ...] = (
    ("pso@antwerp.demo", "BEANR", "scans", 21000, 0),
    ("pso@antwerp.demo", "BEANR", "inspections", 640, 0),
    ("pso@northsea.demo", "BEGNE", "scans", 1900, 5),
    ("pso@ostend.demo", "BEOST", "patrol_hours", 410, 0),
)
WAVES = (0, 3, -2, 5, 1, -4, 2, 0, 4, -1, -3, 2)  # per cent about the usual month, so that it does not look computed


def seed_displacement(at: datetime) -> int:
    """Tell effort, give signals and queue the first runs, unless it was done. Returns how many signals were given."""
    months = last_months(at.astimezone(ZONE).date(), MONTHS)
    for email, port, kind, usual, untold in TELLING:
        with acting_as(*cast_member(email)):
            if not Effort.objects.filter(port__locode=port, kind=kind).exists():
                tell_effort(_told(port, kind, usual, months[: MONTHS - untold]), at=at, invented=True)
    given = _signals(at)
    with acting_as_system("worker"):
        running.queue_standing(at=at)
    with acting_as(*cast_member("analyst@commissioner.demo")):
        running.ask_run(choice=Choice(data="published", with_effort=False), sight="released", at=at)
    return given


def _told(port: str, kind: str, usual: int, months: list[date]) -> list[Told]:
    return [
        Told(port, month, kind, float(round(usual * (100 + WAVES[n % len(WAVES)]) / 100)))
        for n, month in enumerate(months)
    ]


def _signals(at: datetime) -> int:
    today = at.astimezone(ZONE).date()
    said = (
        ("pso@northsea.demo", "BEANR", "BEGNE", "DR02", 70,
         "The same hauliers who asked for codes at the inland terminals now ask here. (invented)"),
        ("pso@ostend.demo", "BEZEE", "BEOST", "DR01", 35,
         "More small boats without a catch at night since the watch was doubled next door. (invented)"),
    )  # fmt: skip
    given = 0
    for email, origin, port, method, sure, why in said:
        with acting_as(*cast_member(email)):
            if Signal.objects.filter(record__owner_id=current_actor().organisation).exists():
                continue
            circle = Circle.objects.get(slug="ports-and-police").id
            signal = Foreseen(origin, port, method, sure, why, today + timedelta(days=120))
            give_signal(
                signal=signal, to=Addressing((circle,), Tlp.AMBER), terms=terms_for("drug_smuggling", reporter()),
                at=at, provenance="invented",
            )  # fmt: skip
            given += 1
    return given
