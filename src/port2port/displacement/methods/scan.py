"""The space-time permutation scan statistic: where and when there are more cases than the place and the day explain.

Kulldorff, Heffernan, Hartman, Assunção, Mostashari (2005), "A space-time permutation scan statistic for disease
outbreak detection", PLoS Medicine 2(3):e59. It needs cases only, no population: a port that always has many cases is
not a cluster, nor a week in which all ports had many.

Zones are those of `zones`, from any matrix of distances, so that a cluster can follow a waterway. What is found:
- the cylinder (zone and window of days) with the greatest log likelihood ratio, and then, in falling order, each one
  whose zone shares no location with a cluster already reported, whatever their windows ("no geographical overlap");
- of cylinders with equal ratios the one with fewer locations, then days, then the earlier centre in `locations`;
- p: the rank of the ratio among the greatest ratios of `replicas` data sets with the dates permuted, also for secondary
  clusters, which makes theirs conservative;
- recurrence (prospective only): how often chance alone would give such a cluster when one looks every `every_days`:
  every_days / p (Kleinman, Lazarus, Platt 2004, Am J Epidemiol 159:217; Kulldorff et al. 2005 for daily looks).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, expm1, log, pi, sqrt

import numpy as np
import numpy.typing as npt

from .refusal import BadInput, Pair, check, check_drawing, check_whole, refuse
from .scan_kernels import best_windows
from .scan_replicas import greatest_ratios
from .scan_study import WhyNone, study_of, why_none
from .streams import over_threads
from .zones import Zones, checked_distances, nested_zones, straight_distances

LEAST_FOR_GUMBEL = 2  # replicas
EULER = 0.5772156649015329


@dataclass(frozen=True)
class Cluster:
    """A zone and a window with more cases than expected. Days are those of the input, both ends within."""

    locations: tuple[str, ...]  # nearest to the centre first
    centre: str
    radius: float  # unit of the distances
    start: int
    end: int
    observed: int
    expected: float  # cases of the zone x cases of the window / all cases
    llr: float
    p: float | None  # None without replicas
    gumbel_p: float | None  # below 1 / (replicas + 1) it says more than p, on the assumption of its shape
    recurrence_days: float | None  # None when retrospective


@dataclass(frozen=True)
class Scan:
    """Clusters in falling order of their ratio; and what was looked through. `why_none` says why there are none."""

    clusters: tuple[Cluster, ...]
    cases: int
    first_day: int | None
    last_day: int | None
    zones: int
    greatest: tuple[float, ...]  # of each replica
    why_none: WhyNone


def log_likelihood_ratio(observed: int, expected: float, cases: int) -> float:
    """Return c ln(c / m) + (C - c) ln((C - c) / (C - m)) if c > m, else 0."""
    if observed <= expected:
        return 0.0
    outside = cases - observed
    return observed * log(observed / expected) + (outside * log(outside / (cases - expected)) if outside else 0.0)


def scan_circles(
    cases: Sequence[tuple[str, int, int]],
    coordinates: Mapping[str, Sequence[float]],
    *,
    max_days: int,
    max_radius: float | None = None,
    max_share: float | None = None,
    prospective: bool = True,
    replicas: int = 999,
    seed: int = 0,
    least_cases: int = 1,
) -> Scan:
    """Scan circles on a map; coordinates and radius are in one unit. See `scan`. Raises BadInput."""
    if not coordinates:
        raise BadInput([("coordinates", "at least one location is needed")])
    return scan(
        cases,
        tuple(coordinates),
        straight_distances([list(point) for point in coordinates.values()]),
        max_days=max_days,
        max_radius=max_radius,
        max_share=max_share,
        prospective=prospective,
        replicas=replicas,
        seed=seed,
        least_cases=least_cases,
    )


def scan(
    cases: Sequence[tuple[str, int, int]],
    locations: Sequence[str],
    distances: npt.ArrayLike,
    *,
    max_days: int,
    max_radius: float | None = None,
    max_share: float | None = None,
    prospective: bool = True,
    replicas: int = 999,
    seed: int = 0,
    least_cases: int = 1,
    first_day: int | None = None,
    last_day: int | None = None,
    every_days: float = 1.0,
    most_clusters: int | None = None,
) -> Scan:
    """Return the clusters of a study.

    Args:
        cases: rows (location, day, count); a count of 0 says that the day was looked at.
        locations: S names, in the order of the distances.
        distances: (S, S), for instance km along waterways and roads; infinite where there is no way.
        max_days: the longest window, in days.
        max_radius: the largest distance from the centre of a zone, inclusive. max_share: the largest share of all cases
            in a zone, at most 0.5. With neither, half the cases; with one, that one alone.
        prospective: only windows that end on the last day, so clusters still going on; else any window.
        replicas: permutations of the dates; 999 gives p down to 0.001. seed: the same seed gives the same answer.
        least_cases: fewer observed cases than this are no cluster (SaTScan: 2).
        first_day, last_day: the study; else from the first row to the last.
        every_days: how often one looks, for the recurrence.
        most_clusters: stop after so many.
    """
    if max_radius is None and max_share is None:
        max_share = 0.5
    names = tuple(str(name) for name in locations)
    matrix = checked_distances(distances)
    problems: list[Pair] = [] if len(names) == len(matrix) else [("locations", "one name per row of the distances")]
    problems += [] if len(set(names)) == len(names) else [("locations", "a name stands twice")]
    problems += check_whole("max_days", max_days, least=1) + check_drawing("replicas", replicas, seed, least=0)
    problems += check_whole("least_cases", least_cases, least=1)
    problems += check("every_days", every_days, above=0)
    refuse(problems)
    study = study_of(cases, names, first_day, last_day)
    table = np.zeros((len(names), study.days), dtype=np.int64)
    np.add.at(table, (study.place, study.day), 1)
    zones = nested_zones(matrix, table.sum(axis=1), max_radius=max_radius, max_share=max_share)
    longest = min(int(max_days), study.days)
    why = why_none(table)
    if why:
        return Scan((), study.cases, study.first_day, study.last_day, zones.count, (), why)
    ratio, found = _best(zones, table, longest, prospective, int(least_cases))
    picked = _without_overlap(zones, ratio, found, most_clusters)
    greatest = np.empty(0)
    if picked and replicas:
        greatest = greatest_ratios(study, zones, longest, prospective, int(least_cases), int(replicas), int(seed))
    every = float(every_days) if prospective else None
    expected = _expectation(zones, table, found)
    clusters = tuple(
        Cluster(
            locations=tuple(names[place] for place in zones.members_of(position)),
            centre=names[zones.centre_of(position)],
            radius=float(zones.radius[position]),
            start=study.first_day + int(found[position, 0]),
            end=study.first_day + int(found[position, 0] + found[position, 1]) - 1,
            observed=int(found[position, 2]),
            expected=float(expected[position]),
            llr=float(ratio[position]),
            **_chances(float(ratio[position]), greatest, every),
        )
        for position in picked
    )
    why = "" if clusters else "none_above_expected"
    told = tuple(float(value) for value in greatest)
    return Scan(clusters, study.cases, study.first_day, study.last_day, zones.count, told, why)


def _best(
    zones: Zones, table: npt.NDArray[np.int64], longest: int, alive: bool, least_cases: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return the best ratio of each zone (P,), and its window: first day, length, count (P, 3)."""
    before = np.zeros((table.shape[0], table.shape[1] + 1), dtype=np.int64)
    np.cumsum(table, axis=1, out=before[:, 1:])
    skipped = table.shape[1] - longest if alive else 0
    before = np.ascontiguousarray(before[:, skipped:])
    daily = before.sum(axis=0)
    ratio = np.zeros(len(zones.member))
    found = np.zeros((len(zones.member), 3), dtype=np.int64)

    def work(begin: int, end: int) -> None:
        best_windows(
            zones.first,
            zones.member,
            zones.is_zone,
            zones.total,
            daily,
            before,
            int(table.sum()),
            longest,
            alive,
            least_cases,
            begin,
            end,
            ratio,
            found,
        )

    over_threads(work, table.shape[0])
    found[:, 0] += skipped
    return ratio, found


def _without_overlap(
    zones: Zones, ratio: npt.NDArray[np.float64], found: npt.NDArray[np.int64], most: int | None
) -> list[int]:
    """Return positions of zones in falling order of ratio, each sharing no place with one before it."""
    places = len(zones.first) - 1
    centre = np.repeat(np.arange(places), np.diff(zones.first))
    depth = np.arange(len(ratio)) - zones.first[centre]
    # How deep a place lies in the list of each centre: zones are blocked from their first taken place onwards.
    depth_of = np.full((places, places), len(ratio), dtype=np.int64)
    depth_of[centre, zones.member] = depth
    reach = np.full(places, len(ratio), dtype=np.int64)
    candidates = np.flatnonzero(ratio > 0)
    order = candidates[np.lexsort((found[candidates, 1], depth[candidates], -ratio[candidates]))]
    picked: list[int] = []
    for position in order.tolist():
        if most is not None and len(picked) >= most:
            break
        if depth[position] < reach[centre[position]]:
            picked.append(position)
            reach = np.minimum(reach, depth_of[:, zones.members_of(position)].min(axis=1))
    return picked


def _expectation(zones: Zones, table: npt.NDArray[np.int64], found: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the expected cases of the window found in each zone."""
    before = np.append(0, np.cumsum(table.sum(axis=0)))
    windows = before[found[:, 0] + found[:, 1]] - before[found[:, 0]]
    expected: npt.NDArray[np.float64] = zones.total * windows / before[-1]
    return expected


def _chances(llr: float, greatest: npt.NDArray[np.float64], every_days: float | None) -> dict[str, float | None]:
    """Return p, the p of a Gumbel distribution fitted to the replicas by moments, and the recurrence.

    Gumbel: Abrams, Kulldorff, Kleinman (2010), Statistics in Medicine 29:2369.
    """
    if not len(greatest):
        return {"p": None, "gumbel_p": None, "recurrence_days": None}
    p = float(1 + np.count_nonzero(greatest >= llr)) / (len(greatest) + 1)
    gumbel = None
    if len(greatest) >= LEAST_FOR_GUMBEL and greatest.std(ddof=1) > 0:
        scale = float(greatest.std(ddof=1)) * sqrt(6) / pi
        gumbel = -expm1(-exp(-(llr - float(greatest.mean()) + EULER * scale) / scale))
    return {"p": p, "gumbel_p": gumbel, "recurrence_days": None if every_days is None else every_days / p}
