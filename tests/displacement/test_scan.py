"""The permutation scan against published values, and against a second way of computing it that shares no code."""

import math
from dataclasses import asdict, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from port2port.displacement.methods import scan_replicas, streams
from port2port.displacement.methods.refusal import BadInput
from port2port.displacement.methods.scan import Scan, log_likelihood_ratio, scan, scan_circles
from port2port.displacement.methods.zones import nested_zones, straight_distances

Row = tuple[str, int, int]
Found = tuple[float, frozenset[str], int, int, int, float]


def slow_ratio(c: int, m: float, total: int) -> float:
    """Return the ratio as Kulldorff's power form, by its logarithm, from the definition."""
    if c <= m:
        return 0.0
    rest = 0.0 if c == total else (total - c) * (math.log(total - c) - math.log(total - m))
    return c * (math.log(c) - math.log(m)) + rest


def every_cylinder(
    rows: list[Row], xy: dict[str, list[float]], radius: float, max_days: int, prospective: bool, least: int = 1
) -> list[Found]:
    """Return all cylinders with more than expected, best first, by looking at each case of each."""
    total = sum(n for _p, _d, n in rows)
    first, last = min(d for _p, d, _n in rows), max(d for _p, d, _n in rows)
    found = []
    for centre in xy:
        for edge in xy:
            reach = math.dist(xy[centre], xy[edge])
            if reach > radius:
                continue
            zone = frozenset(p for p in xy if math.dist(xy[centre], xy[p]) <= reach)
            in_zone = sum(n for p, _d, n in rows if p in zone)
            for end in [last] if prospective else range(first, last + 1):
                for start in range(max(first, end - max_days + 1), end + 1):
                    window = sum(n for _p, d, n in rows if start <= d <= end)
                    c = sum(n for p, d, n in rows if p in zone and start <= d <= end)
                    m = in_zone * window / total
                    if c > m and c >= least:
                        found.append((slow_ratio(c, m, total), zone, start, end, c, m))
    return sorted(found, key=lambda f: (-f[0], len(f[1]), f[3] - f[2]))


def greedy(found: list[Found]) -> list[Found]:
    """Return the best, and after it the best of what shares no place with those before."""
    kept: list[Found] = []
    for one in found:
        if not any(one[1] & other[1] for other in kept):
            kept.append(one)
    return kept


def some_rows(seed: int, places: int = 9, days: int = 20, cases: int = 90) -> tuple[list[Row], dict[str, list[float]]]:
    """Return cases over places of unequal size, with a burst at two neighbours in the last days."""
    random = np.random.default_rng(seed)
    xy = {f"p{n}": [float(v) for v in random.integers(0, 12, 2)] for n in range(places)}
    weights = random.dirichlet(np.ones(places))
    rows = [(f"p{random.choice(places, p=weights)}", int(random.integers(0, days)), 1) for _ in range(cases)]
    return [*rows, ("p0", days - 1, 4), ("p1", days - 2, 3)], xy


def same(result: Scan, expected: list[Found]) -> None:
    """Compare ratios always, and the cylinder where no other has the same ratio."""
    assert [c.llr for c in result.clusters] == pytest.approx([f[0] for f in expected], abs=1e-9)
    for cluster, (llr, zone, start, end, observed, wanted) in zip(result.clusters, expected, strict=True):
        assert slow_ratio(cluster.observed, cluster.expected, result.cases) == pytest.approx(llr, abs=1e-9)
        assert (len(cluster.locations), cluster.end - cluster.start) == (len(zone), end - start)
        assert (cluster.observed, cluster.expected) == (observed, pytest.approx(wanted, abs=1e-9))


def test_ratio_as_published() -> None:
    """New York leukaemia, 552 cases of 1,057,673 persons: the ratio of SaTScan, as tested in the R package smerc."""
    assert log_likelihood_ratio(85, 552 * 95249 / 1057673, 552) == pytest.approx(11.577255, abs=1e-6)
    assert log_likelihood_ratio(7, 7.0, 20) == 0
    assert log_likelihood_ratio(20, 5.0, 20) == pytest.approx(20 * math.log(4))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("prospective", [True, False])
def test_every_cluster_as_by_hand(seed: int, prospective: bool) -> None:
    rows, xy = some_rows(seed)
    result = scan_circles(rows, xy, max_radius=6, max_days=5, prospective=prospective, replicas=0)
    same(result, greedy(every_cylinder(rows, xy, 6, 5, prospective)))


@pytest.mark.parametrize("prospective", [True, False])
def test_plain_values_in_and_out(prospective: bool) -> None:
    """What the command line reads and prints: lists of location, day and count, and the fields of the clusters."""
    result = scan_circles(
        [["a", 1, 3], ["b", 1, 3], ["a", 9, 4], ["b", 8, 4]],
        {"a": [0, 0], "b": [9, 9]},
        max_radius=1,
        max_days=1,
        prospective=prospective,
        replicas=9,
        seed=1,
    )
    told = asdict(result.clusters[0])
    assert (told["locations"], told["start"], told["end"], told["observed"]) == (("a",), 9, 9, 4)
    assert told["expected"] == pytest.approx(7 * 4 / 14)
    assert told["llr"] == pytest.approx(4 * math.log(2) + 10 * math.log(10 / 12))
    assert {"p", "recurrence_days"} <= told.keys()


@pytest.mark.parametrize("prospective", [True, False])
def test_few_cases_are_no_cluster(prospective: bool) -> None:
    rows, xy = some_rows(3)
    result = scan_circles(rows, xy, max_radius=6, max_days=5, prospective=prospective, replicas=0, least_cases=3)
    same(result, greedy(every_cylinder(rows, xy, 6, 5, prospective, least=3)))
    assert all(c.observed >= 3 for c in result.clusters)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-3, 6), st.integers(0, 3)), min_size=1, max_size=12),
    st.booleans(),
    st.sampled_from([0.0, 1.0, 1.5, 9.0]),
    st.integers(1, 12),
)
def test_any_rows_as_by_hand(rows: list[Row], prospective: bool, radius: float, max_days: int) -> None:
    xy = {"a": [0.0, 0.0], "b": [1.0, 0.0], "c": [0.0, 1.0], "d": [5.0, 5.0]}
    result = scan_circles(rows, xy, max_radius=radius, max_days=max_days, prospective=prospective, replicas=0)
    if result.why_none in {"no_cases", "one_location", "one_day"}:
        assert result.clusters == ()
        return
    expected = greedy(every_cylinder(rows, xy, radius, max_days, prospective))
    # Equal ratios may be picked in another order, and then block others: the first is always the same.
    assert [c.llr for c in result.clusters[:1]] == pytest.approx([f[0] for f in expected[:1]], abs=1e-9)
    taken: set[str] = set()
    for cluster in result.clusters:
        assert not taken & set(cluster.locations)
        taken |= set(cluster.locations)
    assert all(a.llr >= b.llr for a, b in pairwise(result.clusters))


@pytest.mark.parametrize("prospective", [True, False])
def test_maxima_of_replicas_do_not_depend_on_the_floor(prospective: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, xy = some_rows(5, places=12, days=40, cases=300)
    asked = {"max_days": 9, "prospective": prospective, "replicas": 60, "seed": 11}
    quick = scan_circles(rows, xy, **asked)
    monkeypatch.setattr(scan_replicas, "PILOT_FLOOR", 0.0)
    monkeypatch.setattr(scan_replicas, "FLOOR", 0.0)
    monkeypatch.setattr(scan_replicas, "MOST_ROWS", 3)
    monkeypatch.setattr(streams, "threads", lambda: 1)
    assert scan_circles(rows, xy, **asked) == quick
    assert len(set(quick.greatest)) > 20


@pytest.mark.parametrize("prospective", [True, False])
def test_maxima_are_those_of_permuted_dates(prospective: bool) -> None:
    """The mean of the maxima agrees with that of data sets permuted by NumPy and looked through by hand."""
    rows, xy = some_rows(8, places=4, days=10, cases=40)
    result = scan_circles(rows, xy, max_radius=4, max_days=3, prospective=prospective, replicas=4000, seed=3)
    single = [(p, d) for p, d, n in rows for _ in range(n)]
    random = np.random.default_rng(1)
    by_hand = []
    for _ in range(150):
        dates = random.permutation([d for _p, d in single])
        permuted = [(p, int(d), 1) for (p, _d), d in zip(single, dates, strict=True)]
        by_hand.append(every_cylinder(permuted, xy, 4, 3, prospective)[0][0])
    error = np.std(by_hand, ddof=1) / math.sqrt(len(by_hand))
    assert abs(np.mean(result.greatest) - np.mean(by_hand)) < 4 * error


def test_p_and_recurrence() -> None:
    rows, xy = some_rows(1)
    result = scan_circles(rows, xy, max_radius=6, max_days=5, replicas=199, seed=4)
    for cluster in result.clusters:
        rank = 1 + sum(value >= cluster.llr for value in result.greatest)
        assert cluster.p == rank / 200
        assert cluster.recurrence_days == pytest.approx(200 / rank)
        assert cluster.gumbel_p is not None and 0 <= cluster.gumbel_p <= 1
    assert result.clusters[0].p is not None and result.clusters[0].p < 0.05
    names, matrix = tuple(xy), straight_distances(list(xy.values()))
    weekly = scan(rows, names, matrix, max_radius=6, max_days=5, replicas=199, seed=4, every_days=7)
    assert weekly.clusters[0].recurrence_days == pytest.approx(7 * (result.clusters[0].recurrence_days or 0))
    later = scan_circles(rows, xy, max_radius=6, max_days=5, replicas=9, seed=4, prospective=False)
    assert {c.recurrence_days for c in later.clusters} == {None}


def test_p_is_uniform_without_clusters() -> None:
    """Of data sets without any cluster about a tenth have p up to 0.1."""
    low = 0
    for seed in range(150):
        random = np.random.default_rng(seed)
        rows = [(f"p{random.integers(8)}", int(random.integers(30)), 1) for _ in range(150)]
        xy = {f"p{n}": [float(n % 3), float(n // 3)] for n in range(8)}
        result = scan_circles(rows, xy, max_days=7, replicas=99, seed=seed)
        low += bool(result.clusters and (result.clusters[0].p or 1) <= 0.1)
    assert 5 <= low <= 27  # 15 expected, three and a third standard deviations


def test_waterway_distance_makes_other_zones_than_the_map() -> None:
    """Two quays on opposite banks are near on the map and far by water."""
    rows = [("a", d, 1) for d in range(20)] + [("b", d, 1) for d in range(20)] + [("c", d, 1) for d in range(20)]
    rows += [("a", 19, 5), ("c", 19, 5)]
    by_water = np.array([[0, 40, 3], [40, 0, 43], [3, 43, 0]])
    result = scan(rows, ("a", "b", "c"), by_water, max_radius=5, max_days=2, replicas=99)
    assert set(result.clusters[0].locations) == {"a", "c"}
    assert result.clusters[0].radius == 3
    unreachable = np.array([[0, np.inf, np.inf], [np.inf, 0, np.inf], [np.inf, np.inf, 0]])
    assert scan(rows, ("a", "b", "c"), unreachable, max_days=2, replicas=0, max_share=0.5).zones == 3


def test_zones_are_nested_different_and_limited() -> None:
    points = [[0, 0], [1, 0], [2, 0], [3, 0], [9, 9]]
    zones = nested_zones(straight_distances(points), [5, 5, 5, 5, 5])
    sets = [frozenset(zones.members_of(p).tolist()) for p in np.flatnonzero(zones.is_zone)]
    assert len(sets) == len(set(sets)) == zones.count
    # 1 and its two neighbours at the same distance enter together.
    assert frozenset({0, 1, 2}) in sets and frozenset({0, 1}) in sets and frozenset({1, 0, 3}) not in sets
    half = nested_zones(straight_distances(points), [5, 5, 5, 5, 5], max_share=0.5)
    assert max(half.total[half.is_zone]) == 10
    near = nested_zones(straight_distances(points), [1, 1, 1, 1, 1], max_radius=1)
    assert max(near.radius[near.is_zone]) == 1


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "no_cases"),
        ([("a", 3, 0)], "no_cases"),
        ([("a", 1, 2), ("a", 5, 1)], "one_location"),
        ([("a", 1, 2), ("b", 1, 9), ("c", 4, 0)], "one_day"),
        ([("a", 1, 1), ("b", 1, 1), ("a", 2, 1), ("b", 2, 1)], "none_above_expected"),
    ],
)
@pytest.mark.parametrize("prospective", [True, False])
def test_what_cannot_be_told(rows: list[Row], why: str, prospective: bool) -> None:
    xy = {"a": [0.0, 0.0], "b": [1.0, 0.0], "c": [2.0, 0.0]}
    result = scan_circles(rows, xy, max_days=3, prospective=prospective, replicas=9, max_radius=5)
    assert (result.clusters, result.why_none) == ((), why)


def test_days_without_cases_and_windows_longer_than_the_study() -> None:
    rows = [("a", 0, 3), ("b", 0, 3), ("a", 40, 3), ("b", 41, 0)]
    xy = {"a": [0.0, 0.0], "b": [1.0, 0.0]}
    for prospective in (True, False):
        result = scan_circles(rows, xy, max_days=1000, max_radius=0, prospective=prospective, replicas=19)
        assert (result.clusters[0].locations, result.clusters[0].observed) == (("a",), 3)
        assert (result.first_day, result.last_day) == (0, 41)
    assert replace(result, clusters=()).cases == 9


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"cases": [("z", 1, 1)]}, "cases"),
        ({"cases": [("a", 1, -1)]}, "cases: count"),
        ({"cases": [("a", 1.5, 1)]}, "cases: day"),
        ({"cases": [("a", float("nan"), 1)]}, "cases: day"),
        ({"cases": [("a", 1)]}, "cases"),
        ({"cases": [("a", 0, 1), ("a", 10**7, 1)]}, "cases: day"),
        ({"cases": [5]}, "cases"),
        ({"cases": [("a", 1, 10**9)]}, "cases: count"),
        ({"max_days": 0}, "max_days"),
        ({"max_days": 1.5}, "max_days"),
        ({"replicas": 10**9}, "replicas"),
        ({"seed": 2**64}, "seed"),
        ({"max_radius": -1}, "max_radius"),
        ({"max_share": 0.6}, "max_share"),
        ({"replicas": -1}, "replicas"),
        ({"seed": -1}, "seed"),
        ({"least_cases": 0}, "least_cases"),
        ({"coordinates": {"a": [0.0]}}, "coordinates"),
        ({"coordinates": {"a": [0.0, float("inf")]}}, "coordinates"),
        ({"coordinates": {}}, "coordinates"),
    ],
)
def test_bad_input_says_where(changes: dict[str, object], where: str) -> None:
    asked: dict[str, object] = {
        "cases": [("a", 1, 1)],
        "coordinates": {"a": [0.0, 0.0], "b": [1.0, 0.0]},
        "max_days": 3,
    }
    asked |= changes
    with pytest.raises(BadInput) as told:
        scan_circles(asked.pop("cases"), asked.pop("coordinates"), **asked)
    assert where in [one.where for one in told.value.problems]


@pytest.mark.parametrize("matrix", [[[0, 1]], [[0, -1], [1, 0]], [[1, 1], [1, 0]], [[0, float("nan")], [1, 0]], []])
def test_bad_distances(matrix: list[list[float]]) -> None:
    with pytest.raises(BadInput):
        scan([("a", 1, 1)], ("a", "b"), matrix, max_days=3)


@pytest.mark.parametrize("prospective", [True, False])
def test_more_cases_than_a_narrow_count_holds(prospective: bool) -> None:
    """Counts of over 32,767 are compared in wider numbers: the maxima stay those of chance, about chi-squared / 2."""
    rows = [(place, day, 12_000) for place in "ab" for day in range(4)] + [("a", 3, 3000)]
    xy = {"a": [0.0, 0.0], "b": [1.0, 0.0]}
    result = scan_circles(rows, xy, max_radius=0, max_days=2, prospective=prospective, replicas=99)
    assert result.clusters[0].llr == pytest.approx(every_cylinder(rows, xy, 0, 2, prospective)[0][0], abs=1e-6)
    assert result.clusters[0].p == 0.01
    assert 0.1 < np.median(result.greatest) < 4
