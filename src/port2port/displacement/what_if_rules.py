"""What may be asked of "what if": checks on plain values. No clock, no tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.displacement.analysis.result import MeasureResult, Result
from port2port.displacement.analysis.supposed import Supposed
from port2port.displacement.methods.places import PORT_NOT_GIVEN

PER_CENT = 100
MOST_MEASURES = 3
MOST_OPEN = 3
KEPT_DAYS = 30


@dataclass(frozen=True)
class Wanted:
    """One measure at one port, in force for so many per cent of it."""

    measure: str
    port: str
    coverage: int

    def supposed(self) -> Supposed:
        """Return it as the analysis reads it."""
        return Supposed(self.measure, self.port, self.coverage / PER_CENT)


def wanted_of(plain: Iterable[dict[str, Any]]) -> list[Wanted]:
    """Return what is stored of a question."""
    return [Wanted(one["measure"], one["port"], one["coverage"]) for one in plain]


def askable_measures(result: Result) -> list[MeasureResult]:
    """Return the measures of a result whose effect was estimated: of others nothing is known that could be supposed."""
    return [one for one in result.measures if not one.why_not]


def askable_ports(result: Result) -> list[str]:
    """Return the ports that were compared, in the order of their codes."""
    there = set(result.summary.by_port) | {phase.port for one in result.measures for phase in one.phases}
    return sorted(code for code in there if not code.endswith(PORT_NOT_GIVEN))


def in_force(measure: MeasureResult, as_of: date) -> dict[str, int]:
    """Return how far a measure covers ports on a day, in per cent, by its phases."""
    begun = sorted((one for one in measure.phases if one.starts <= as_of), key=lambda one: one.starts)
    return {one.port: round(one.coverage * PER_CENT) for one in begun}


def question_problems(wanted: Sequence[Wanted], result: Result) -> list[Problem]:
    """Return what is wrong with a question asked of a result, all at once."""
    measures = {one.identifier: one for one in askable_measures(result)}
    ports = set(askable_ports(result))
    found: list[Problem] = []
    if not wanted:
        return [Problem("asked", _("Say for at least one port how far a measure would be in force."))]
    if len({one.measure for one in wanted}) > MOST_MEASURES:
        found.append(Problem("asked", _("At most %(n)d measures at a time.") % {"n": MOST_MEASURES}))
    if len({(one.measure, one.port) for one in wanted}) < len(wanted):
        found.append(Problem("asked", _("A measure and port stand here twice.")))
    for one in wanted:
        if one.measure not in measures:
            found.append(Problem("measure", _("The effect of this measure is not known from this result.")))
        if one.port not in ports:
            found.append(Problem("port", _("This port was not compared in this result.")))
        if not 0 <= one.coverage <= PER_CENT:
            found.append(Problem("coverage", _("From 0 to 100 per cent of the port.")))
    as_of = result.method.as_of
    if not found and not any(in_force(measures[w.measure], as_of).get(w.port, 0) != w.coverage for w in wanted):
        found.append(Problem("asked", _("That is how it is already: change at least one port.")))
    return found
