"""The fitted model: what the measure did (tau), what moved to exposed ports (delta), how much that is, and for which
cells.

delta is the log ratio of events at the most exposed port (weight 1) under full coverage; below 0 it is diffusion of
benefits. Everything is a posterior with its interval; nothing here decides what may be claimed (`guard` does).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize, special

from port2port.displacement.methods.design import (
    CELL_SLOPE_PLACE,
    DELTA,
    GAMMA,
    PORT_SLOPE_PLACE,
    TAU,
    Design,
    Indices,
    design,
)
from port2port.displacement.methods.laplace import Component, components
from port2port.displacement.methods.panel import Panel
from port2port.displacement.methods.periods import Floats
from port2port.displacement.methods.refusal import Problem, refuse

LEVEL = 0.95
DRAWS = 1000
FALSE_DISCOVERIES = 0.05


@dataclass(frozen=True)
class Effect:
    """A posterior in logs: mean, sd, 95 % interval, and the probability that it is above 0."""

    mean: float
    sd: float
    low: float
    high: float
    p_positive: float


@dataclass(frozen=True)
class CellEffect:
    """What moved to one port by one method. `exposure`: its largest S_pt. `found`: among the discoveries over all
    cells.
    """

    port: str
    method: str
    exposure: float
    effect: Effect
    found: bool


@dataclass(frozen=True)
class Displaced:
    """Events that would not have been counted there without the measure (below 0: that would): mean and 95 %
    interval.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Fit:
    """The model's answer. `displaced_by_port` (P) in the panel's order; `spread`, `trend`, `slope` are the means of the
    hyperparameters; `effort_known`: share of exposed port-months (weighed by exposure) whose effort was measured.
    """

    tau: Effect
    delta: Effect
    gamma: Effect
    cells: tuple[CellEffect, ...]
    displaced: Displaced
    displaced_by_port: tuple[Displaced, ...]
    spread: float
    trend: float
    slope: float
    effort_known: float
    components: tuple[Component, ...]

    @property
    def hyper(self) -> Floats:
        """The hyperparameters of the component with the highest weight, for refits."""
        return max(self.components, key=lambda c: c.weight).hyper


def fit(data: Panel, *, seed: int, hyper: Floats | None = None, draws: int = DRAWS) -> Fit:
    """Fit the model by nested Laplace; `hyper` keeps the hyperparameters (refits). The seed draws the displaced events.

    Raises `BadInput` when no port is exposed to any other's coverage: then delta is not in the data at all.
    """
    if not (data.spill > 0).any():
        refuse([Problem("weights", "nobody_exposed")])
    rows = design(data)
    parts = components(rows, hyper)
    total, by_port = displaced(data, rows, parts, seed=seed, draws=draws)
    spread, trend, slope = (float(sum(c.weight * c.hyper[i] for c in parts)) for i in range(3))
    exposed = np.maximum(data.spill, 0)
    tau, delta, gamma = (effect_of(parts, {column: 1.0}) for column in (TAU, DELTA, GAMMA))
    return Fit(
        tau,
        delta,
        gamma,
        cells_of(data, rows, parts),
        total,
        by_port,
        spread,
        trend,
        slope,
        float((exposed * rows.known).sum() / exposed.sum()),
        parts,
    )


def delta_at(data: Panel, hyper: Floats) -> Effect:
    """Return delta alone at given hyperparameters: for refits on parts of the data, or where the answer must be no."""
    return effect_of(components(design(data), hyper), {DELTA: 1.0})


def effect_of(parts: Sequence[Component], combination: dict[int, float]) -> Effect:
    """Return the posterior of a linear combination of parameters, {column: factor}."""
    weights, means, sds = gaussians(parts, combination)
    mean = float(weights @ means)
    sd = math.sqrt(max(float(weights @ (sds**2 + means**2)) - mean**2, float(sds.min()) ** 2))

    def missing(x: float, share: float) -> float:
        return float(weights @ special.ndtr((x - means) / sds)) - share

    reach = 12 * sd
    low, high = (
        float(optimize.brentq(missing, mean - reach, mean + reach, args=(share,)))
        for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    )
    return Effect(mean, sd, low, high, float(weights @ special.ndtr(means / sds)))


def probability_above(parts: Sequence[Component], combination: dict[int, float], level: float) -> float:
    """Return P(combination > level)."""
    weights, means, sds = gaussians(parts, combination)
    return float(weights @ special.ndtr((means - level) / sds))


def gaussians(parts: Sequence[Component], combination: dict[int, float]) -> tuple[Floats, Floats, Floats]:
    """Return weights, means and sds (M,) of a linear combination over the mixture."""
    at, factor = np.array(list(combination)), np.array(list(combination.values()))
    weights = np.array([c.weight for c in parts])
    means = np.array([float(factor @ c.mean[at]) for c in parts])
    sds = np.array([math.sqrt(float((half_of(c, at, factor) ** 2).sum())) for c in parts])
    return weights, means, sds


def half_of(part: Component, at: Indices, factor: Floats) -> Floats:
    """Return L^-1 c, whose squared length is the variance of c'beta."""
    vector = np.zeros(len(part.mean))
    vector[at] = factor
    result: Floats = linalg.solve_triangular(part.lower, vector, lower=True, check_finite=False)
    return result


def cells_of(data: Panel, rows: Design, parts: Sequence[Component]) -> tuple[CellEffect, ...]:
    """Return delta + e_p + e_pk for every exposed port and method, with the discoveries among them marked."""
    methods, exposure = len(data.methods), data.spill.max(axis=1)
    at = rows.columns
    places = [(p, k) for p in range(len(data.ports)) for k in range(methods) if exposure[p] > 0]
    effects = [
        effect_of(parts, {DELTA: 1.0, at.port_slope + p: 1.0, at.cell_slope + p * methods + k: 1.0}) for p, k in places
    ]
    found = discoveries([e.p_positive for e in effects])
    return tuple(
        CellEffect(data.ports[p], data.methods[k], float(exposure[p]), effect, hit)
        for (p, k), effect, hit in zip(places, effects, found, strict=True)
    )


def discoveries(p_positive: Sequence[float], rate: float = FALSE_DISCOVERIES) -> tuple[bool, ...]:
    """Return which of several claims stand with at most this share of false ones expected among them.

    Benjamini & Hochberg 1995 on 1 - P(effect > 0), read as one-sided p-values (they are uniform or larger when nothing
    happened: the prior is centred on 0 and only shrinks). Not the rule that averages posterior probabilities (Newton
    et al. 2004): with many cells where nothing happened it would let one in twenty through, each time. The cells of one
    fit share delta and are positively dependent, for which the procedure holds (Benjamini & Yekutieli 2001).
    """
    tails = 1 - np.asarray(p_positive, dtype=np.float64)
    order = np.argsort(tails)
    passing = np.flatnonzero(tails[order] <= rate * np.arange(1, len(tails) + 1) / max(len(tails), 1))
    kept = np.zeros(len(tails), dtype=bool)
    if len(passing):
        kept[order[: passing[-1] + 1]] = True
    return tuple(bool(k) for k in kept)


def drawn(parts: Sequence[Component], draws: int, rng: np.random.Generator) -> Floats:
    """Return draws (draws, d) of all parameters from the mixture."""
    weights = np.array([c.weight for c in parts])
    numbers = rng.multinomial(draws, weights / weights.sum())
    found = [
        c.mean[:, None] + linalg.solve_triangular(c.lower, rng.standard_normal((len(c.mean), n)), lower=True, trans="T")
        for c, n in zip(parts, numbers, strict=True)
        if n
    ]
    result: Floats = np.concatenate(found, axis=1).T
    return result


def displaced(
    data: Panel, rows: Design, parts: Sequence[Component], *, seed: int, draws: int
) -> tuple[Displaced, tuple[Displaced, ...]]:
    """Return displaced events in all and by port: sum over exposed rows of mu (1 - exp(-(delta + e_p + e_pk) S))."""
    beta = drawn(parts, draws, np.random.default_rng(seed))
    p, k, t = data.counts.shape
    exposed = np.repeat(data.spill[:, None, :] > 0, k, axis=1).ravel() & (rows.used > 0)
    index, value, drift = rows.index[exposed], rows.value[exposed], rows.drift[exposed]
    matrix, steep = np.zeros((2, len(index), rows.columns.size))
    each = np.arange(len(index))
    for j in range(index.shape[1]):
        matrix[each, index[:, j]] += value[:, j]
    for j in (DELTA, PORT_SLOPE_PLACE, CELL_SLOPE_PLACE):
        steep[each, index[:, j]] = value[:, j]
    eta = beta @ matrix.T
    for r in range(drift.shape[1]):
        eta += beta[:, [GAMMA]] * beta[:, rows.drift_at[exposed] + r] * drift[:, r]
    events = np.exp(np.minimum(eta, 30.0)) * -np.expm1(-(beta @ steep.T))
    where = np.repeat(np.arange(p), k * t)[exposed]
    by_port = tuple(summary(events[:, where == port].sum(axis=1)) for port in range(p))
    return summary(events.sum(axis=1)), by_port


def summary(values: Floats) -> Displaced:
    """Return mean and 95 % interval of draws."""
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Displaced(float(values.mean()), float(low), float(high))
