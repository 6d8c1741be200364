"""The Knox test: do events that are near in space lie near in time more often than chance would have it?

Knox (1964), "The detection of space-time interactions", Applied Statistics 13:25. Pairs of events at most `distance`
and at most `days` apart, both limits inclusive, are counted; then the times are permuted over the events.

Times may be permuted within strata only (a category of event, a period with its own ways of reporting): what differs
between strata is then not taken for contagion. All pairs are counted, also those across strata.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .knox_counts import Events, Way, events_on_network, events_on_plane, pairs_in_time, permuted_counts
from .refusal import Pair, check, check_drawing, real_array, refuse


@dataclass(frozen=True)
class Knox:
    """Counts of pairs. `ratio` is None where none is expected. p is one-sided: as many pairs or more by chance."""

    observed_pairs: int
    expected: float
    ratio: float | None
    p: float
    space_pairs: int  # near in space, whenever
    time_pairs: int  # near in time, wherever
    permuted: tuple[int, ...]  # the count of each permutation


def knox(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    distance: float,
    days: float,
    permutations: int = 999,
    seed: int = 0,
    strata: npt.ArrayLike | None = None,
) -> Knox:
    """Return the Knox test of E events.

    Args:
        x, y: (E,) metres on a plane. distance: metres, inclusive.
        t: (E,) days, whole or not. days: inclusive.
        permutations: of the times; p = (1 + how many have as many pairs) / (1 + permutations).
        seed: the same seed gives the same answer, on any number of processors.
        strata: (E,) whole numbers; times are permuted among events with the same. None: among all.

    `expected` is space pairs x time pairs / all pairs, which is the mean over all permutations; with strata the mean of
    those drawn. Raises BadInput.
    """
    limit = np.array([_limit("distance", distance)])
    return _tested(events_on_plane(x, y, limit), t, days, permutations, seed, strata)


def knox_network(
    site: npt.ArrayLike,
    between: npt.ArrayLike,
    t: npt.ArrayLike,
    *,
    distance: float,
    days: float,
    permutations: int = 999,
    seed: int = 0,
    strata: npt.ArrayLike | None = None,
) -> Knox:
    """Return the Knox test of events at sites (E,) of a network with distances (S, S), in the unit of `distance`."""
    limit = np.array([_limit("distance", distance)])
    return _tested(events_on_network(site, between, limit), t, days, permutations, seed, strata)


def _limit(where: str, value: float) -> float:
    refuse(check(where, value, least=0) or ([(where, "must be finite")] if np.isinf(value) else []))
    return float(value)


def checked_times(
    events: Events, t: npt.ArrayLike, permutations: int, seed: int, strata: npt.ArrayLike | None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return times and strata (E,), after checking them and the numbers beside them. Raises BadInput."""
    times = real_array(t, "t")
    groups = np.zeros(len(times)) if strata is None else real_array(strata, "strata")
    problems: list[Pair] = check_drawing("permutations", permutations, seed, least=1)
    for where, values in (("t", times), ("strata", groups)):
        if len(values) != len(events.order):
            problems.append((where, f"{len(events.order)} values are expected, one per event"))
    if len(events.order) < 2:  # noqa: PLR2004 - a pair
        problems.append(("t", "at least two events are needed for a pair"))
    refuse(problems)
    return times, groups.astype(np.int64)


def _tested(
    events: Events,
    t: npt.ArrayLike,
    days: float,
    permutations: int,
    seed: int,
    strata: npt.ArrayLike | None,
    way: Way | None = None,
) -> Knox:
    limit = np.array([_limit("days", days)])
    times, groups = checked_times(events, t, permutations, seed, strata)
    counts = permuted_counts(events, times, limit, groups, int(permutations), int(seed), way)[:, 0, 0]
    observed, permuted = int(counts[0]), counts[1:]
    count = len(times)
    in_space, in_time = events.pairs_in(0), pairs_in_time(times, float(limit[0]))
    expected = in_space * in_time / (count * (count - 1) / 2) if strata is None else float(permuted.mean())
    return Knox(
        observed_pairs=observed,
        expected=expected,
        ratio=observed / expected if expected else None,
        p=float(1 + np.count_nonzero(permuted >= observed)) / (len(permuted) + 1),
        space_pairs=in_space,
        time_pairs=in_time,
        permuted=tuple(permuted.tolist()),
    )
