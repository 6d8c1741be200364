"""The ledger: before and after, treated and neighbour beside their controls, each row with what it could have seen.

Weighted displacement difference: Wheeler & Ratcliffe 2018, "A simple weighted displacement difference test to
evaluate place based crime interventions", Crime Science 7:11. Derivation with weights: area i of size s_i observed for
t_j months counts Y_ij ~ Poisson(s_i t_j r_ij), so Y_ij / (s_i t_j) has mean r_ij (events per unit of area and time) and
variance r_ij / (s_i t_j), estimated by Y_ij / (s_i t_j)^2. The eight are independent, so
    WDD = sum_i g_i (Y_i1 / (s_i t_1) - Y_i0 / (s_i t_0)),  g = +1 treated and displacement, -1 their controls
    Var = sum_ij Y_ij / (s_i t_j)^2.
With all weights 1: WDD = dT - dC + dD - dCd and SE = sqrt(sum of the eight counts). The Poisson variance is too small
for counts that come in waves: false alarms of 20 to 40 % at a nominal 5 %. Read the rate ratio beside it, whose
interval has the extra variance in it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from port2port.displacement.methods.periods import Floats, counts_of
from port2port.displacement.methods.ratios import LEVEL, LONGEST, POWER, RateRatio, rate_ratio, weights_of
from port2port.displacement.methods.refusal import Problem, refuse

AREAS = ("control", "treated", "control_displacement", "displacement")
PAIR = 2
SIGNS = np.array([-1.0, 1.0, -1.0, 1.0])


@dataclass(frozen=True)
class Wdd:
    """A weighted displacement difference. `wdd` below 0: fewer events than the controls would suggest.

    Unit: events, or with weights events per unit of area and time. `minimum_detectable`: the size in that unit that
    a two-sided test at the level would find four times in five, at the counts seen. `time_for_halving`: how long
    "after" must be, in the unit of `time_weights`, to find a halving of the treated area; None: never with this
    "before".
    """

    wdd: float
    se: float
    z: float
    ci95: tuple[float, float]
    local: float
    displaced: float
    minimum_detectable: float
    time_for_halving: float | None


def wdd(
    control: ArrayLike,
    treated: ArrayLike,
    control_displacement: ArrayLike = (0, 0),
    displacement: ArrayLike = (0, 0),
    *,
    area_weights: ArrayLike | None = None,
    time_weights: ArrayLike | None = None,
) -> Wdd:
    """Return the weighted displacement difference of four areas, each `[before, after]` in whole events.

    `area_weights` (control, treated, control_displacement, displacement) are sizes and `time_weights` (before, after)
    lengths; counts are divided by both. Raises `BadInput` for counts that are none, and when all are zero.
    """
    problems: list[Problem] = []
    given = (control, treated, control_displacement, displacement)
    counts = np.array([counts_of(name, pair, (2,), problems) for name, pair in zip(AREAS, given, strict=True)])
    sizes = weights_of("area_weights", area_weights, len(AREAS), problems)
    times = weights_of("time_weights", time_weights, 2, problems)
    if not problems and not counts.any():
        problems.append(Problem("counts", "all_zero"))
    refuse(problems)
    exposure = sizes[:, None] * times[None, :]
    parts = SIGNS * np.diff(counts / exposure, axis=1)[:, 0]
    variance = float((counts / exposure**2).sum())
    return summed(float(parts[:2].sum()), float(parts[2:].sum()), variance, time_for_halving(counts, sizes, times))


def time_for_halving(counts: Floats, sizes: Floats, times: Floats) -> float | None:
    """Return t with (r_T / 2)^2 = reach^2 (sum r_i / (s_i t0) + sum r'_i / (s_i t)), r rates before, r'_T = r_T / 2."""
    rates = counts[:, 0] / (sizes * times[0])
    halved = rates * np.array([1.0, 0.5, 1.0, 1.0])
    left = (rates[1] / 2 / reach()) ** 2 - float((rates / (sizes * times[0])).sum())
    if left <= 0:
        return None
    found = float((halved / sizes).sum()) / left
    return found if found <= LONGEST * times[1] else None


def summed(local: float, displaced: float, variance: float, needed: float | None) -> Wdd:
    """Return the statistic of two parts and their variance."""
    total, se = local + displaced, math.sqrt(variance)
    half = float(special.ndtri(0.5 + LEVEL / 2)) * se
    return Wdd(total, se, total / se, (total - half, total + half), local, displaced, reach() * se, needed)


def reach(level: float = LEVEL, power: float = POWER) -> float:
    """Return how many standard errors an effect must be away to be found with this power, two-sided."""
    return float(special.ndtri(0.5 + level / 2) + special.ndtri(power))


def wdd_harm(rows: Sequence[Wdd], harm: ArrayLike) -> Wdd:
    """Return the harm-weighted sum over categories: sum h_k WDD_k with variance sum h_k^2 SE_k^2.

    `harm` (K,) positive, in units of harm per event. Categories are taken as independent given their rates.
    """
    problems: list[Problem] = []
    weights = weights_of("harm", harm, len(rows), problems)
    if not rows:
        problems.append(Problem("rows", "empty"))
    refuse(problems)
    local = sum(h * r.local for h, r in zip(weights, rows, strict=True))
    displaced = sum(h * r.displaced for h, r in zip(weights, rows, strict=True))
    variance = sum((h * r.se) ** 2 for h, r in zip(weights, rows, strict=True))
    return summed(float(local), float(displaced), float(variance), None)


@dataclass(frozen=True)
class Wdq:
    """The weighted displacement quotient, a footnote: `value` is None unless the measure itself worked.

    WDQ = (B1/C1 - B0/C0) / (A1/C1 - A0/C0) (Bowers & Johnson 2003); < 0 displacement, > 0 diffusion of benefits.
    """

    value: float | None
    denominator: float


def wdq(treated: ArrayLike, neighbour: ArrayLike, control: ArrayLike) -> Wdq:
    """Return the quotient of three areas `[before, after]`. Raises `BadInput`, also for a control without events."""
    problems: list[Problem] = []
    a, b, c = (
        counts_of(name, pair, (2,), problems)
        for name, pair in (("treated", treated), ("neighbour", neighbour), ("control", control))
    )
    problems += [Problem(f"control[{i}]", "zero") for i in range(2) if not problems and c[i] == 0]
    refuse(problems)
    denominator = float(a[1] / c[1] - a[0] / c[0])
    numerator = float(b[1] / c[1] - b[0] / c[0])
    return Wdq(numerator / denominator if denominator < 0 else None, denominator)


@dataclass(frozen=True)
class Row:
    """One row of the ledger: one measure, one category of events, four areas.

    `treated` and `neighbour` are rate ratios against their own controls; the quotient is None where it may not be read.
    """

    difference: Wdd
    treated: RateRatio
    neighbour: RateRatio
    quotient: Wdq | None


def row(
    months: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    effort: Mapping[str, tuple[float, float]] | None = None,
    area_weights: ArrayLike | None = None,
) -> Row:
    """Return a row from monthly counts before and after for each of `AREAS`.

    `effort`: mean effort a month (before, after) by area, any unit, when it was measured; the ratios are then per unit
    of effort. The difference is per month. Raises `BadInput`.
    """
    refuse([Problem(f"months.{area}", "missing") for area in AREAS if area not in months])
    refuse([Problem(f"months.{area}", "shape", "before and after") for area in AREAS if len(months[area]) != PAIR])
    found = effort or {}
    work = {area: found.get(area, (1.0, 1.0)) for area in AREAS}

    def ratio(area: str, control: str) -> RateRatio:
        return rate_ratio(*months[area], *months[control], effort=(*work[area], *work[control]))

    treated = ratio("treated", "control")
    neighbour = ratio("displacement", "control_displacement")
    totals = {area: [float(np.sum(cell)) for cell in months[area]] for area in AREAS}
    lengths = [float(np.size(cell)) for cell in months["treated"]]
    uneven = [
        Problem(f"months.{area}", "shape", "every area covers the same months")
        for area in AREAS
        if [float(np.size(cell)) for cell in months[area]] != lengths
    ]
    refuse(uneven)
    return Row(
        wdd(*(totals[area] for area in AREAS), area_weights=area_weights, time_weights=lengths),
        treated,
        neighbour,
        wdq(totals["treated"], totals["displacement"], totals["control"]) if min(totals["control"]) > 0 else None,
    )
