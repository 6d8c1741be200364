"""Rate ratios of monthly counts, with intervals that know of waves: negative binomial, or a bootstrap of months.

A Poisson interval alone gives 20 to 40 % false alarms where counts spread wider than Poisson from month to month.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from port2port.displacement.methods.periods import Floats, counts_of, numbers
from port2port.displacement.methods.refusal import BadInput, Problem, refuse

LEVEL, POWER = 0.95, 0.8
HALVING = math.log(2)
FEWEST_MONTHS = 3  # fewer in a cell say nothing about the spread from month to month
LONGEST = 600  # months; what needs more than fifty years is "never"


def weights_of(where: str, values: ArrayLike | None, length: int, problems: list[Problem]) -> Floats:
    """Return positive weights, ones when not given."""
    if values is None:
        return np.ones(length)
    found = numbers(where, values, problems)
    if found.shape != (length,):
        problems.append(Problem(where, "shape", f"{found.shape} for {(length,)}"))
        return np.ones(length)
    problems += [
        Problem(f"{where}[{i}]", "not_positive", f"{v:g}") for i, v in enumerate(found) if not 0 < v < math.inf
    ]
    return np.where(found > 0, found, 1.0)


@dataclass(frozen=True)
class RateRatio:
    """(after / before) of one area over (after / before) of its control, per unit of exposure; 1 is no change.

    `low`, `high`: the 95 % interval. `dispersion`: alpha of Var = mu + alpha mu^2 from month to month.
    `minimum_detectable`: the largest ratio below 1 that would be found four times in five.
    `months_for_halving`: months of "after" until a halving would be, given this "before"; None is never.
    """

    ratio: float
    low: float
    high: float
    dispersion: float
    minimum_detectable: float
    months_for_halving: int | None


def dispersion_of(cells: Sequence[Floats]) -> float:
    """Return alpha by moments over cells of monthly counts: sum(s^2 - m) / sum(m^2 - s^2/n), never below 0.

    m^2 - s^2/n is the unbiased estimate of the squared mean, so that few months do not hide the spread.
    """
    above = sum(c.var(ddof=1) - c.mean() for c in cells)
    below = sum(c.mean() ** 2 - c.var(ddof=1) / len(c) for c in cells)
    return max(0.0, float(above / below)) if below > 0 else 0.0


def rate_ratio(
    before: ArrayLike,
    after: ArrayLike,
    control_before: ArrayLike,
    control_after: ArrayLike,
    *,
    effort: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
) -> RateRatio:
    """Return the rate ratio of monthly counts (each (months,)) with a negative-binomial interval.

    log ratio +- t * SE with SE^2 = sum over the four cells of 1/(Y + 1/2) + alpha/n (delta method; a half is added to
    each total so that a cell without events widens instead of failing; Haldane 1956, Anscombe 1956), alpha from
    `dispersion_of`, t with (months - 4) degrees of freedom since alpha is estimated. `effort` is the mean effort a
    month in the four cells, in the order of the arguments: a rate per unit of effort is what is compared.
    Raises `BadInput`, also when treated or control has no event at all, and for fewer than three months in a cell.
    """
    cells, exposure = monthly_cells((before, after, control_before, control_after), effort)
    alpha = dispersion_of(cells)
    months = np.array([len(c) for c in cells], dtype=float)
    totals = np.array([c.sum() for c in cells])
    signs = np.array([-1.0, 1.0, 1.0, -1.0])
    estimate = float(signs @ np.log((totals + 0.5) / (months * exposure)))
    variance = 1 / (totals + 0.5) + alpha / months
    freedom = float(months.sum()) - len(cells)
    quantile = float(special.stdtrit(freedom, 0.5 + LEVEL / 2))
    se = math.sqrt(float(variance.sum()))
    needed = quantile + float(special.ndtri(POWER))
    return RateRatio(
        math.exp(estimate),
        math.exp(estimate - quantile * se),
        math.exp(estimate + quantile * se),
        alpha,
        math.exp(-needed * se),
        months_for_halving(totals, months, alpha, float(variance[[0, 2]].sum()), needed),
    )


def months_for_halving(totals: Floats, months: Floats, alpha: float, fixed: float, needed: float) -> int | None:
    """Return the months of "after" at which log 2 is `needed` standard errors: v / n <= (log 2 / needed)^2 - fixed.

    v = 1 / (half the treated rate before) + 1 / control rate + 2 alpha; `fixed` is the variance that "before" leaves.
    """
    left = (HALVING / needed) ** 2 - fixed
    rates = (totals[[0, 2]] + 0.5) / months[[0, 2]]
    if left <= 0:
        return None
    result = math.ceil((2 / rates[0] + 1 / rates[1] + 2 * alpha) / left)
    return result if result <= LONGEST else None


def monthly_cells(given: Sequence[ArrayLike], effort: Sequence[float]) -> tuple[list[Floats], Floats]:
    """Return the four cells as checked arrays, and their effort."""
    problems: list[Problem] = []
    cells = []
    for name, values in zip(("before", "after", "control_before", "control_after"), given, strict=True):
        length = np.size(np.asarray(values, dtype=object))
        cells.append(counts_of(name, values, (length,), problems))
        if length < FEWEST_MONTHS:
            problems.append(Problem(name, "too_few_months", str(length)))
    exposure = weights_of("effort", effort, len(cells), problems)
    if not problems:
        problems += [
            Problem(name, "all_zero")
            for name, pair in (("treated", cells[:2]), ("control", cells[2:]))
            if not any(c.any() for c in pair)
        ]
    refuse(problems)
    return cells, exposure


def bootstrap_ratio(
    before: ArrayLike,
    after: ArrayLike,
    control_before: ArrayLike,
    control_after: ArrayLike,
    *,
    effort: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
    block: int = 3,
    replicas: int = 2000,
    seed: int,
) -> tuple[float, float, float]:
    """Return (ratio, low, high) with a 95 % interval from a circular block bootstrap over months.

    Blocks of `block` months keep waves together (Politis & Romano 1992); treated and control are drawn in the same
    months, so that what moves both cancels. No assumption on the spread. Percentile interval, a half added to totals.
    """
    cells, exposure = monthly_cells((before, after, control_before, control_after), effort)
    if len(cells[0]) != len(cells[2]) or len(cells[1]) != len(cells[3]):
        raise BadInput([Problem("control_before", "shape", "treated and control cover the same months")])
    if not 1 <= block <= min(len(c) for c in cells):
        raise BadInput([Problem("block", "out_of_range", str(block))])
    rng = np.random.default_rng(seed)
    signs, logs, point = (-1.0, 1.0, 1.0, -1.0), np.zeros(replicas), 0.0
    for treated, control in ((0, 2), (1, 3)):
        n = len(cells[treated])
        starts = rng.integers(0, n, size=(replicas, -(-n // block)))
        drawn = ((starts[:, :, None] + np.arange(block)) % n).reshape(replicas, -1)[:, :n]
        for cell in (treated, control):
            logs += signs[cell] * np.log((cells[cell][drawn].sum(axis=1) + 0.5) / (n * exposure[cell]))
            point += signs[cell] * math.log((cells[cell].sum() + 0.5) / (n * exposure[cell]))
    low, high = np.quantile(np.exp(logs), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return math.exp(point), float(low), float(high)


def months_for_doubling(before: Floats, control_before: Floats) -> int | None:
    """Return the months of "after" at which a doubling against the control would be claimed four times in five.

    One-sided at 5 %, as the model claims, from monthly counts (months,) of both; as `months_for_halving`, with twice
    the rate. None: never with this "before".
    """
    alpha = dispersion_of((before, control_before)) if len(before) >= FEWEST_MONTHS else 0.0
    months = float(len(before))
    totals = np.array([before.sum(), control_before.sum()]) + 0.5
    needed = float(special.ndtri(LEVEL) + special.ndtri(POWER))
    left = (HALVING / needed) ** 2 - float((1 / totals).sum()) - 2 * alpha / months
    if left <= 0:
        return None
    rates = totals / months
    result = math.ceil((1 / (2 * rates[0]) + 1 / rates[1] + 2 * alpha) / left)
    return result if result <= LONGEST else None
