"""Compiled part of the cumulative sums: the chain's equations, too small for the threads of a numerical library."""

import numpy as np
import numpy.typing as npt

from .streams import compiled

Floats = npt.NDArray[np.float64]

CERTAIN = 1e-14  # a sum that leaves with less chance than this never does


@compiled
def mean_run(up: float, down: float, threshold: float, chances: Floats, states: int) -> float:
    """Return the mean steps until a sum from 0 reaches the threshold: a count x moves it by x up - down, not below 0.

    chances: of the counts 0, 1, ... up to one that reaches the threshold from anywhere. Solves L = 1 + M L for the
    chain M on states + 1 equally spaced sums. What falls between two is shared between them, so that small steps down
    do not drift.
    """
    width = threshold / states
    size = states + 1  # the last state stands for sums just below the threshold
    left = np.zeros((size, size))
    right = np.ones(size)
    leaves = 0.0
    for state in range(size):
        left[state, state] = 1.0
        stays = 0.0
        for count in range(len(chances)):
            after = max(state * width + count * up - down, 0.0)
            if after >= threshold:
                break
            lower = min(int(after / width), states - 1)
            share = after / width - lower
            left[state, lower] -= chances[count] * (1.0 - share)
            left[state, lower + 1] -= chances[count] * share
            stays += chances[count]
        leaves = max(leaves, 1.0 - stays)
    if leaves < CERTAIN:
        return float(np.inf)
    # Elimination without exchange of rows, safe as no row's chances exceed 1. A step down is short: few rows below.
    reach = int(down / width) + 2
    for pivot in range(size):
        for row in range(pivot + 1, min(size, pivot + reach + 1)):
            factor = left[row, pivot] / left[pivot, pivot]
            if factor != 0.0:
                for column in range(pivot, size):
                    left[row, column] -= factor * left[pivot, column]
                right[row] -= factor * right[pivot]
    for row in range(size - 1, -1, -1):
        known = right[row]
        for column in range(row + 1, size):
            known -= left[row, column] * right[column]
        right[row] = known / left[row, row]
    return float(right[0])
