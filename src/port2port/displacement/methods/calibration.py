"""Histories drawn from the model itself: there its 95 % intervals must hold the truth 95 times in 100, on the average.

Cook, Gelman & Rubin 2006, JCGS 15:675; Talts et al. 2018, arXiv:1804.06788. Everything is drawn from the priors of
`design`, but the level of a method, whose prior is about the counts themselves; coverage and exact effort are those of
a simulated world. What the intervals hold in other worlds (`trial`) is about those worlds: whether ports answer alike
there, and whether something moves that no column knows. What they hold here is about the method.
"""

import math
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np

from port2port.displacement.methods.design import (
    CELL_SD,
    DELTA,
    DELTA_SD,
    GAMMA,
    GAMMA_MEAN,
    GAMMA_SD,
    HYPER_SD,
    METHOD,
    SEASON_SD,
    TAU,
    TAU_SD,
    Design,
    design,
)
from port2port.displacement.methods.model import Effect, fit
from port2port.displacement.methods.panel import Panel
from port2port.displacement.methods.periods import Floats
from port2port.displacement.methods.simulator import QUIET, simulate
from port2port.displacement.methods.spreading import Spread, here
from port2port.displacement.methods.trial import Share, effect_here, share, weights_here

MOST = 1e5  # events a month in a cell: beyond it the priors speak of no port


@dataclass(frozen=True)
class Calibration:
    """How often the 95 % intervals held what was drawn: of tau, of delta, and of what moved to the very ports."""

    runs: int
    tau: Share
    delta: Share
    here: Share


def drawn_parameters(rows: Design, rng: np.random.Generator) -> tuple[Floats, float]:
    """Return all parameters (d,) from their priors, and alpha."""
    at, (spread, trend, slope) = rows.columns, np.abs(rng.normal(0, HYPER_SD))
    beta = np.zeros(at.size)
    beta[TAU], beta[DELTA], beta[GAMMA] = rng.normal((0, 0, GAMMA_MEAN), (TAU_SD, DELTA_SD, GAMMA_SD))
    beta[METHOD : at.cell] = math.log(QUIET.events)
    for begin, end, sd in (
        (at.cell, at.season, CELL_SD),
        (at.season, at.trend, SEASON_SD),
        (at.port_slope, at.effort, slope / math.sqrt(2)),
    ):
        beta[begin:end] = rng.normal(0, sd, end - begin)
    beta[at.trend : at.port_slope] = rng.normal(0, trend, at.port_slope - at.trend).cumsum()
    return beta, float(spread**2)


def drawn_history(seed: int) -> tuple[Panel, Floats]:
    """Return counts drawn from the model, and the parameters (d,) that they were drawn with."""
    rng = np.random.default_rng(seed)
    world = simulate(QUIET, seed=seed).panel
    rows = design(world)
    beta, alpha = drawn_parameters(rows, rng)
    mean = np.minimum(np.exp((rows.value * beta[rows.index]).sum(axis=1)), MOST)
    waves = rng.gamma(1 / alpha, alpha, len(mean)) if alpha > 0 else np.ones(len(mean))
    counts = rng.poisson(mean * waves).reshape(world.counts.shape).astype(np.float64)
    return replace(world, counts=counts), beta


def held(seed: int) -> tuple[bool, bool, bool]:
    """Say whether the intervals of tau, delta and what moved here held the truth of the history with this seed."""
    data, beta = drawn_history(seed)
    found = fit(data, seed=seed)
    weights = weights_here(data, found)
    truth_here = sum(factor * float(beta[column]) for column, factor in weights.items())
    pairs: tuple[tuple[Effect, float], ...] = (
        (found.tau, float(beta[TAU])),
        (found.delta, float(beta[DELTA])),
        (effect_here(data, found), truth_here),
    )
    tau, delta, mean = (effect.low <= truth <= effect.high for effect, truth in pairs)
    return tau, delta, mean


def calibration(
    *, runs: int, seed: int, spread: Spread = here, told: Callable[[int], None] = lambda done: None
) -> Calibration:
    """Return how often the intervals held the truth over this many histories drawn from the model."""
    numbers = [int(number) for number in np.random.SeedSequence(seed).generate_state(runs)]
    found: list[tuple[bool, bool, bool]] = []
    with closing(spread(held, numbers, lambda: told(len(found)))) as each:
        for one in each:
            found.append(one)
            told(len(found))
    tau, delta, mean = (share([one[i] for one in found]) for i in range(3))
    return Calibration(runs, tau, delta, mean)
