"""What one count or share tells: the estimate and an interval of 95 %. Pure functions on plain numbers."""

from dataclasses import dataclass
from typing import Literal

Spread = Literal["alike", "apart", "unknown"]

LEVEL = 0.95
TAIL = (1 - LEVEL) / 2
JEFFREYS = 0.5  # both parameters of the prior, Beta(1/2, 1/2)


@dataclass(frozen=True)
class Estimate:
    """A value with the interval that holds 95 of 100."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Pooled:
    """What sites tell together.

    `typical`: the site in the middle; `next_site`: where 95 of 100 further sites lie; `spread`: whether sites do alike,
    differ, or too little is known of that; `sites`: on how many it rests.
    """

    typical: Estimate
    next_site: Estimate
    spread: Spread
    sites: int


def share(part: int, whole: int) -> Estimate | None:
    """Return the share `part` of `whole` with Jeffreys' interval; None of nothing.

    The tails of Beta(part + 1/2, whole - part + 1/2); the end is 0 at none of them, and 1 at all. Source: Brown, Cai,
    DasGupta, "Interval Estimation for a Binomial Proportion", Statistical Science 16 (2001), 101-133, section 4.3.

    Raises ValueError when the part is no part.
    """
    from scipy.special import betaincinv  # heavy

    if not 0 <= part <= whole:
        raise ValueError("the part is none of the whole")
    if whole == 0:
        return None
    a, b = part + JEFFREYS, whole - part + JEFFREYS
    low = 0.0 if part == 0 else float(betaincinv(a, b, TAIL))
    high = 1.0 if part == whole else float(betaincinv(a, b, 1 - TAIL))
    return Estimate(part / whole, low, high)


def rate(count: int, exposure: float) -> Estimate | None:
    """Return the events for each unit of exposure with the exact Poisson interval; None without exposure.

    Half the quantiles of chi-squared with 2 count and 2 count + 2 degrees of freedom, which are those of the gamma
    distribution with count and count + 1. Source: Garwood, "Fiducial Limits
    for the Poisson Distribution", Biometrika 28 (1936), 437-442.

    Raises ValueError for a negative count or exposure.
    """
    from scipy.special import gammaincinv  # heavy

    if count < 0 or exposure < 0:
        raise ValueError("neither counts nor hours are negative")
    if exposure == 0:
        return None
    low = 0.0 if count == 0 else float(gammaincinv(count, TAIL))
    high = float(gammaincinv(count + 1, 1 - TAIL))
    return Estimate(count / exposure, low / exposure, high / exposure)
