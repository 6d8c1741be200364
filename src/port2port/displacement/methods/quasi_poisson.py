"""Regression of counts with a variance proportional to their mean: log link, weights, dispersion by Pearson.

McCullagh and Nelder (1989), Generalized Linear Models, chapters 4 and 9; what R's glm(family = quasipoisson) does.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

CONVERGED = 1e-10  # of the deviance, relative; R stops at 1e-8
MOST_STEPS = 50
START = 0.1  # added to the counts for the first mean, as in R

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """A fitted model of n counts with k coefficients."""

    coefficients: Floats  # (k,) on the scale of the logarithm
    means: Floats  # (n,)
    unscaled: Floats  # (k, k) their covariance divided by the dispersion
    leverage: Floats  # (n,)
    dispersion: float  # Pearson's statistic over its degrees of freedom, as it comes
    freedom: int
    converged: bool


def fit(design: Floats, counts: Floats, weights: Floats) -> Fit:
    """Fit design (n, k) to counts (n,) with prior weights (n,) by iteratively reweighted least squares; n > k.

    Not all counts may be 0: there is no finite coefficient then.
    """
    linear: Floats = np.log(counts + START)
    means: Floats = np.exp(linear)
    before = np.inf
    coefficients: Floats = np.zeros(design.shape[1])
    converged = False
    for _step in range(MOST_STEPS):
        root = np.sqrt(weights * means)
        working = linear + (counts - means) / means
        coefficients = np.asarray(np.linalg.lstsq(design * root[:, None], working * root)[0], dtype=np.float64)
        linear = np.clip(design @ coefficients, -30, 30)
        means = np.exp(linear)
        deviance = _deviance(counts, means, weights)
        converged = abs(deviance - before) < CONVERGED * (abs(deviance) + START)
        if converged:
            break
        before = deviance
    weighted = design * np.sqrt(weights * means)[:, None]
    unscaled: Floats = np.asarray(np.linalg.pinv(weighted.T @ weighted), dtype=np.float64)
    freedom = len(counts) - design.shape[1]
    pearson = float((weights * (counts - means) ** 2 / means).sum())
    leverage: Floats = np.einsum("ij,jk,ik->i", weighted, unscaled, weighted)
    return Fit(coefficients, means, unscaled, leverage, pearson / freedom, freedom, converged)


def _deviance(counts: Floats, means: Floats, weights: Floats) -> float:
    logs = np.log(np.where(counts > 0, counts, means) / means)
    return float(2 * (weights * (counts * logs - (counts - means))).sum())
