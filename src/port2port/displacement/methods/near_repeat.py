"""Near repeats: how far and how long after an event another is more likely, from a table of bands.

The table counts pairs of events by band of distance and of days (Ratcliffe and Rengert 2008, Security Journal 21:58).
A table has many cells, and some look unusual by chance: each cell's p is adjusted for all of them by the greatest
standardised excess of any cell in the same permutation (Westfall and Young 1993, single step; it holds however the
cells depend on each other).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .knox import checked_times
from .knox_counts import Events, events_on_network, events_on_plane, permuted_counts
from .refusal import BadInput, Pair, check, real_array, refuse


@dataclass(frozen=True)
class Cell:
    """Pairs above `above` and up to `to`: for the first bands also those at 0."""

    distance_above: float
    distance_to: float
    days_above: float
    days_to: float
    observed: int
    expected: float  # mean of the permutations
    ratio: float | None  # None where none is expected
    p: float
    p_adjusted: float  # for the number of cells


@dataclass(frozen=True)
class NearRepeat:
    """The cells, nearest band of distance first; and how long and how far to be vigilant after an event.

    The window and the radius are the greatest block of cells from nothing up to them that all have p_adjusted up to
    `alpha`; of equal blocks the longer. None: the data do not show any.
    """

    cells: tuple[Cell, ...]
    vigilance_days: float | None
    vigilance_radius: float | None
    alpha: float


def near_repeat(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    distances: Sequence[float],
    days: Sequence[float],
    permutations: int = 999,
    seed: int = 0,
    strata: npt.ArrayLike | None = None,
    alpha: float = 0.05,
) -> NearRepeat:
    """Return the table for events (E,) at x, y (metres) and t (days).

    Args:
        distances: outer limits of the bands in metres, ascending, inclusive. days: the same in days.
        permutations, seed, strata: as in `knox`. alpha: of the adjusted p, for the window of vigilance.
    """
    limits = _ascending("distances", distances)
    return _table(events_on_plane(x, y, limits), t, limits, days, permutations, seed, strata, alpha)


def near_repeat_network(
    site: npt.ArrayLike,
    between: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    distances: Sequence[float],
    days: Sequence[float],
    permutations: int = 999,
    seed: int = 0,
    strata: npt.ArrayLike | None = None,
    alpha: float = 0.05,
) -> NearRepeat:
    """Return the table for events at sites (E,) of a network with distances (S, S), in the unit of `distances`."""
    limits = _ascending("distances", distances)
    return _table(events_on_network(site, between, limits), t, limits, days, permutations, seed, strata, alpha)


def _ascending(where: str, limits: Sequence[float]) -> npt.NDArray[np.float64]:
    array = real_array(limits, where)
    if not len(array) or array[0] < 0 or (np.diff(array) <= 0).any():
        raise BadInput([(where, "limits of bands ascend, and none is negative")])
    return array


def _table(
    events: Events,
    t: npt.ArrayLike,
    distances: npt.NDArray[np.float64],
    days: Sequence[float],
    permutations: int,
    seed: int,
    strata: npt.ArrayLike | None,
    alpha: float,
) -> NearRepeat:
    limits = _ascending("days", days)
    problems: list[Pair] = check("alpha", alpha, above=0)
    refuse(problems)
    times, groups = checked_times(events, t, permutations, seed, strata)
    within = permuted_counts(events, times, limits, groups, int(permutations), int(seed))
    counts = np.diff(within, axis=2, prepend=0)  # (R + 1, K, M) by band of days
    p, adjusted = _chances(counts)
    expected = counts[1:].mean(axis=0)
    starts, begins = np.append(0, distances[:-1]), np.append(0, limits[:-1])
    cells = tuple(
        Cell(
            distance_above=float(starts[far]),
            distance_to=float(distances[far]),
            days_above=float(begins[long]),
            days_to=float(limits[long]),
            observed=int(counts[0, far, long]),
            expected=float(expected[far, long]),
            ratio=float(counts[0, far, long] / expected[far, long]) if expected[far, long] else None,
            p=float(p[far, long]),
            p_adjusted=float(adjusted[far, long]),
        )
        for far in range(len(distances))
        for long in range(len(limits))
    )
    block = _greatest_block(adjusted <= alpha)
    if block is None:
        return NearRepeat(cells, None, None, alpha)
    return NearRepeat(cells, float(limits[block[1]]), float(distances[block[0]]), alpha)


def _chances(counts: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return p and adjusted p of each cell (K, M), from counts (R + 1, K, M) with the observed first."""
    spread = counts.std(axis=0)
    excess = (counts - counts.mean(axis=0)) / np.where(spread > 0, spread, 1)
    greatest = excess.max(axis=(1, 2))
    # The observed counts are one of the permutations, so no p is 0.
    p = (counts >= counts[0]).mean(axis=0)
    adjusted = (greatest[:, None, None] >= excess[0] - np.finfo(np.float64).eps).mean(axis=0)
    return p, adjusted


def _greatest_block(shown: npt.NDArray[np.bool_]) -> tuple[int, int] | None:
    """Return the last row and column of the greatest block from the first cell in which every cell is shown."""
    whole = np.logical_and.accumulate(np.logical_and.accumulate(shown, axis=0), axis=1)
    size = np.where(whole, np.outer(np.arange(1, whole.shape[0] + 1), np.arange(1, whole.shape[1] + 1)), 0)
    if not size.any():
        return None
    rows, columns = np.nonzero(size == size.max())
    best = int(np.argmax(columns))
    return int(rows[best]), int(columns[best])
