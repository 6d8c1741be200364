"""One measure in its window of months: who is covered, who is exposed, who may be a control."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from port2port.displacement.analysis.categories import categories
from port2port.displacement.analysis.inputs import Choices, Measure
from port2port.displacement.analysis.prepared import Prepared
from port2port.displacement.methods.effort import Effort
from port2port.displacement.methods.panel import FEWEST_MONTHS, Panel, panel
from port2port.displacement.methods.periods import Floats, Step, coverage, month_of
from port2port.displacement.methods.places import PORT_NOT_GIVEN
from port2port.displacement.methods.refusal import BadInput

FEWEST_AFTER = 3  # months; less says nothing of how much a port varies by itself


@dataclass(frozen=True)
class Window:
    """A measure that can be analysed. `first`: the number of the window's first month in the data; `start` that of the
    first covered month in the window. Ports are indices of the panel's.
    """

    measure: Measure
    data: Panel
    first: int
    start: int
    treated: tuple[int, ...]
    exposed: tuple[int, ...]
    controls: tuple[int, ...]
    overlapping: tuple[str, ...]

    @property
    def months(self) -> int:
        """Return how many months are looked at."""
        return int(self.data.counts.shape[2])


def window_of(data: Prepared, measure: Measure, others: Sequence[Measure], choices: Choices) -> Window | str:
    """Return the window of a measure, or the code of why it cannot be analysed."""
    why = why_not_at_all(data, measure)
    acts_on = categories().acted_on(measure.category)
    if not acts_on and measure.identifier in choices.measures:
        acts_on = data.categories
    if why or not acts_on:
        return why or "nothing_on_the_quay"
    starts = [month_of(data.first, phase.starts) for phase in measure.phases]
    began = min(starts)
    if began <= 0:
        return "before_data"
    if began >= data.months:
        return "after_data"
    first = max(0, began - choices.months_before)
    last = min(data.months, max(s for s in starts if s < data.months) + choices.months_after)
    if began - first < FEWEST_MONTHS:
        return "before_too_short"
    if last - began < FEWEST_AFTER:
        return "after_too_short"
    kinds = [c for c in data.categories if c in acts_on]
    at = [data.categories.index(c) for c in kinds]
    counts = data.counts[:, at, first:last]
    alive: NDArray[np.bool_] = np.asarray(counts.sum(axis=(0, 2)) > 0)
    if not alive.any():
        return "no_events"
    kinds = [c for c, there in zip(kinds, alive, strict=True) if there]
    covered = covered_months(data, measure, first, last)
    known = data.effort[:, first:last]
    try:
        found = panel(
            counts[:, alive],
            covered,
            data.weights,
            ports=data.ports,
            methods=tuple(kinds),
            dependent=tuple(categories().by_code[c].depends_on_detection for c in kinds),
            effort=Effort(known) if np.isfinite(known).any() else None,
            first_month=data.month(first).month,
        )
    except BadInput as refused:
        return refused.problems[0].what
    if not (found.spill > 0).any():
        return "nobody_exposed"
    treated = tuple(int(p) for p in np.flatnonzero(covered.any(axis=1)))
    exposed = tuple(int(p) for p in np.flatnonzero((found.spill > 0).any(axis=1)) if p not in treated)
    controls = tuple(p for p in range(len(data.ports)) if p not in treated and p not in exposed)
    span = (data.month(first), data.month(last))
    return Window(measure, found, first, began - first, treated, exposed, controls, overlaps(measure, others, span))


def why_not_at_all(data: Prepared, measure: Measure) -> str:
    """Return why a measure has no place or time in this data, or an empty text."""
    if not measure.phases:
        return "no_phase"
    if any(phase.port.endswith(PORT_NOT_GIVEN) for phase in measure.phases):
        return "port_not_given"
    if any(phase.port not in data.ports for phase in measure.phases):
        return "not_chosen"
    return "year_only" if any(phase.precision == "year" for phase in measure.phases) else ""


def covered_months(data: Prepared, measure: Measure, first: int, last: int) -> Floats:
    """Return the coverage (P, T) in a window: the phases of each port, one after the other, and their ends."""
    start, months = data.month(first), last - first
    steps = [
        Step(p.port, p.starts, p.coverage, p.precision) for p in measure.phases if month_of(start, p.starts) < months
    ]
    begun = {(s.port, s.starts) for s in steps}
    steps += [
        Step(p.port, p.ends, 0.0)
        for p in measure.phases
        if p.ends is not None and month_of(start, p.ends) < months and (p.port, p.ends) not in begun
    ]
    return np.clip(coverage(steps, data.ports, first=start, months=months), 0.0, 1.0)


def overlaps(measure: Measure, others: Sequence[Measure], span: tuple[date, date]) -> tuple[str, ...]:
    """Return the other measures that begin at the same ports within the window: what is seen may be theirs."""
    ports = {phase.port for phase in measure.phases}
    return tuple(
        other.identifier
        for other in others
        if other.identifier != measure.identifier
        and any(p.port in ports and span[0] <= p.starts < span[1] for p in other.phases)
    )
