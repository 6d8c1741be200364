"""Tipping points: how many times detection would have to have grown, unseen, for a claim to fall.

The model is fitted anew with more effort than was told: exact within the model at the hyperparameters found, not the
linear approximation of the E-value kind. A claim about the network, its cells and its check ask for the same refits, so
each is done once.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from scipy import optimize

from port2port.displacement.methods.design import DELTA, GAMMA, Design, design
from port2port.displacement.methods.effort import MOST_UNSEEN
from port2port.displacement.methods.laplace import Component, components
from port2port.displacement.methods.model import Fit, probability_above
from port2port.displacement.methods.panel import Panel
from port2port.displacement.methods.periods import Floats

STEPS = 10  # a factor of 1.4 each

Looked = Callable[[str | None, float], tuple[Component, ...]]


@dataclass(frozen=True)
class Tipping:
    """Were detection at this port this many times what was assumed since it is exposed, P(delta > 0) would be under the
    threshold (the smallest such multiplier). None: none up to 32 does that. Port None: at all exposed ports
    together, as much as they are exposed (m at exposure 1, m^S at S), which is the detection that looks most like
    displacement.
    """

    port: str | None
    multiplier: float | None


def felt_at(data: Panel) -> dict[str | None, Floats]:
    """Return where more detection would be felt, (N,) for each exposed port and, by exposure, for all of them."""
    p, k, t = data.counts.shape
    exposed = [port for port in range(p) if (data.spill[port] > 0).any()]
    port_of = np.repeat(np.arange(p), k * t)
    felt = np.repeat(data.spill[:, None, :] > 0, k, axis=1).ravel() & np.tile(np.repeat(data.dependent, t), p)
    groups: dict[str | None, Floats] = {
        data.ports[port]: (felt & (port_of == port)).astype(np.float64) for port in exposed
    }
    groups[None] = felt * np.repeat(data.spill[:, None, :], k, axis=1).ravel()
    return groups


def looked_harder(data: Panel, real: Fit) -> Looked:
    """Return how the posterior is asked for with log m added to log effort at a port (None: at all exposed ones)."""

    @cache
    def inputs() -> tuple[Design, dict[str | None, Floats]]:
        return design(data), felt_at(data)

    @cache
    def refitted(where: str | None, log_m: float) -> tuple[Component, ...]:
        rows, felt = inputs()
        value = rows.value.copy()
        value[:, GAMMA] += log_m * felt[where]
        return components(replace(rows, value=value), real.hyper)

    # As hard as was told is one refit, wherever.
    return lambda where, log_m: refitted(where if log_m else None, log_m)


def tipping_points(data: Panel, looked: Looked, threshold: float) -> tuple[Tipping, ...]:
    """Return the tipping point of each exposed port, and of all together."""
    return tuple(Tipping(name, multiplier(looked, name, threshold)) for name in felt_at(data))


def multiplier(
    looked: Looked, where: str | None, threshold: float, effect: dict[int, float] | None = None
) -> float | None:
    """Return m at which P(effect > 0) is the threshold, with log m added to log effort there; None: none up to 32.

    Effect: {column: factor}, as of one cell; delta when not given.
    """

    def over(log_m: float) -> float:
        return probability_above(looked(where, log_m), effect or {DELTA: 1.0}, 0.0) - threshold

    if over(0.0) <= 0:
        return 1.0
    # Upwards in steps: far from the data gamma gives way and P rises again, so the first crossing is the one asked for.
    for low, high in pairwise(np.linspace(0.0, MOST_UNSEEN, STEPS + 1).tolist()):
        if over(high) <= 0:
            return math.exp(float(optimize.brentq(over, low, high, xtol=0.01)))
    return None
