"""The ledger of one measure: before and after, for each category and each exposed neighbour, beside controls.

Controls are the ports that are too far to be neighbours. They are dealt out in turn by their code, one to the treated
side and one to the neighbours' side: a rule that knows nothing of their counts.
"""

import numpy as np

from port2port.displacement.analysis.result import LedgerRow
from port2port.displacement.analysis.windows import Window
from port2port.displacement.methods.ledger import Wdd, wdd, wdq
from port2port.displacement.methods.periods import Floats
from port2port.displacement.methods.ratios import RateRatio, rate_ratio
from port2port.displacement.methods.refusal import BadInput

FEWEST_CONTROLS = 2  # one beside the treated ports, one beside the neighbours
AREAS = ("control", "treated", "control_displacement", "displacement")


def ledger_rows(window: Window) -> list[LedgerRow]:
    """Return the rows of a measure, category by category."""
    ports = window.data.ports
    ordered = sorted(window.controls, key=lambda p: ports[p])
    controls = (ordered[0::2], ordered[1::2])
    return [
        row(window, kind, neighbour, controls)
        for kind in range(len(window.data.methods))
        for neighbour in window.exposed
    ]


def row(window: Window, kind: int, neighbour: int, controls: tuple[list[int], list[int]]) -> LedgerRow:
    """Return one row; what cannot be computed is None, and `why_not` says why."""
    data = window.data
    areas = {
        "control": controls[0],
        "treated": list(window.treated),
        "control_displacement": controls[1],
        "displacement": [neighbour],
    }
    monthly = {name: data.counts[at, kind].sum(axis=0) for name, at in areas.items()}
    start, lengths = window.start, (window.start, window.months - window.start)
    counts = {name: (int(m[:start].sum()), int(m[start:].sum())) for name, m in monthly.items()}
    effort = mean_effort(window, areas) if data.dependent[kind] else None
    treated, why_treated = ratio(monthly, "treated", "control", start, effort)
    moved, why_moved = ratio(monthly, "displacement", "control_displacement", start, effort)
    why = "too_few_controls" if len(window.controls) < FEWEST_CONTROLS else why_treated or why_moved
    found = difference(counts, lengths) if len(window.controls) >= FEWEST_CONTROLS else None
    quotient = None
    if found is not None and min(counts["control"]) > 0:
        quotient = wdq(counts["treated"], counts["displacement"], counts["control"]).value
    return LedgerRow(
        window.measure.identifier,
        data.methods[kind],
        tuple(data.ports[p] for p in window.treated),
        data.ports[neighbour],
        tuple(data.ports[p] for p in sorted(window.controls)),
        lengths,
        counts,
        None if found is None else found.wdd,
        None if found is None else found.se,
        None if found is None else found.z,
        None if found is None else found.ci95,
        None if treated is None else treated.ratio,
        None if treated is None else (treated.low, treated.high),
        None if moved is None else moved.ratio,
        None if moved is None else (moved.low, moved.high),
        None if treated is None else treated.minimum_detectable,
        None if treated is None else treated.months_for_halving,
        quotient,
        effort is not None,
        why,
    )


def difference(counts: dict[str, tuple[int, int]], lengths: tuple[int, int]) -> Wdd | None:
    """Return the weighted difference in events a month; None where there is no event at all."""
    try:
        return wdd(*(counts[area] for area in AREAS), time_weights=lengths)
    except BadInput:
        return None


def ratio(
    monthly: dict[str, Floats], area: str, control: str, start: int, effort: dict[str, tuple[float, float]] | None
) -> tuple[RateRatio | None, str]:
    """Return the rate ratio of an area against its control, or the code of why there is none."""
    work = (1.0, 1.0, 1.0, 1.0) if effort is None else (*effort[area], *effort[control])
    one, other = monthly[area], monthly[control]
    try:
        return rate_ratio(one[:start], one[start:], other[:start], other[start:], effort=work), ""
    except BadInput as refused:
        return None, f"{area}_{refused.problems[0].what}"


def mean_effort(window: Window, areas: dict[str, list[int]]) -> dict[str, tuple[float, float]] | None:
    """Return mean effort a month before and after by area, as ratios to each port's own mean; None unless all known."""
    known = window.data.effort
    at = [p for ports in areas.values() for p in ports]
    if known is None or not at or not (known.measured[at] > 0).all():
        return None
    result = {}
    for name, ports in areas.items():
        own = known.measured[ports] / known.measured[ports].mean(axis=1, keepdims=True)
        if not len(own):
            return None
        result[name] = (float(np.mean(own[:, : window.start])), float(np.mean(own[:, window.start :])))
    return result
