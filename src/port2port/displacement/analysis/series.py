"""Counts a month beside what was to be expected: each month forecast from the months before it alone.

The mean of up to three years before has a Gamma posterior (a half is added, as Jeffreys would); a count around it is
negative binomial with that spread and the spread seen from month to month. No season: a port has too few events.
"""

import math

import numpy as np
from scipy import stats

from port2port.displacement.analysis.categories import categories
from port2port.displacement.analysis.prepared import Prepared
from port2port.displacement.analysis.result import Series
from port2port.displacement.methods.periods import YEAR, Floats
from port2port.displacement.methods.ratios import dispersion_of

LOOK_BACK = 3 * YEAR
SHOWN = 5 * YEAR
TAIL = 0.025
FEWEST_EVENTS = 3  # in the months shown: else the chart is a line at zero


def all_series(data: Prepared) -> tuple[Series, ...]:
    """Return the series of the last five years of each port and category with at least three events in them."""
    return tuple(
        series(data, port, kind)
        for port in range(len(data.ports))
        for kind in range(len(data.categories))
        if data.counts[port, kind, -SHOWN:].sum() >= FEWEST_EVENTS
    )


def series(data: Prepared, port: int, kind: int) -> Series:
    """Return one series."""
    counts = data.counts[port, kind]
    first = max(0, data.months - SHOWN)
    bands = [forecast(counts[max(0, month - LOOK_BACK) : month]) for month in range(first, data.months)]
    depends = categories().by_code[data.categories[kind]].depends_on_detection
    unknown = np.flatnonzero(~np.isfinite(data.effort[port, first:])) if depends else np.zeros(0, dtype=np.int64)
    return Series(
        data.ports[port],
        data.categories[kind],
        data.month(first),
        tuple(int(n) for n in counts[first:]),
        tuple(b[0] if b else None for b in bands),
        tuple(b[1] if b else None for b in bands),
        tuple(b[2] if b else None for b in bands),
        tuple(int(m) for m in unknown),
    )


def forecast(before: Floats) -> tuple[float, float, float] | None:
    """Return mean, low and high of the next count; None with less than a year before it."""
    if len(before) < YEAR:
        return None
    mean = (float(before.sum()) + 0.5) / len(before)
    # Gamma(total + 1/2) around the mean adds 1 / (total + 1/2) to the squared coefficient of variation.
    alpha = dispersion_of([before]) + 1 / (float(before.sum()) + 0.5)
    low, high = stats.nbinom.ppf([TAIL, 1 - TAIL], 1 / alpha, 1 / (1 + alpha * mean))
    return mean, float(low), math.ceil(float(high))
