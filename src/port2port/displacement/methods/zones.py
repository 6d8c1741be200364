"""Zones of a network: the places within some distance of each place.

The distance is whatever the caller measures: along waterways and roads for ports, straight lines for circles on a map.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .refusal import BadInput, Pair, check, real_array, refuse

HALF = 0.5


@dataclass(frozen=True)
class Zones:
    """Nested zones around each of S centres. Centre c has the positions first[c] to first[c + 1] - 1; the zone closed
    at position p holds member[first[c]] to member[p], and total[p] cases. A position where is_zone is false closes
    none: the next place is equally far, or the same zone was met before.
    """

    first: npt.NDArray[np.int64]  # (S + 1,)
    member: npt.NDArray[np.int32]  # (P,)
    radius: npt.NDArray[np.float64]  # (P,) distance of the member from the centre
    total: npt.NDArray[np.int64]  # (P,) cases of the members up to here
    is_zone: npt.NDArray[np.bool_]  # (P,)

    @property
    def count(self) -> int:
        """Return how many different zones there are."""
        return int(self.is_zone.sum())

    def centre_of(self, position: int) -> int:
        """Return the centre around which this position lies."""
        return int(np.searchsorted(self.first, position, side="right")) - 1

    def members_of(self, position: int) -> npt.NDArray[np.int32]:
        """Return the places of the zone closed at this position, nearest to its centre first."""
        return self.member[self.first[self.centre_of(position)] : position + 1]


def straight_distances(points: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the (S, S) straight-line distances between S points (x, y), in the unit of the coordinates."""
    xy = real_array(points, "coordinates", ndim=2)
    if xy.shape[1] != 2:  # noqa: PLR2004 - a plane has two axes
        raise BadInput([("coordinates", "two numbers per place are expected")])
    apart = xy[:, None, :] - xy[None, :, :]
    distances: npt.NDArray[np.float64] = np.sqrt((apart**2).sum(axis=2))
    return distances


def checked_distances(distances: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the (S, S) matrix as float64. Infinite means that there is no way; from a to b may differ from b to a.

    Raises BadInput for a matrix that is not square, a negative or undefined distance, or one from a place to itself.
    """
    matrix = np.asarray(distances, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:  # noqa: PLR2004 - a matrix
        raise BadInput([("distances", "a square matrix is expected")])
    problems: list[Pair] = []
    if np.isnan(matrix).any() or (matrix < 0).any():
        problems.append(("distances", "no distance may be negative or undefined"))
    if np.diagonal(matrix).any():
        problems.append(("distances", "the distance of a place from itself is 0"))
    refuse(problems)
    return matrix


def nested_zones(
    distances: npt.ArrayLike,
    cases: Sequence[int] | npt.NDArray[np.int64],
    *,
    max_radius: float | None = None,
    max_share: float | None = None,
) -> Zones:
    """Return, around each place, the zones of all places at most r away, for every r that adds a place.

    Args:
        distances: (S, S), from the centre (row) to the place (column).
        cases: (S,) cases at each place over the whole study.
        max_radius: the largest r, inclusive, in the unit of the distances; None: no limit.
        max_share: the largest share of all cases in a zone, up to 0.5; None: no limit.

    Places equally far from a centre enter together. Of equal zones around several centres the first is kept.
    Raises BadInput.
    """
    matrix = checked_distances(distances)
    totals = np.asarray(cases, dtype=np.int64)
    problems: list[Pair] = []
    if totals.shape != (len(matrix),):
        problems.append(("cases", "one number per place is expected"))
    if max_radius is not None:
        problems += check("max_radius", max_radius, least=0)
    if max_share is not None:
        problems += check("max_share", max_share, above=0, most=HALF)
    refuse(problems)
    reach = np.inf if max_radius is None else max_radius
    most = totals.sum() if max_share is None else max_share * totals.sum()
    # Two sums of random words per zone stand for its set of members: equal sets, equal sums.
    words = np.random.default_rng(0).integers(0, 2**63, size=(2, len(matrix)), dtype=np.uint64)
    first, members, radii, sums, closes, marks = [0], [], [], [], [], []
    for row in matrix:
        order = np.argsort(row, kind="stable")
        order = order[np.isfinite(row[order]) & (row[order] <= reach)]
        away, running = row[order], np.cumsum(totals[order])
        # Zones that grow past the limit are none; neither is one that ends in the middle of equally far places.
        keep = int(np.searchsorted(running, most, side="right"))
        tied = np.append(away[1:] == away[:-1], False)
        first.append(first[-1] + keep)
        members.append(order[:keep])
        radii.append(away[:keep])
        sums.append(running[:keep])
        closes.append(~tied[:keep])
        marks.append(np.cumsum(words[:, order[:keep]], axis=1, dtype=np.uint64))
    is_zone = np.concatenate(closes)
    is_zone &= _first_of_its_kind(np.concatenate(marks, axis=1), is_zone)
    return Zones(
        np.array(first, dtype=np.int64),
        np.concatenate(members).astype(np.int32),
        np.concatenate(radii),
        np.concatenate(sums),
        is_zone,
    )


def _first_of_its_kind(marks: npt.NDArray[np.uint64], is_zone: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return, for each column of marks (2, P), whether no earlier zone has the same."""
    order = np.lexsort((~is_zone, marks[1], marks[0]))  # stable: of equal zones the earlier first
    ordered = marks[:, order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[order[1:]] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
    return fresh
