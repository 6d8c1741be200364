"""Results, warnings and signals for tests, through the real actions."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from port2port.base.clock import now
from port2port.displacement import running, warnings, what_ifs
from port2port.displacement.analysis.found import Alarm, EarlyWarning, NearRepeats
from port2port.displacement.analysis.result import (
    Claim,
    LedgerRow,
    MeasureResult,
    Method,
    Phase,
    Result,
    Series,
    Summary,
    TippingPoint,
)
from port2port.displacement.analysis.supposed import (
    Answer,
    MeasureSupposed,
    PortChange,
    PortSplit,
    Spread,
    Weight,
)
from port2port.displacement.models import Run, WhatIf
from port2port.displacement.rules import Foreseen
from port2port.displacement.signals import give_signal
from port2port.displacement.vocabulary import standing
from port2port.displacement.what_if_rules import Wanted
from port2port.members.acting import acting_as_system
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from tests.reports.writing import keys

Acting = Callable[[str], AbstractContextManager[Any]]
ANALYST, PSO, PARTNER = "analyst@commissioner.demo", "pso@antwerp.demo", "pso@northsea.demo"
POLICE, DIRECTOR, OUTSIDER = "analyst@police.demo", "director@commissioner.demo", "officer@outside.demo"
MEASURE = "0191e8a0-0000-7000-8000-000000000001"
WHY = "Three hauliers asked for codes here this month (test)."


def counted(measure: str, neighbour: str, events: tuple[int, int], change: float | None) -> LedgerRow:
    """Return a row of the ledger: a measure at Antwerp and what was counted next door."""
    return LedgerRow(
        measure=measure, category="drug_smuggling", treated=("BEANR",), neighbour=neighbour, controls=(),
        months=(24, 24), counts={"displacement": events}, difference=None, difference_se=None, difference_z=None,
        difference_interval=None, treated_change=None, treated_interval=None, neighbour_change=change,
        neighbour_interval=None if change is None else (change - 0.4, change + 0.6), minimum_detectable=None,
        months_for_halving=None, quotient=None, effort_adjusted=False, why_not="",
    )  # fmt: skip


def result(*, measure: str = MEASURE, word: str = "", probability: float = 0.93) -> Result:
    """Return a small result: one indicated claim at Ghent, one alarm at Ostend, one series."""
    claim = Claim(
        key=f"{measure}/BEGNE/drug_smuggling", measure=measure, port="BEGNE", category="drug_smuggling",
        grade="indicated", reasons=(), ratio=1.7, interval=(1.1, 2.6), probability=probability, threshold=0.9,
        exposure=0.4, displaced=12.0, displaced_interval=(2.0, 25.0), depends_on_detection=True, effort_known=0.58,
        adjusted=True, confirmed_by=(), tipping=(TippingPoint("BEGNE", 1.5),), months=None, events=(30, 52),
    )  # fmt: skip
    months = tuple(range(1, 13))
    return Result(
        ledger=(
            counted("0191e8a0-0000-7000-8000-00000000000f", "BEOST", (0, 0), None),
            counted(measure, "BEZEE", (1, 1), None),
            counted(measure, "BEGNE", (10, 15), 1.5),
        ),
        claims=(claim,),
        early_warning=EarlyWarning(
            12.0, (), (), (Alarm("farrington", "BEOST", "drone_misuse", date(2026, 10, 5), 9, 2.0, 6.0, 0.5),), 3, (),
            100, "",
        ),
        near_repeat=NearRepeats(10, (), None, None, "too_few"),
        dropped=(),
        measures=(
            MeasureResult(
                measure, "", "release_process", (Phase("BEANR", date(2026, 3, 1), "month", 1.0),), date(2025, 1, 1), 24,
                "", None, (), (), None,
            ),
        ),
        series=(
            Series("BEGNE", "drug_smuggling", date(2025, 11, 1), months, (3.0,) * 12, (1.0,) * 12, (7.0,) * 12, (2, 3)),
        ),
        summary=Summary(100, date(2024, 1, 1), date(2026, 10, 31), {}, {}, {"BEGNE": 52}, 3, 90, 1, 1, (), 1.4),
        method=Method(word or "1.0", 1, 1, 99, 0.9, 60.0, 0.1, 24, 24, 0.05, False, 1, date(2026, 10, 31)),
    )  # fmt: skip


def stored(acting: Acting, *, sight: str = "released", email: str = ANALYST, **more: Any) -> Run:
    """Ask for the run fixed beforehand and let the worker keep this result, with its warnings."""
    with acting(email):
        run = running.ask_run(choice=standing(), sight=sight, at=now())
    with acting_as_system("worker"):
        Run.objects.filter(id=run.id).update(state="running")
    made = result(**more)
    running.finish(run.id, made, at=now())
    warnings.raise_warnings(run.id, sight=sight, result=made, at=now())
    return run


def answer(word: str = "") -> Answer:
    """Return a small answer of what-if: more at Ostend, less at Ghent; `word` stands for its code version."""
    ports = (
        PortChange("BEOST", 1.0, 0.4, (0.1, 0.9), 1.4, (1.1, 1.9), 0.98),
        PortChange("BEGNE", 3.0, -1.2, (-2.0, -0.3), 0.6, (0.4, 0.9), 0.01),
        PortChange("BELGG", 0.5, 0.0, (0.0, 0.0), 1.0, (1.0, 1.0), 0.0),
    )
    rows = (
        PortSplit("BEGNE", 4, 0, 2.0, 4, 3, Spread(0.0, 0.1, 0.2)),
        PortSplit("BEOST", 0, 0, 1.0, 4, 1, Spread(0.1, 0.3, 0.8)),
    )
    measure = MeasureSupposed(
        MEASURE, "release_process", ("drug_smuggling",), date(2026, 3, 1), 24, 0.6, (0.4, 0.9), 1.3, (1.0, 1.7), 0.5,
        rows, Spread(2.0, 3.0, 4.0), Spread(1.5, 2.5, 3.5), 0.2, 0.7, 0.0, 9,
    )  # fmt: skip
    network = PortChange("", 4.5, -0.8, (-1.6, 0.2), 0.8, (0.6, 1.1), 0.06)
    return Answer(
        ports, network, (measure,), (Weight("BEGNE", "BEOST", 0.4),), 60.0, (0.5, 1.0), (0.1, 0.3), 2000, 1,
        date(2026, 10, 31), word or "1.0",
    )  # fmt: skip


def answered(acting: Acting, *, email: str = ANALYST, asked: UUID | None = None, **more: Any) -> WhatIf:
    """Ask where crime would go (unless it was) and let the worker keep this answer."""
    word = str(more.pop("answer_word", ""))
    if asked is None:
        run = stored(acting, **more)
        with acting(email):
            wanted = [Wanted(str(more.get("measure", MEASURE)), "BEGNE", 100)]
            asked = what_ifs.ask_what_if(run.id, wanted=wanted, at=now()).id
    with acting_as_system("worker"):
        WhatIf.objects.filter(id=asked).update(state="running", stop=False)
    what_ifs.finish(asked, answer(word), at=now())
    with acting(email):
        return what_ifs.own_what_if(asked)


def foreseen(**changes: Any) -> Foreseen:
    """Return a signal from Antwerp to Ghent."""
    given: dict[str, Any] = {
        "origin": "BEANR", "port": "BEGNE", "method": "DR02", "probability": 70, "why": WHY,
        "due": now().date() + timedelta(days=90),
    }  # fmt: skip
    return Foreseen(**(given | changes))


def signal(*names: str, tlp: Tlp = Tlp.AMBER, **changes: Any) -> UUID:
    """Give a signal as the current actor."""
    made = give_signal(
        signal=foreseen(**changes), to=Addressing(keys(names or ("ports-and-police",)), tlp),
        terms=terms_for("drug_smuggling", reporter()), at=now(),
    )  # fmt: skip
    return UUID(str(made.record_id))
