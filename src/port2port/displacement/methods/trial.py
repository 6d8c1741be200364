"""Methods on trial: false alarms, power at equal false alarms, coverage and delay over many simulated histories.

Beside the model stand what is usually done: two-way fixed effects by ordinary least squares, the same as a Poisson
regression, and the plain weighted displacement difference. None of them is given effort. Each claims "displacement" at
a nominal one-sided 5 %; the model claims by its grades.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from port2port.displacement.methods.design import CELL_SLOPE_PLACE, DELTA, PORT_SLOPE_PLACE, design
from port2port.displacement.methods.guard import Grade, claim
from port2port.displacement.methods.ledger import wdd
from port2port.displacement.methods.model import Effect, Fit, effect_of, fit
from port2port.displacement.methods.panel import Panel
from port2port.displacement.methods.periods import Floats
from port2port.displacement.methods.placebo import cut
from port2port.displacement.methods.refusal import BadInput
from port2port.displacement.methods.simulator import HUB, Run, World, simulate
from port2port.displacement.methods.spreading import Spread, here

OURS, LEAST_SQUARES, POISSON, DIFFERENCE = "model", "least_squares", "poisson", "wdd"
METHODS = (OURS, LEAST_SQUARES, POISSON, DIFFERENCE)
ONE_SIDED, TWO_SIDED = 1.6448536269514722, 1.959963984540054
LOOK = 3  # months between looks when the delay is measured
MOST_ROUNDS, SETTLED = 25, 1e-8


@dataclass(frozen=True)
class Verdict:
    """What one method said of one history: `score` (larger is more displacement; z, or the normal quantile of P),
    whether it claimed, and whether its 95 % interval held the truth (None: its unit is another). `grade` and `here` are
    the model's: whether its interval of what moved to these very ports (`effect_here`) held the truth.
    """

    score: float
    claimed: bool
    covered: bool | None
    grade: str = ""
    here: bool | None = None


def within(values: Floats) -> Floats:
    """Return values (P, K, T) less their means over months and over cells (two-way fixed effects, balanced)."""
    cell, month = values.mean(axis=2, keepdims=True), values.mean(axis=(0, 1), keepdims=True)
    result: Floats = (values - cell - month + values.mean()).ravel()
    return result


def columns(data: Panel) -> tuple[Floats, Floats]:
    """Return coverage and exposure, each as (P, K, T)."""
    shape = data.counts.shape
    return (
        np.broadcast_to(data.coverage[:, None, :], shape).astype(np.float64),
        np.broadcast_to(data.spill[:, None, :], shape).astype(np.float64),
    )


def least_squares(data: Panel) -> float:
    """Return z of exposure in a two-way fixed-effects regression of counts, with classical standard errors."""
    y = within(data.counts)
    x = np.stack([within(c) for c in columns(data)], axis=1)
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ y)
    p, k, t = data.counts.shape
    residual = y - x @ beta
    variance = float(residual @ residual) / (p * k * t - p * k - t - 1)
    return float(beta[1] / math.sqrt(variance * inverse[1, 1]))


def poisson(data: Panel) -> tuple[float, float]:
    """Return exposure's coefficient and standard error in a Poisson regression with cell and month effects."""
    p, k, t = data.counts.shape
    y = data.counts.ravel()
    cells = np.repeat(np.eye(p * k), t, axis=0)
    months = np.tile(np.eye(t), (p * k, 1))[:, 1:]
    x = np.concatenate([np.stack([c.ravel() for c in columns(data)], axis=1), cells, months], axis=1)
    beta = np.zeros(x.shape[1])
    beta[2 : 2 + p * k] = np.log((data.counts.mean(axis=2) + 0.1).ravel())
    ridge = 1e-4 * np.eye(x.shape[1])  # a month without any event has no finite effect
    for _round in range(MOST_ROUNDS):
        mu = np.exp(np.clip(x @ beta, -20, 20))
        information = (x.T * mu) @ x + ridge
        move = np.linalg.solve(information, x.T @ (y - mu) - ridge @ beta)
        beta = beta + np.clip(move, -2, 2)
        if float(np.abs(move).max()) < SETTLED:
            break
    return float(beta[1]), math.sqrt(float(np.linalg.inv(information)[1, 1]))


def difference(data: Panel) -> float:
    """Return z of dD - dCd: the two most exposed ports beside the two least exposed, equal periods."""
    start = int(np.flatnonzero(data.coverage[HUB])[0])
    months = min(start, data.counts.shape[2] - start)
    totals = data.counts.sum(axis=1)
    order = [int(i) for i in np.argsort(data.spill[:, -1]) if i != HUB]
    pair = [
        [totals[at, start - months : start].sum(), totals[at, start : start + months].sum()]
        for at in (order[:2], order[-2:])
    ]
    try:
        return wdd((0, 0), (0, 0), *pair).z
    except BadInput:  # no event at all: nothing to claim
        return 0.0


def weights_here(data: Panel, found: Fit) -> dict[int, float]:
    """Return what moved to the very ports of a panel as a combination of parameters, {column: factor}.

    delta is what an exposed port answers on the average over ports like these; the mean of delta + e_p + e_pk over the
    cells there are is what these did (a finite population: Gelman 2005, Ann. Statist. 33:1, section 3.5). The truth of
    the simulator is of the second kind, and weighs cells as here: by expected finds without moving, times exposure
    squared.
    """
    rows, best = design(data), max(found.components, key=lambda c: c.weight)
    still = [i for i in range(rows.index.shape[1]) if i not in (DELTA, PORT_SLOPE_PLACE, CELL_SLOPE_PLACE)]
    finds = np.exp((rows.value[:, still] * best.mean[rows.index[:, still]]).sum(axis=1)) * rows.used
    cells = (finds.reshape(data.counts.shape) * data.spill[:, None, :] ** 2).sum(axis=2)
    cells /= cells.sum()
    at, methods = rows.columns, len(data.methods)
    ports = {at.port_slope + p: float(total) for p, total in enumerate(cells.sum(axis=1)) if total > 0}
    pairs = {at.cell_slope + p * methods + k: float(cells[p, k]) for p, k in np.argwhere(cells > 0).tolist()}
    return {DELTA: 1.0} | ports | pairs


def effect_here(data: Panel, found: Fit) -> Effect:
    """Return what moved to the very ports of a panel, as `weights_here` combines it."""
    return effect_of(found.components, weights_here(data, found))


def verdicts(run: Run, *, seed: int) -> tuple[dict[str, Verdict], bool]:
    """Return what each method says, and whether the model's interval of displaced events held the true number."""
    data = run.panel
    found = fit(data, seed=seed)
    said, mean = claim(data, found, deep=False), effect_here(data, found)
    estimate, error = poisson(data)
    z = {LEAST_SQUARES: least_squares(data), POISSON: estimate / error, DIFFERENCE: difference(data)}
    result = {name: Verdict(score, score > ONE_SIDED, None) for name, score in z.items()}
    result[POISSON] = replace(result[POISSON], covered=abs(estimate - run.delta) <= TWO_SIDED * error)
    result[OURS] = Verdict(
        found.delta.mean / found.delta.sd,
        said.grade in (Grade.SUPPORTED, Grade.INDICATED),
        found.delta.low <= run.delta <= found.delta.high,
        said.grade.value,
        mean.low <= run.delta <= mean.high,
    )
    return result, found.displaced.low <= run.displaced <= found.displaced.high


@dataclass(frozen=True)
class Share:
    """A share over runs with its Monte-Carlo standard error."""

    value: float
    error: float


def share(hits: Sequence[bool]) -> Share:
    """Return the share of hits and sqrt(p (1 - p) / n)."""
    value = sum(hits) / len(hits)
    return Share(value, math.sqrt(value * (1 - value) / len(hits)))


@dataclass(frozen=True)
class Trial:
    """One method in one scenario: how often it claimed displacement, and how often its interval held the truth.

    `scores` of all runs, for power at equal false alarms; `grades`: share of each grade (the model only);
    `displaced`, `here`: coverage of the intervals of displaced events and of what moved to these very ports (the model
    only).
    """

    scenario: str
    method: str
    claims: Share
    coverage: Share | None
    displaced: Share | None
    here: Share | None
    scores: tuple[float, ...]
    grades: dict[str, float]


def history(world: World, number: int) -> tuple[dict[str, Verdict], bool]:
    """Return the verdicts on the history of a world with this number."""
    return verdicts(simulate(world, seed=number), seed=number)


def trial(
    scenario: str,
    world: World,
    *,
    runs: int,
    seed: int,
    spread: Spread = here,
    told: Callable[[int], None] = lambda done: None,
) -> tuple[Trial, ...]:
    """Return every method's record over this many histories of a world. The same seed gives the same histories,
    wherever they are worked on; `told` hears how many are done.
    """
    said: dict[str, list[Verdict]] = {name: [] for name in METHODS}
    held: list[bool] = []
    numbers = [int(number) for number in np.random.SeedSequence(seed).generate_state(runs)]
    with closing(spread(partial(history, world), numbers, lambda: told(len(held)))) as histories:
        for found, inside in histories:
            held.append(inside)
            told(len(held))
            for name in METHODS:
                said[name].append(found[name])
    result = []
    for name, each in said.items():
        covered = [v.covered for v in each if v.covered is not None]
        grades = {g.value: sum(v.grade == g for v in each) / runs for g in Grade} if name == OURS else {}
        result.append(
            Trial(
                scenario,
                name,
                share([v.claimed for v in each]),
                share(covered) if covered else None,
                share(held) if name == OURS else None,
                share([bool(v.here) for v in each]) if name == OURS else None,
                tuple(v.score for v in each),
                grades,
            )
        )
    return tuple(result)


def power(quiet: Sequence[float], moving: Sequence[float], rate: float = 0.05) -> Share:
    """Return the share of `moving` scores above the quantile of `quiet` ones that leaves `rate` of them above."""
    return share([bool(s > limit) for limit in [float(np.quantile(quiet, 1 - rate))] for s in moving])


def delay(world: World, *, seed: int) -> int | None:
    """Return how many months after the start the model first claims displacement, looking every three months.

    None: not within the months of the world. Many looks claim more often than one: this is about speed, not truth.
    """
    data = simulate(world, seed=seed).panel
    for month in range(world.start + LOOK, world.months + 1, LOOK):
        seen = cut(data, range(world.ports), month, data.coverage[:, :month])
        if claim(seen, fit(seen, seed=seed), deep=False).grade in (Grade.SUPPORTED, Grade.INDICATED):
            return month - world.start
    return None
