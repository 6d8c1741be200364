"""How long it would take: the months of further counting after which an effect that matters would be told from none."""

import math
from dataclasses import replace

import numpy as np
from scipy import linalg, special

from port2port.displacement.methods.design import DELTA, columns_of, design
from port2port.displacement.methods.effort import Effort
from port2port.displacement.methods.laplace import Component, mode_at
from port2port.displacement.methods.model import Fit
from port2port.displacement.methods.panel import Panel
from port2port.displacement.methods.periods import Floats

MATTERS = math.log(2.0)  # twice as much at the most exposed port, as the ledger asks for a halving
LONGEST = 120  # months; beyond ten years nobody waits
POWER, LEVEL = 0.8, 0.95


def months_needed(data: Panel, real: Fit, *, effect: float = MATTERS, power: float = POWER) -> int | None:
    """Return how many more months until delta = `effect` would be claimed with this power; None is not within ten
    years.

    The panel is continued as it stands: last coverage, expected counts under `effect`, effort measured from now on
    as it last was. The claim is made when mean / sd passes the 95 % quantile, so sd must come down to
    effect / (z_0.95 + z_power). 0: the data would already do, and what they show is smaller than the effect.
    """
    wanted = effect / float(special.ndtri(LEVEL) + special.ndtri(power))
    if deviation_at(best_of(real).lower) <= wanted:
        return 0
    if deviation(data, real, LONGEST, effect) > wanted:
        return None
    low, high = 0, LONGEST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if deviation(data, real, middle, effect) <= wanted else (middle, high)
    return high


def deviation(data: Panel, real: Fit, months: int, effect: float) -> float:
    """Return the expected posterior sd of delta after that many months more."""
    p, k, t = data.counts.shape
    rate = expected(data, real, effect)
    counts = np.concatenate([data.counts, np.round(np.repeat(rate[:, :, None], months, axis=2))], axis=2)
    covered = np.concatenate([data.coverage, np.repeat(data.coverage[:, -1:], months, axis=1)], axis=1)
    longer = replace(data, counts=counts, coverage=covered, effort=continued(data.effort, p, t, months))
    rows = design(longer)
    future = np.concatenate([data.counts, np.repeat(rate[:, :, None], months, axis=2)], axis=2).ravel()
    rows = replace(rows, y=future)
    # From where the months there are have led, with the trend going on as it stands: fewer steps to the same mode.
    best, now, then, start = best_of(real), columns_of(p, k, t, 0), rows.columns, rows.prior_mean.copy()
    start[: then.trend] = best.mean[: now.trend]
    start[then.trend : then.port_slope] = best.mean[now.port_slope - 1]
    start[then.trend : then.trend + t - 1] = best.mean[now.trend : now.port_slope]
    start[then.port_slope : then.effort] = best.mean[now.port_slope : now.effort]
    return deviation_at(mode_at(rows, best.hyper, start)[1])


def best_of(real: Fit) -> Component:
    """Return the component with the highest weight."""
    return max(real.components, key=lambda c: c.weight)


def deviation_at(lower: Floats) -> float:
    """Return the sd of delta from the lower Cholesky factor of the precision."""
    unit = np.zeros(len(lower))
    unit[DELTA] = 1.0
    return math.sqrt(float((linalg.solve_triangular(lower, unit, lower=True, check_finite=False) ** 2).sum()))


def expected(data: Panel, real: Fit, effect: float) -> Floats:
    """Return expected monthly counts (P, K): the mean of the last year, moved from the delta found to `effect`."""
    last = slice(-12, None)
    spill = data.spill[:, last].mean(axis=1)
    mean = data.counts[:, :, last].mean(axis=2)
    overall = data.counts.mean(axis=2)
    # A cell without events in the last year is not a cell that never has any.
    shrunk = (12 * mean + overall) / 13
    result: Floats = shrunk * np.exp((effect - real.delta.mean) * spill)[:, None]
    return result


def continued(effort: Effort | None, ports: int, months: int, more: int) -> Effort:
    """Return effort with `more` months measured as the last that was, or as 1 where none ever was."""
    known = Effort(np.full((ports, months), np.nan)) if effort is None else effort
    last = np.ones(ports)
    for p in range(ports):
        seen = known.measured[p][known.measured[p] > 0]
        last[p] = seen[-1] if len(seen) else 1.0
    later = np.repeat(last[:, None], more, axis=1)
    return Effort(np.concatenate([known.measured, later], axis=1), known.error_sd)
