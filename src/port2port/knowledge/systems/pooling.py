"""What sites tell together, and what a next one may expect. Pure functions on plain numbers.

Each site has a value of its own (a share on the scale of log odds, a rate on the scale of logarithms); those of all
sites are spread normally around a typical one, with a standard deviation `tau`. Of few sites and rare counts, the most
likely `tau` is mostly nought, and what follows from it too sure: so `tau` is not chosen but averaged over, with the
prior |Normal(0, 1)|, and the intervals hold what is not known of it. No event at a site is no special case: the counts
enter as they are.

Sources: the model and its prior for few studies with rare events, Günhan, Röver, Friede, "Random-effects meta-analysis
of few studies involving rare events", Research Synthesis Methods 11 (2020), 74-90; why a next site needs another
interval than the mean, Higgins, Thompson, Spiegelhalter, "A re-evaluation of random-effects meta-analysis", JRSS A 172
(2009), 137-159; the factor between two sites, Larsen, Merlo, "Appropriate Assessment of Neighborhood Effects on
Individual Health", American Journal of Epidemiology 161 (2005), 81-88.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.special import betainc, expit, gammainc, ndtr

from port2port.knowledge.systems.intervals import TAIL, Estimate, Pooled

Floats = NDArray[np.float64]

STEP = 0.02  # width of a cell on the scale of the logarithm: 2 % of a rate
REACH = 14.0  # to 1.2 million times either way of one half, or of one a day
CELLS = np.arange(-REACH, REACH, STEP) + STEP / 2
EDGES = np.append(CELLS - STEP / 2, REACH)
TAUS = np.arange(0.02, 3.0, 0.04)  # beyond three the prior leaves 3 in 1,000
RATE_PRIOR = 3.0  # the typical rate: from once a year to 360 a day, as 95 of 100
SPLIT = 0.5  # a `tau` at which two sites differ by a factor of 1.6 (Larsen and Merlo's median odds ratio)
SURE = 0.8
FEWEST = 2


def pooled_share(counts: Sequence[tuple[int, int]]) -> Pooled | None:
    """Return what (part, whole) of sites tell together; None of fewer than two sites with anything counted.

    The typical share is held as likely everywhere between none and all beforehand.
    """
    known = tuple(sorted((part, whole) for part, whole in counts if whole > 0))
    if len(known) < FEWEST:
        return None
    return _share(known)


def pooled_rate(counts: Sequence[tuple[int, float]]) -> Pooled | None:
    """Return what (events, exposure) of sites tell together; None of fewer than two sites with any exposure."""
    known = tuple(sorted((count, exposure) for count, exposure in counts if exposure > 0))
    if len(known) < FEWEST:
        return None
    return _rate(known)


@lru_cache(maxsize=500)
def _share(known: tuple[tuple[int, int], ...]) -> Pooled:
    found = [share_likelihood(part, whole) for part, whole in known]
    prior = -np.logaddexp(0, CELLS) - np.logaddexp(0, -CELLS)  # the logistic density: the share is uniform
    return _pooled(found, prior, expit)


@lru_cache(maxsize=500)
def _rate(known: tuple[tuple[int, float], ...]) -> Pooled:
    found = [rate_likelihood(count, exposure) for count, exposure in known]
    return _pooled(found, -0.5 * (CELLS / RATE_PRIOR) ** 2, np.exp)


def share_likelihood(part: int, whole: int) -> Floats:
    """Return how likely `part` of `whole` is at each cell of log odds, up to a factor.

    The mean over each cell, so that a large count is not lost between two: p^x (1-p)^(n-x) over the log odds is an
    incomplete beta function. Where none or all are counted it is flat, and its middle will do.
    """
    if part == 0:
        return _scaled(-whole * np.logaddexp(0, CELLS))
    if part == whole:
        return _scaled(-whole * np.logaddexp(0, -CELLS))
    return _of_cells(betainc(part, whole - part, expit(EDGES)), betainc(whole - part, part, expit(-EDGES)))


def rate_likelihood(count: int, exposure: float) -> Floats:
    """Return how likely `count` in `exposure` is at each cell of the logarithm of the rate, up to a factor."""
    if count == 0:
        return _scaled(-exposure * np.exp(CELLS))
    below = gammainc(count, exposure * np.exp(EDGES))
    return _of_cells(below, 1 - below)


def _scaled(logarithms: Floats) -> Floats:
    found: Floats = np.exp(logarithms - logarithms.max())
    return found


def _of_cells(below: Floats, above: Floats) -> Floats:
    # Of two nearly equal numbers the small ones are subtracted: the tail is not rounded away.
    mass = np.where(below[1:] < SPLIT, np.diff(below), -np.diff(above))
    found: Floats = np.maximum(mass, 0) / mass.max()
    return found


@lru_cache(maxsize=1)
def _kernels() -> list[Floats]:
    """Return for each `tau` the share of sites in each cell around the typical one."""
    offsets = np.arange(-len(CELLS) + 1, len(CELLS)) * STEP
    found = [ndtr((offsets + STEP / 2) / tau) - ndtr((offsets - STEP / 2) / tau) for tau in TAUS]
    return [kernel / kernel.sum() for kernel in found]


def _spread_out(values: Floats, kernel: Floats) -> Floats:
    size = fft.next_fast_len(len(values) + len(kernel) - 1, real=True)
    folded = fft.irfft(fft.rfft(values, size) * fft.rfft(kernel, size), size)
    found: Floats = np.maximum(folded[len(values) - 1 : 2 * len(values) - 1], 0)
    return found


def _pooled(likelihoods: Sequence[Floats], prior: Floats, scale: np.ufunc) -> Pooled:
    weights = np.empty((len(TAUS), len(CELLS)))
    for row, (tau, kernel) in enumerate(zip(TAUS, _kernels(), strict=True)):
        weights[row] = prior - 0.5 * tau**2
        for one in likelihoods:
            weights[row] += np.log(np.maximum(_spread_out(one, kernel), 1e-300))
    weights = np.exp(weights - weights.max())
    weights /= weights.sum()
    following = sum(_spread_out(row, kernel) for row, kernel in zip(weights, _kernels(), strict=True))
    apart = float(weights[TAUS > SPLIT].sum())
    return Pooled(
        _estimate(weights.sum(axis=0), scale), _estimate(np.asarray(following), scale),
        "apart" if apart > SURE else "alike" if apart < 1 - SURE else "unknown", len(likelihoods),
    )  # fmt: skip


def _estimate(mass: Floats, scale: np.ufunc) -> Estimate:
    """Return median and tails of what lies in the cells, on the scale that is read."""
    reached = np.append(0.0, np.cumsum(mass) / mass.sum())
    low, middle, high = (float(scale(np.interp(tail, reached, EDGES))) for tail in (TAIL, 0.5, 1 - TAIL))
    return Estimate(middle, low, high)
