"""What the analysis is given: counts, coverage and effort as the worker may read them, and the network.

Of members' reports only counts a month come (`displacement_counts` in `sql/policy.sql`), so they stand as incidents
without a name, known to the month; published incidents come one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from port2port.displacement.analysis.categories import categories
from port2port.displacement.analysis.inputs import (
    Choices,
    EffortMonth,
    Incident,
    Measure,
    MeasurePhase,
    Precision,
)
from port2port.displacement.analysis.result import Dropped
from port2port.displacement.models import Effort
from port2port.displacement.rules import Choice


@dataclass(frozen=True)
class Feed:
    """All that goes into one analysis, and what was left out before it."""

    incidents: tuple[Incident, ...]
    measures: tuple[Measure, ...]
    effort: tuple[EffortMonth, ...]
    choices: Choices
    dropped: tuple[Dropped, ...] = ()
    invented: bool = False


def feed(choice: Choice, *, sight: str, as_of: date) -> Feed:
    """Return what goes into a run under this choice, read as the worker."""
    from port2port.displacement.analysis.waterways import shipped_network  # heavy

    published = choice.data == "published"
    known = categories().by_code
    counts = _counts()
    every = [one for row in counts if row.published or not published for one in _incidents(row)]
    dropped = tuple(
        Dropped("incidents", None, one.identifier, "category", "unknown", one.category, "all")
        for one in every
        if one.category not in known
    )
    choices = Choices(
        network=shipped_network(), threshold=choice.threshold, scale_km=choice.scale_km,
        months_before=choice.months_before, months_after=choice.months_after, placebos=choice.placebos, as_of=as_of,
    )  # fmt: skip
    return Feed(
        tuple(one for one in every if one.category in known),
        tuple(_measures(named=sight == "named" and not published)),
        tuple(_effort()) if choice.with_effort and not published else (),
        choices,
        dropped,
        invented=any(row.invented for row in counts if row.published or not published),
    )


@dataclass(frozen=True)
class _Row:
    """What `displacement_counts` gives: one published incident, or the count of a port, month and threat."""

    identifier: str
    port: str
    day: date
    given: str
    threat: str
    group: str
    number: int
    published: bool
    invented: bool


def _counts() -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select identifier, port, on_date, given, threat, event_group, number, published, invented"
            " from displacement_counts()"
        )
        return [_Row(*row) for row in cursor.fetchall()]


def _incidents(row: _Row) -> Iterable[Incident]:
    for n in range(row.number):
        name = row.identifier or f"{row.port}:{row.day:%Y-%m}:{row.threat}:{n}"
        yield Incident(name, row.port, row.threat, row.day, _precision(row.given), row.group)


def _precision(given: str) -> Precision:
    return "year" if given == "year" else "month" if given == "month" else "day"


def _measures(*, named: bool) -> Iterable[Measure]:
    with connection.cursor() as cursor:
        cursor.execute("select measure, category, port, since, given, coverage from displacement_coverage(%s)", [named])
        rows: list[tuple[UUID, str, str, date, str, int]] = cursor.fetchall()
    found: dict[UUID, tuple[str, list[MeasurePhase]]] = {}
    for measure, category, port, since, given, coverage in rows:
        phases = found.setdefault(measure, (category, []))[1]
        phases.append(MeasurePhase(port, since, _precision(given), coverage / 100))
    for measure, (category, phases) in found.items():
        yield Measure(str(measure), "", category, tuple(phases))  # its title is looked up by whoever reads the result


def _effort() -> Iterable[EffortMonth]:
    rows = Effort.objects.select_related("port").order_by("port__locode", "month", "kind")
    for row in rows:
        yield EffortMonth(row.port.locode, row.month, row.kind, row.amount)
