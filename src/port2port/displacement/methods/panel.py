"""A panel of counts per port, method and month, with coverage, network weights and effort: the input of the model."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from port2port.displacement.methods.effort import Effort, effort_problems
from port2port.displacement.methods.periods import FEWEST_PORTS, YEAR, Floats, counts_of, numbers, within
from port2port.displacement.methods.refusal import Problem, refuse

FEWEST_MONTHS = 6


@dataclass(frozen=True)
class Panel:
    """Counts and what they are read against. Make it with `panel`, which checks.

    counts (P, K, T) events a month; coverage (P, T) from 0 to 1; weights (P, P), row p column j: how much of what
    leaves j would come to p, diagonal 0, largest 1; dependent (K,): whether finding such an event takes effort
    (seizures) or not (intrusions, fixed sensors); first_month 1 to 12: the calendar month of column 0.
    """

    ports: tuple[str, ...]
    methods: tuple[str, ...]
    counts: Floats
    coverage: Floats
    weights: Floats
    dependent: NDArray[np.bool_]
    effort: Effort | None
    first_month: int

    @property
    def spill(self) -> Floats:
        """What each port is exposed to by the coverage of the others, (P, T): sum_j w_pj D_jt."""
        result: Floats = self.weights @ self.coverage
        return result


def network_weights(
    distance: ArrayLike, *, scale: float, commodity: ArrayLike | None = None, modus: ArrayLike | None = None
) -> Floats:
    """Return w_pj = exp(-d_pj / scale) * commodity_pj * modus_pj, diagonal 0, divided by the largest.

    `distance` (P, P) along the network in the unit of `scale`; the similarities (P, P) from 0 to 1. To be fixed before
    the counts are looked at: weights chosen after them would find what they were chosen for.
    """
    problems: list[Problem] = []
    away = numbers("distance", distance, problems)
    size = (len(away), len(away)) if away.ndim else ()
    if away.ndim == 0 or away.shape != size or len(away) < FEWEST_PORTS:
        refuse([*problems, Problem("distance", "shape", str(away.shape))])
    within("distance", away, 0, np.inf, problems)
    if not 0 < scale < np.inf:
        refuse([*problems, Problem("scale", "not_positive", f"{scale:g}")])
    result = np.exp(-away / scale)
    for name, given in (("commodity", commodity), ("modus", modus)):
        if given is not None:
            alike = numbers(name, given, problems)
            if alike.shape != size:
                problems.append(Problem(name, "shape", str(alike.shape)))
                continue
            within(name, alike, 0, 1, problems)
            result = result * alike
    np.fill_diagonal(result, 0.0)
    if not problems and not result.any():
        problems.append(Problem("weights", "all_zero"))
    refuse(problems)
    scaled: Floats = result / result.max()
    return scaled


def panel(
    counts: ArrayLike,
    coverage: ArrayLike,
    weights: ArrayLike,
    *,
    ports: tuple[str, ...],
    methods: tuple[str, ...],
    dependent: tuple[bool, ...],
    effort: Effort | None = None,
    first_month: int = 1,
) -> Panel:
    """Return a checked panel. Raises `BadInput` with every problem.

    Refused: counts that are none, one port only, fewer than six months, coverage outside 0 to 1, coverage from the
    first month on (no "before"), nothing covered, all counts zero, weights that are negative or let a port spill to
    itself, effort of another shape, finds at a port and month without effort. Cells without any event stay in: the
    model shrinks them towards their method.
    """
    problems: list[Problem] = []
    given = numbers("counts", counts, problems)
    p, k, t = len(ports), len(methods), given.shape[-1] if given.ndim else 0
    if p < FEWEST_PORTS:
        problems.append(Problem("ports", "one_port", ",".join(ports)))
    if t < FEWEST_MONTHS:
        problems.append(Problem("counts", "too_few_months", str(t)))
    if len(dependent) != k:
        problems.append(Problem("dependent", "shape", f"{len(dependent)} for {k}"))
    if not 1 <= first_month <= YEAR:
        problems.append(Problem("first_month", "out_of_range", str(first_month)))
    d, w = numbers("coverage", coverage, problems), numbers("weights", weights, problems)
    refuse([x for x in problems if x.what == "not_numbers"])
    y = counts_of("counts", given, (p, k, t), problems)
    problems += [
        Problem(name, "shape", f"{found.shape} for {wanted}")
        for name, found, wanted in (("coverage", d, (p, t)), ("weights", w, (p, p)))
        if found.shape != wanted
    ]
    refuse(problems)
    within("coverage", d, 0, 1, problems)
    within("weights", w, 0, 1, problems)
    problems += [Problem(f"weights[{i},{i}]", "own_port", f"{w[i, i]:g}") for i in range(p) if w[i, i] != 0]
    problems += [Problem(f"coverage[{i},0]", "before_data", ports[i]) for i in range(p) if d[i, 0] > 0]
    if not d.any():
        problems.append(Problem("coverage", "all_zero"))
    if not y.any():
        problems.append(Problem("counts", "all_zero"))
    found = np.array(dependent, dtype=bool)
    if effort is not None:
        effort = Effort(numbers("effort", effort.measured, problems), effort.error_sd)
        problems += effort_problems(effort, (p, t), y[:, found].sum(axis=1))
    refuse(problems)
    return Panel(tuple(ports), tuple(methods), y, d, w, found, effort, first_month)


def only_methods(data: Panel, chosen: NDArray[np.bool_]) -> Panel:
    """Return the panel with the chosen methods (K,) only. Raises `BadInput` when they hold no event."""
    if not data.counts[:, chosen].any():
        refuse([Problem("counts", "all_zero")])
    return replace(
        data,
        methods=tuple(m for m, c in zip(data.methods, chosen, strict=True) if c),
        counts=data.counts[:, chosen],
        dependent=data.dependent[chosen],
    )
