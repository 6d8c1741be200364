"""Events near in space and in time: which are neighbours, and the counts of pairs under permuted times."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .knox_kernels import list_pairs, pairs_per_site, permuted_by_pairs, permuted_by_sites, spread_pairs
from .refusal import BadInput, Pair, real_array, refuse
from .streams import over_threads

MOST_PAIRS = 20_000_000  # of neighbouring events or sites in a list: 160 MB
# What one step costs beside comparing the times of one listed pair; measured, they need not be exact.
COST_OF_DAY = 0.5
COST_OF_LOOKUP = 2.0

Way = Literal["pairs", "sites"]


@dataclass(frozen=True)
class Events:
    """E events on S sites, numbered site by site; and the pairs of sites that are near, by band of distance."""

    order: npt.NDArray[np.int64]  # (E,) which event of the input each one is
    first: npt.NDArray[np.int64]  # (S + 1,) events of each site
    one: npt.NDArray[np.int32]  # (P,) the earlier site of a pair
    two: npt.NDArray[np.int32]  # (P,) the later
    band: npt.NDArray[np.int32]  # (P,) the first distance that the pair is within
    bands: int

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Return how many events each site has (S,)."""
        return np.diff(self.first)

    def pairs_in(self, band: int) -> int:
        """Return how many pairs of events are in the band; events of one site are in the first."""
        sizes, here = self.sizes, self.band == band
        alone = int((sizes * (sizes - 1) // 2).sum()) if band == 0 else 0
        return alone + int((sizes[self.one[here]] * sizes[self.two[here]]).sum())


def events_on_plane(x: npt.ArrayLike, y: npt.ArrayLike, distances: npt.NDArray[np.float64]) -> Events:
    """Return events at x, y (E,); distances (K,) ascending are the outer limits of the bands, inclusive."""
    points = np.stack([real_array(x, "x"), real_array(y, "y")]) if np.shape(x) == np.shape(y) else None
    if points is None:
        raise BadInput([("y", "as many values as x are expected")])
    sites, which = np.unique(points, axis=1, return_inverse=True)
    across, along = np.ascontiguousarray(sites[0]), np.ascontiguousarray(sites[1])
    found = int(pairs_per_site(across, along, distances[-1]).sum())
    _refuse_many(found)
    one, two, band = (np.empty(found, dtype=np.int32) for _ in range(3))
    list_pairs(across, along, distances, one, two, band)
    return _numbered(which.ravel(), len(across), one, two, band, len(distances))


def events_on_network(site: npt.ArrayLike, between: npt.ArrayLike, distances: npt.NDArray[np.float64]) -> Events:
    """Return events at sites (E,), whole numbers below S, with the distances (S, S) between sites; infinite: no way."""
    matrix = np.asarray(between, dtype=np.float64)
    where = real_array(site, "site").astype(np.int64)
    problems: list[Pair] = []
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:  # noqa: PLR2004 - a matrix
        raise BadInput([("between", "a square matrix is expected")])
    if np.isnan(matrix).any() or (matrix < 0).any() or np.diagonal(matrix).any() or (matrix != matrix.T).any():
        problems.append(("between", "distances are not negative, the same both ways, and 0 from a site to itself"))
    if len(where) and (where.min() < 0 or where.max() >= len(matrix)):
        problems.append(("site", f"numbers from 0 to {len(matrix) - 1} are expected"))
    refuse(problems)
    one, two = np.nonzero(np.triu(matrix <= distances[-1], k=1))
    _refuse_many(len(one))
    band = np.searchsorted(distances, matrix[one, two], side="left")
    return _numbered(
        where, len(matrix), one.astype(np.int32), two.astype(np.int32), band.astype(np.int32), len(distances)
    )


def _refuse_many(pairs: int) -> None:
    if pairs > MOST_PAIRS:
        raise BadInput([("distance", f"{pairs} pairs of neighbours are too many; take a smaller distance")])


def _numbered(
    which: npt.NDArray[np.int64],
    sites: int,
    one: npt.NDArray[np.int32],
    two: npt.NDArray[np.int32],
    band: npt.NDArray[np.int32],
    bands: int,
) -> Events:
    first = np.append(0, np.cumsum(np.bincount(which, minlength=sites)))
    return Events(np.argsort(which, kind="stable"), first, one, two, band, bands)


def pairs_in_time(t: npt.NDArray[np.float64], limit: float) -> int:
    """Return how many pairs of times are at most `limit` apart."""
    ordered = np.sort(t)
    _low, high = _ranks_within(ordered, limit)
    return int((high - np.arange(len(ordered))).sum())


def permuted_counts(
    events: Events,
    t: npt.NDArray[np.float64],
    days: npt.NDArray[np.float64],
    strata: npt.NDArray[np.int64],
    permutations: int,
    seed: int,
    way: Way | None = None,
) -> npt.NDArray[np.int64]:
    """Return pairs in each band of distance and within each of M days (permutations + 1, K, M); row 0: observed.

    Times are permuted among the events of one stratum (E,). `way` is chosen by its cost; the counts are the same.
    """
    out = np.zeros((permutations + 1, events.bands, len(days)), dtype=np.int64)
    for band in range(events.bands):
        if not events.pairs_in(band):
            continue
        chosen = way or _cheaper(events, t, band)
        count = _by_pairs if chosen == "pairs" else _by_sites
        out[:, band, :] = count(events, t, days, strata, permutations, seed, band)
    return out


def _looks(events: Events, band: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return pairs of sites (holding, asking): the one with fewer events asks, and a site asks itself."""
    here = events.band == band
    one, two, sizes = events.one[here].astype(np.int64), events.two[here].astype(np.int64), events.sizes
    more = sizes[one] >= sizes[two]
    alone = np.flatnonzero(sizes > 1) if band == 0 else np.empty(0, dtype=np.int64)
    return np.append(np.where(more, one, two), alone), np.append(np.where(more, two, one), alone)


def _cheaper(events: Events, t: npt.NDArray[np.float64], band: int) -> Way:
    holding, asking = _looks(events, band)
    by_sites = COST_OF_DAY * len(np.unique(holding)) * len(np.unique(t)) + COST_OF_LOOKUP * events.sizes[asking].sum()
    pairs = events.pairs_in(band)
    return "pairs" if pairs <= min(by_sites, MOST_PAIRS) else "sites"


def _strata_of(events: Events, strata: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return the bounds of the strata (G + 1,), and the event in each slot when they stand stratum by stratum (E,)."""
    mine = strata[events.order]
    _names, sizes = np.unique(mine, return_counts=True)
    return np.append(0, np.cumsum(sizes)), np.argsort(mine, kind="stable").astype(np.int32)


def _rows(sites: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """Return where the entries of each site begin (count + 1,), when they stand site by site."""
    return np.append(0, np.cumsum(np.bincount(sites, minlength=count)))


def _by_pairs(
    events: Events,
    t: npt.NDArray[np.float64],
    days: npt.NDArray[np.float64],
    strata: npt.NDArray[np.int64],
    permutations: int,
    seed: int,
    band: int,
) -> npt.NDArray[np.int64]:
    here = events.band == band
    one, two = events.one[here], events.two[here]
    order = np.argsort(one, kind="stable")
    early, late = (np.empty(events.pairs_in(band), dtype=np.int32) for _ in range(2))
    spread_pairs(events.first, _rows(one, len(events.first) - 1), two[order], band == 0, early, late)
    bounds, slot = _strata_of(events, strata)
    times = (t - t.min())[events.order][slot]
    whole = (t == np.floor(t)).all() and times.max() < np.iinfo(np.int32).max
    kept = times.astype(np.int32) if whole else t[events.order][slot]
    limits = np.minimum(np.floor(days), np.iinfo(np.int32).max) if whole else days
    out = np.empty((permutations + 1, len(days)), dtype=np.int64)

    def work(begin: int, end: int) -> None:
        permuted_by_pairs(kept, bounds, slot, early, late, limits, seed, -1, begin, end, out)

    over_threads(work, permutations + 1)
    return out


def _by_sites(
    events: Events,
    t: npt.NDArray[np.float64],
    days: npt.NDArray[np.float64],
    strata: npt.NDArray[np.int64],
    permutations: int,
    seed: int,
    band: int,
) -> npt.NDArray[np.int64]:
    holding, asking = _looks(events, band)
    order = np.argsort(holding, kind="stable")
    look_first = _rows(holding, len(events.first) - 1)
    distinct, ranks = np.unique(t, return_inverse=True)
    within = [_ranks_within(distinct, limit) for limit in days]
    low = np.stack([one for one, _two in within]).astype(np.int32)
    high = np.stack([two for _one, two in within]).astype(np.int32)
    bounds, slot = _strata_of(events, strata)
    kept = ranks.ravel()[events.order][slot].astype(np.int32)
    looks = asking[order].astype(np.int32)
    out = np.empty((permutations + 1, len(days)), dtype=np.int64)

    def work(begin: int, end: int) -> None:
        permuted_by_sites(kept, bounds, slot, events.first, look_first, looks, low, high, seed, -1, begin, end, out)

    over_threads(work, permutations + 1)
    return out


def _ranks_within(
    ordered: npt.NDArray[np.float64], limit: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the first and last rank at most `limit` from each, by the difference itself and not by a rounded sum."""
    last = len(ordered) - 1
    high = np.searchsorted(ordered, ordered + limit, side="right") - 1
    low = np.searchsorted(ordered, ordered - limit, side="left")
    for _once in range(2):  # rounding moves a limit past at most one value, on either side
        high = np.where(ordered[high] - ordered > limit, high - 1, high)
        further = np.minimum(high + 1, last)
        high = np.where(ordered[further] - ordered <= limit, further, high)
        low = np.where(ordered - ordered[low] > limit, low + 1, low)
        nearer = np.maximum(low - 1, 0)
        low = np.where(ordered - ordered[nearer] <= limit, nearer, low)
    return low, high
