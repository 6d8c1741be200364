"""What if: a budget of scanners, patrol blocks or cameras over ports, so that what is displaced is least. Never a
forecast.

The adversary answers by quantal response (McKelvey & Palfrey 1995; Yang, Ordonez & Tambe 2012 for security games): of N
who would come, port p with n units draws rate_p = N f_p(n) / Z, f_p(n) = b_p exp(r tau D_p(n)), Z = o + sum_p
f_p(n_p), with b_p events a month without the measure and tau its effect at full coverage (both posterior draws),
D_p(n) = min(1, n / need_p), r how sharply offenders react, and o the pull of giving up, o = sum_p b_p g / (1 - g). N
= o + sum_p b_p, so that without any unit everything is as it was. r and g are judged, not measured: hence the range.

    minimise over whole n, sum n = budget, n_p <= cap_p:   sum_p h_p (w rate_p + max(0, rate_p - b_p))
h harm per event, w the weight of what remains (w = 0 would reward units that deter nobody). The loss is not convex:
Z binds the ports together. But given Z a port's cost c_pn(Z) stands alone and falls with Z. So for Z in [z1, z2] the
linear programme
    min sum c_pn(z2) x_pn,  x >= 0,  sum_n x_pn = 1,  sum n x_pn = budget,  sum f_pn x_pn >= z1 - o          (HiGHS)
is a lower bound; its solution, rounded and then improved by moving one unit at a time as long as the true loss
falls, is an upper one. Intervals of Z are cut where the solution lies, the most promising first, until both meet or
sixty programmes are solved. What is left between them is told with the answer as `gap`.
"""

import heapq
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from port2port.displacement.methods.design import METHOD, TAU, design
from port2port.displacement.methods.model import Fit, drawn
from port2port.displacement.methods.panel import Panel
from port2port.displacement.methods.periods import YEAR, Floats, within
from port2port.displacement.methods.refusal import Problem, refuse

CLOSE = 1e-3  # relative gap at which the bounds count as met: far below what is only judged
SOLVED = 0  # the status of a programme with an optimum
INNER = 0.1  # a cut stays this share of its interval away from the ends
MOST_SOLVED = 60
LARGEST_BUDGET = 200
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Means:
    """What is to be split: `budget` units in all; for each port (P,) the units that cover it fully (`need` > 0), the
    most it can take (`caps`), and the harm of one event there (`harm` > 0). `remaining`: weight of events that stay,
    beside 1 for events that moved.
    """

    budget: int
    need: Floats
    caps: Whole
    harm: Floats
    remaining: float = 1.0


@dataclass(frozen=True)
class Adversary:
    """One way the others may be: events a month without any measure (P,), the measure's log effect, reaction, giving
    up.
    """

    base: Floats
    tau: float
    reaction: float
    giving_up: float


@dataclass(frozen=True)
class Split:
    """An allocation (P,), its loss in harm a month, and events a month (P,) that come to each port beyond those before.

    `gap`: no split can be better than this one by more than that share of its loss; None where nobody looked.
    """

    units: tuple[int, ...]
    loss: float
    displaced: tuple[float, ...]
    gap: float | None = None


@dataclass(frozen=True)
class Range:
    """The answer over all adversaries: per port the least, median and most units; the loss likewise.

    `robust`: of all the splits found, the one whose worst regret (loss beyond the best for that adversary) is least,
    and `regret` that worst; `widest_gap`: of all the splits; `untouched`: median loss with no unit anywhere; `losses`:
    of the best split for each adversary, in their order. A range over judgements, not a forecast.
    """

    least: tuple[int, ...]
    median: tuple[float, ...]
    most: tuple[int, ...]
    loss: tuple[float, float, float]
    untouched: float
    robust: tuple[int, ...]
    regret: float
    widest_gap: float
    adversaries: int
    losses: tuple[float, ...]


def adversaries(
    data: Panel, real: Fit, *, draws: int, reaction: Sequence[float], giving_up: Sequence[float], seed: int
) -> tuple[Adversary, ...]:
    """Return draws of the posterior crossed with judged values, `draws` * len(reaction) * len(giving_up) of them.

    Base rates are events a month and port over the last year, all methods, at each port's mean effort, as they would be
    without the measure. A draw with tau above 0 (the measure attracts) is taken as it is.
    """
    problems = [Problem("draws", "out_of_range", str(draws))] if draws < 1 else []
    within("giving_up", np.asarray(giving_up, dtype=np.float64), 0.01, 0.99, problems)
    within("reaction", np.asarray(reaction, dtype=np.float64), 0.0, 10.0, problems)
    refuse(problems)
    rows = design(data)
    p, k, t = data.counts.shape
    beta = drawn(real.components, draws, np.random.default_rng(seed))
    last = np.tile(np.arange(t) >= t - YEAR, p * k)
    eta = np.zeros((draws, int(last.sum())))
    # From the column of the method on to the trend: base, season and trend, not the measure, the moving or effort.
    for j in range(METHOD, METHOD + 4):
        eta += beta[:, rows.index[last, j]] * rows.value[last, j]
    monthly = np.exp(eta).reshape(draws, p, k, -1).mean(axis=3).sum(axis=2)
    return tuple(
        Adversary(monthly[d], float(beta[d, TAU]), r, g)
        for d, r, g in itertools.product(range(draws), reaction, giving_up)
    )


def means_problems(means: Means, ports: int) -> list[Problem]:
    """Return what is wrong with what is to be split."""
    problems = [
        Problem(name, "shape", f"{np.shape(found)} for {(ports,)}")
        for name, found in (("need", means.need), ("caps", means.caps), ("harm", means.harm))
        if np.shape(found) != (ports,)
    ]
    if problems:
        return problems
    for name, found in (("need", means.need), ("harm", means.harm)):
        problems += [Problem(f"{name}[{i}]", "not_positive", f"{v:g}") for i, v in enumerate(found) if not v > 0]
    problems += [Problem(f"caps[{i}]", "negative", str(c)) for i, c in enumerate(means.caps) if c < 0]
    if not 0 <= means.budget <= min(LARGEST_BUDGET, int(means.caps.sum())):
        problems.append(Problem("budget", "out_of_range", str(means.budget)))
    if not 0 <= means.remaining < math.inf:
        problems.append(Problem("remaining", "out_of_range", f"{means.remaining:g}"))
    return problems


def pulls(means: Means, other: Adversary) -> tuple[list[Floats], float]:
    """Return f_p(n) for n from 0 to what port p can take, and the pull o of giving up."""
    outside = float(other.base.sum()) * other.giving_up / (1 - other.giving_up)
    result = []
    for base, need, cap in zip(other.base, means.need, means.caps, strict=True):
        units = np.arange(min(int(cap), means.budget) + 1)
        result.append(base * np.exp(other.reaction * other.tau * np.minimum(1.0, units / need)))
    return result, outside


def weighed(means: Means, rate: Floats, base: Floats | float, harm: Floats | float) -> Floats:
    """Return harm a month of rates that were `base`."""
    result: Floats = harm * (means.remaining * rate + np.maximum(0.0, rate - base))
    return result


def outcome(means: Means, other: Adversary, units: Sequence[int]) -> Split:
    """Return what an allocation leads to with this adversary."""
    outside = float(other.base.sum()) * other.giving_up / (1 - other.giving_up)
    covered = np.minimum(1.0, np.asarray(units) / means.need)
    drawn_to = other.base * np.exp(other.reaction * other.tau * covered)
    rate = (outside + other.base.sum()) * drawn_to / (outside + drawn_to.sum())
    loss = float(weighed(means, rate, other.base, means.harm).sum())
    return Split(tuple(int(u) for u in units), loss, tuple(float(x) for x in np.maximum(0.0, rate - other.base)))


def best_split(means: Means, other: Adversary) -> Split:
    """Return the allocation of least loss found for one adversary, and how much better another could be at most.

    Raises `BadInput`.
    """
    refuse(means_problems(means, len(other.base)))
    pull, outside = pulls(means, other)
    low = outside + sum(float(f.min()) for f in pull)
    high = outside + sum(float(f.max()) for f in pull)
    best = improved(means, other, pull, filled(means, pull))
    waiting: list[tuple[float, float, float]] = [(0.0, low, high)]
    proven = math.inf  # the least bound of intervals that are done with
    for _solved in range(MOST_SOLVED):
        if not waiting or waiting[0][0] >= best.loss * (1 - CLOSE):
            break
        _bound, low, high = heapq.heappop(waiting)
        found = programme(means, other, pull, outside, low, high)
        if found is None:
            continue
        bound, shares = found
        best = min(best, improved(means, other, pull, rounded(means, shares)), key=lambda split: split.loss)
        if high - low <= CLOSE * high or bound >= best.loss * (1 - CLOSE):
            proven = min(proven, bound)
            continue
        # Cut where the solution lies: there its bound is exact on one side.
        reached = outside + sum(float(f @ x) for f, x in zip(pull, shares, strict=True))
        middle = min(max(reached, low + INNER * (high - low)), high - INNER * (high - low))
        heapq.heappush(waiting, (bound, low, middle))
        heapq.heappush(waiting, (bound, middle, high))
    proven = min([proven, *(bound for bound, _low, _high in waiting)])
    gap = max(0.0, 1 - proven / best.loss) if best.loss > 0 and math.isfinite(proven) else 0.0
    return replace(best, gap=gap)


def programme(
    means: Means, other: Adversary, pull: list[Floats], outside: float, low: float, high: float
) -> tuple[float, list[Floats]] | None:
    """Return (lower bound, shares x_pn by port) for Z from `low` to `high`, None where no allocation reaches it."""
    total = outside + float(other.base.sum())
    sizes = [len(f) for f in pull]
    cost = np.concatenate(
        [weighed(means, total * f / high, b, h) for f, b, h in zip(pull, other.base, means.harm, strict=True)]
    )
    one_each = sparse.block_diag([np.ones((1, n)) for n in sizes], format="csr")
    units = np.concatenate([np.arange(n, dtype=np.float64) for n in sizes])
    found = optimize.linprog(
        cost,
        A_ub=-np.concatenate(pull)[None, :],
        b_ub=[outside - low],
        A_eq=sparse.vstack([one_each, units[None, :]], format="csr"),
        b_eq=np.concatenate([np.ones(len(sizes)), [means.budget]]),
        method="highs",
    )
    if found.status != SOLVED:
        return None
    return float(found.fun), np.split(found.x, np.cumsum(sizes)[:-1])


def filled(means: Means, pull: list[Floats]) -> list[int]:
    """Return an allocation that keeps the caps and spends the budget: one unit to each port in turn."""
    units, left = [0] * len(pull), means.budget
    while left:
        for port, f in enumerate(pull):
            if left and units[port] < len(f) - 1:
                units[port] += 1
                left -= 1
    return units


def rounded(means: Means, shares: list[Floats]) -> list[int]:
    """Return the likeliest whole numbers, then one unit more or less at a time, where the mean is furthest off."""
    units = [int(np.argmax(x)) for x in shares]
    wanted = [float(np.arange(len(x)) @ x) for x in shares]
    while (away := means.budget - sum(units)) != 0:
        step = 1 if away > 0 else -1
        free = [p for p, x in enumerate(shares) if 0 <= units[p] + step < len(x)]
        port = max(free, key=lambda p: step * (wanted[p] - units[p]))
        units[port] += step
    return units


def improved(means: Means, other: Adversary, pull: list[Floats], start: list[int]) -> Split:
    """Return the allocation reached by moving one unit from port to port as long as the true loss falls."""
    best = outcome(means, other, start)
    while True:
        moves = [
            [n - (p == a) + (p == b) for p, n in enumerate(best.units)]
            for a, b in itertools.permutations(range(len(pull)), 2)
            if best.units[a] > 0 and best.units[b] < len(pull[b]) - 1
        ]
        tried = min((outcome(means, other, m) for m in moves), key=lambda split: split.loss, default=best)
        if tried.loss >= best.loss * (1 - 1e-12):
            return best
        best = tried


def what_if(means: Means, others: Sequence[Adversary], *, progress: Callable[[], None] | None = None) -> Range:
    """Return the range of best splits over adversaries, and the split that is least wrong in the worst of them.

    `progress` is called after each adversary. Raises `BadInput`, also when there is no adversary.
    """
    if not others:
        refuse([Problem("adversaries", "empty")])
    splits = []
    for other in others:
        splits.append(best_split(means, other))
        if progress is not None:
            progress()
    units = np.array([s.units for s in splits])
    losses = np.array([s.loss for s in splits])
    choices = sorted({s.units for s in splits})
    regrets = [max(outcome(means, o, c).loss - s.loss for o, s in zip(others, splits, strict=True)) for c in choices]
    chosen = int(np.argmin(regrets))
    nothing = [outcome(means, o, (0,) * len(o.base)).loss for o in others]
    return Range(
        tuple(int(u) for u in units.min(axis=0)),
        tuple(float(u) for u in np.median(units, axis=0)),
        tuple(int(u) for u in units.max(axis=0)),
        (float(losses.min()), float(np.median(losses)), float(losses.max())),
        float(np.median(nothing)),
        choices[chosen],
        float(max(0.0, regrets[chosen])),
        max(s.gap or 0.0 for s in splits),
        len(others),
        tuple(float(s.loss) for s in splits),
    )
