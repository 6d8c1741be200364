"""One answer from plain data: `analyse`. Pure: no clock, no tables, the same seed gives the same numbers."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from functools import partial

import numpy as np

from port2port.displacement.analysis.categories import categories
from port2port.displacement.analysis.code import code_version
from port2port.displacement.analysis.inputs import Choices, EffortMonth, Incident, Measure, Progress
from port2port.displacement.analysis.ledgers import ledger_rows
from port2port.displacement.analysis.measuring import Measured, one_measure, placebo_results
from port2port.displacement.analysis.prepared import Prepared, prepared
from port2port.displacement.analysis.repeats import near_repeats
from port2port.displacement.analysis.result import (
    Claim,
    Dropped,
    EffortSummary,
    LedgerRow,
    MeasureResult,
    Method,
    Phase,
    Result,
    Summary,
)
from port2port.displacement.analysis.series import all_series
from port2port.displacement.analysis.warning import early_warning
from port2port.displacement.analysis.windows import Window
from port2port.displacement.methods.guard import RULES
from port2port.displacement.methods.places import PORT_NOT_GIVEN
from port2port.displacement.methods.spreading import Spread, here

RESULT_VERSION = 1


def analyse(
    incidents: Sequence[Incident],
    measures: Sequence[Measure],
    effort: Sequence[EffortMonth],
    choices: Choices,
    *,
    dropped: Sequence[Dropped] = (),
    progress: Progress | None = None,
    spread: Spread = here,
) -> Result:
    """Return ledger, claims, early warnings, near repeats, and all that was left out with its reason.

    `dropped`: what whoever read the data left out already; it is passed on in the result. `spread`: where measures
    and permutations are worked on (methods.spreading); the numbers are the same. Raises `BadInput` (methods.refusal)
    with where and what for every problem, and what `progress` raises.
    """
    data = prepared(incidents, measures, effort, choices)
    wanted = [one for one in measures if not choices.measures or one.identifier in choices.measures]
    steps = len(wanted) + 3
    latest = 0, wanted[0].identifier if wanted else ""

    def told(done: int, what: str) -> None:
        nonlocal latest
        latest = done, what
        again()

    def again() -> None:
        if progress is not None:
            progress(latest[0], steps, latest[1])

    ledger: list[LedgerRow] = []
    claims: list[Claim] = []
    results: list[MeasureResult] = []
    costs: list[float] = []
    again()
    job = partial(one_measure, data, list(measures), choices)
    with closing(spread(job, wanted, again)) as found_of_each:
        for number, (measure, (window, found)) in enumerate(zip(wanted, found_of_each, strict=True)):
            if isinstance(window, Window) and found is not None:
                ledger += ledger_rows(window)
                claims += found.claims
                costs += [found.effort_cost] if found.effort_cost is not None else []
            results.append(measure_result(data, measure, window, found))
            told(number + 1, measure.identifier)
    told(len(wanted), "early_warning")
    warning = early_warning(data, choices, spread=spread, idle=again)
    told(len(wanted) + 1, "near_repeat")
    with closing(spread(partial(near_repeats, data), [choices], again)) as found_once:
        repeats = next(found_once)
    told(len(wanted) + 2, "series")
    result = Result(
        tuple(ledger),
        tuple(claims),
        warning,
        repeats,
        (
            *dropped,
            *data.dropped,
            *(dropped_measure(one, r) for one, r in zip(wanted, results, strict=True) if r.why_not),
        ),
        tuple(results),
        all_series(data),
        summary(data, incidents, results, costs),
        method(data, choices),
    )
    told(steps, "")
    return result


def measure_result(data: Prepared, measure: Measure, window: Window | str, found: Measured | None) -> MeasureResult:
    """Return what is told of a measure itself."""
    phases = tuple(Phase(p.port, p.starts, p.precision, p.coverage) for p in measure.phases)
    if not isinstance(window, Window) or found is None:
        why = window if isinstance(window, str) else ""
        return MeasureResult(
            measure.identifier, measure.name, measure.category, phases, None, 0, why, None, (), (), None
        )
    return MeasureResult(
        measure.identifier,
        measure.name,
        measure.category,
        phases,
        data.month(window.first),
        window.months,
        "",
        found.local,
        window.overlapping,
        placebo_results(window, found.placebos, data.month),
        found.placebo_rank,
    )


def dropped_measure(measure: Measure, result: MeasureResult) -> Dropped:
    """Return the line about a measure that was not analysed."""
    first = measure.phases[0] if measure.phases else None
    field = "port_unlocode" if result.why_not in ("port_not_given", "not_chosen", "nobody_exposed") else "started_on"
    value = "" if first is None else first.port if field == "port_unlocode" else first.starts.isoformat()
    return Dropped(
        "measures", first.row if first else None, measure.identifier, field, result.why_not, value, "monthly"
    )


def summary(
    data: Prepared, incidents: Sequence[Incident], results: Sequence[MeasureResult], costs: Sequence[float]
) -> Summary:
    """Return what there is to go by."""
    known = np.isfinite(data.effort).sum(axis=1)
    return Summary(
        len(incidents),
        min((one.on for one in incidents), default=None),
        max((one.on for one in incidents), default=None),
        dict(Counter(one.precision for one in incidents)),
        dict(Counter(one.category for one in incidents)),
        dict(Counter(one.port for one in incidents)),
        sum(one.port.endswith(PORT_NOT_GIVEN) for one in incidents),
        int(data.counts.sum()),
        len(results),
        sum(not one.why_not for one in results),
        tuple(EffortSummary(port, int(n), data.months) for port, n in zip(data.ports, known, strict=True)),
        float(np.mean(costs)) if costs else None,
    )


def method(data: Prepared, choices: Choices) -> Method:
    """Return how it was done."""
    return Method(
        code_version(),
        RESULT_VERSION,
        choices.seed,
        choices.permutations,
        choices.threshold,
        choices.scale_km,
        choices.least_exposure,
        choices.months_before,
        choices.months_after,
        RULES.false_discoveries,
        choices.placebos,
        categories().version,
        data.last_day,
    )
