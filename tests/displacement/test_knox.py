"""The Knox test against published values, against pointpats, and against counting by hand."""

import math
from contextlib import closing
from itertools import combinations

import libpysal
import numpy as np
import numpy.typing as npt
import pointpats
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from port2port.displacement.methods import knox as module
from port2port.displacement.methods import streams
from port2port.displacement.methods.knox import knox, knox_network
from port2port.displacement.methods.knox_counts import events_on_plane, pairs_in_time, permuted_counts
from port2port.displacement.methods.near_repeat import near_repeat, near_repeat_network
from port2port.displacement.methods.refusal import BadInput

Floats = npt.NDArray[np.float64]


def some_events(seed: int, count: int = 120, sites: int | None = None) -> tuple[Floats, Floats, Floats]:
    """Return events on a square of 1,000 m over 60 days; on so many sites, or each on its own."""
    random = np.random.default_rng(seed)
    xy = random.uniform(0, 1000, (2, sites or count)).round()
    which = random.integers(0, sites, count) if sites else np.arange(count)
    return xy[0, which], xy[1, which], random.integers(0, 60, count).astype(np.float64)


def by_hand(x: Floats, y: Floats, t: Floats, distance: float, days: float) -> tuple[int, int, int]:
    """Return pairs near in both, in space, in time."""
    both = space = time = 0
    for a, b in combinations(range(len(t)), 2):
        near = (x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2 <= distance**2
        soon = abs(t[a] - t[b]) <= days
        both, space, time = both + (near and soon), space + near, time + soon
    return both, space, time


def test_burkitt_as_published() -> None:
    """Burkitt's lymphoma in Uganda, 188 cases: 13 pairs within 20 km and 5 days, as pointpats documents it."""
    with closing(libpysal.io.open(libpysal.examples.get_path("burkitt.dbf"))) as rows:
        x, y, t = (rows.by_col(name) for name in ("X", "Y", "T"))
    result = knox(x, y, t, distance=20, days=5, permutations=999, seed=1)
    assert (result.observed_pairs, result.space_pairs, result.time_pairs) == (13, 13 + 3416, 13 + 39)
    assert result.expected == pytest.approx(10.1438161, abs=1e-6)
    assert result.ratio == pytest.approx(13 / 10.1438161)
    assert 0.15 < result.p < 0.27  # 0.21 there, of 99 permutations


@pytest.mark.parametrize("sites", [None, 9])
@pytest.mark.parametrize("seed", range(3))
def test_same_statistic_as_pointpats(seed: int, sites: int | None) -> None:
    x, y, t = some_events(seed, sites=sites)
    theirs = pointpats.Knox(np.c_[x, y], t[:, None], 150, 7, permutations=0)
    ours = knox(x, y, t, distance=150, days=7, permutations=9)
    assert ours.observed_pairs == theirs.statistic_
    assert ours.expected == pytest.approx(theirs.expected[0, 0])
    assert ours.space_pairs == theirs.observed[0].sum()


def test_same_distribution_as_pointpats() -> None:
    x, y, t = some_events(5)
    np.random.seed(1)  # pointpats draws from there
    theirs = pointpats.Knox(np.c_[x, y], t[:, None], 150, 7, permutations=400, keep=True)
    ours = knox(x, y, t, distance=150, days=7, permutations=4000, seed=2)
    spread = math.hypot(np.std(theirs.sim) / 20, np.std(ours.permuted) / math.sqrt(4000))
    assert abs(np.mean(theirs.sim) - np.mean(ours.permuted)) < 4 * spread
    assert abs(theirs.p_sim - ours.p) < 0.1
    assert np.std(ours.permuted) == pytest.approx(np.std(theirs.sim), rel=0.15)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from([0.0, 0.1, 0.3, 1.0, 1.1, 2.0, 7.5])),
        min_size=2,
        max_size=25,
    ),
    st.sampled_from([0, 1, 2.5, 5]),
    st.sampled_from([0.0, 0.2, 1.0, 6.4, 50.0]),
)
def test_both_ways_count_as_by_hand(rows: list[tuple[int, int, float]], distance: float, days: float) -> None:
    x, y, t = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    both, space, time = by_hand(x, y, t, distance, days)
    events = events_on_plane(x, y, np.array([distance], dtype=np.float64))
    strata = np.array([int(value) % 2 for value in x])
    counts = [
        permuted_counts(events, t, np.array([days]), strata, 7, 3, way)[:, 0, 0].tolist() for way in ("pairs", "sites")
    ]
    assert counts[0] == counts[1]
    assert counts[0][0] == both
    assert (events.pairs_in(0), pairs_in_time(t, days)) == (space, time)


def test_limits_are_inclusive() -> None:
    asked = {"permutations": 9}
    assert knox([0, 500], [0, 0], [0, 14], distance=500, days=14, **asked).observed_pairs == 1
    assert knox([0, 500], [0, 0], [0, 14], distance=499.9, days=14, **asked).observed_pairs == 0
    assert knox([0, 500], [0, 0], [0, 14], distance=500, days=13.9, **asked).observed_pairs == 0
    assert knox([7, 7], [3, 3], [2, 2], distance=0, days=0, **asked).observed_pairs == 1


def test_times_stay_within_their_stratum() -> None:
    """Two periods, each at places of its own: permuting over all finds contagion, permuting within does not."""
    random = np.random.default_rng(2)
    period = np.repeat([0, 1], 60)
    x, y = random.uniform(0, 100, 120) + 5000 * period, random.uniform(0, 100, 120)
    t = random.integers(0, 30, 120) + 300 * period
    asked = {"distance": 60, "days": 40, "permutations": 199, "seed": 1}
    assert knox(x, y, t, **asked).p == 1 / 200
    within = knox(x, y, t, strata=period, **asked)
    assert within.ratio == 1 and within.p == 1
    # The mean of the drawn permutations stands near the exact one where there is one stratum.
    one = knox(x, y, t, strata=np.zeros(120), **asked)
    assert one.expected == pytest.approx(knox(x, y, t, **asked).expected, rel=0.02)


def test_network_distance() -> None:
    x, y, t = some_events(4, sites=8)
    points, site = np.unique(np.stack([x, y]), axis=1, return_inverse=True)
    straight = np.sqrt(((points[:, :, None] - points[:, None, :]) ** 2).sum(axis=0))
    asked = {"distance": 400, "days": 9, "permutations": 99, "seed": 8}
    assert knox_network(site.ravel(), straight, t, **asked) == knox(x, y, t, **asked)
    nowhere = np.where(straight > 0, np.inf, 0)
    alone = knox_network(site.ravel(), nowhere, t, **asked)
    assert alone.space_pairs < knox(x, y, t, **asked).space_pairs
    assert alone.observed_pairs == knox(x, y, t, **(asked | {"distance": 0})).observed_pairs


@pytest.mark.parametrize("sites", [None, 5])
def test_same_numbers_on_any_number_of_threads(sites: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, t = some_events(6, sites=sites)
    asked = {"distance": 200, "days": 9, "permutations": 99}
    first = knox(x, y, t, seed=5, **asked)
    monkeypatch.setattr(streams, "threads", lambda: 1)
    assert knox(x, y, t, seed=5, **asked) == first
    monkeypatch.setattr(streams, "threads", lambda: 7)
    assert knox(x, y, t, seed=5, **asked) == first
    assert knox(x, y, t, seed=6, **asked).permuted != first.permuted


def test_p_is_uniform_without_contagion() -> None:
    low = 0
    for seed in range(200):
        x, y, t = some_events(seed, count=60)
        low += knox(x, y, t, distance=250, days=8, permutations=99, seed=seed).p <= 0.1
    assert 6 <= low <= 34  # 20 expected, three and a third standard deviations


def test_nothing_near() -> None:
    result = knox([0, 9000], [0, 0], [0, 5], distance=10, days=3, permutations=9)
    assert (result.observed_pairs, result.expected, result.ratio, result.p) == (0, 0.0, None, 1.0)


def with_repeats(seed: int) -> tuple[Floats, Floats, Floats]:
    """Return 150 events, and 60 repeats of one of them within 80 m and 6 days."""
    random = np.random.default_rng(seed)
    x, y, t = random.uniform(0, 3000, 150), random.uniform(0, 3000, 150), random.uniform(0, 365, 150)
    of = random.integers(0, 150, 60)
    shift = random.uniform(-55, 55, (2, 60))
    return (
        np.append(x, x[of] + shift[0]),
        np.append(y, y[of] + shift[1]),
        np.append(t, t[of] + random.uniform(0, 6, 60)),
    )


def test_vigilance_window_and_radius() -> None:
    x, y, t = with_repeats(1)
    found = near_repeat(x, y, t, distances=[100, 300, 600], days=[7, 21, 60], permutations=499, seed=2)
    assert (found.vigilance_radius, found.vigilance_days) == (100, 7)
    first = found.cells[0]
    assert (first.distance_above, first.distance_to, first.days_above, first.days_to) == (0, 100, 0, 7)
    assert first.ratio is not None and first.ratio > 5
    assert all(cell.p <= cell.p_adjusted for cell in found.cells)
    assert sum(c.observed for c in found.cells) == knox(x, y, t, distance=600, days=60, permutations=1).observed_pairs


def test_cells_as_by_hand() -> None:
    x, y, t = with_repeats(3)
    cells = near_repeat(x, y, t, distances=[90, 300], days=[5.5, 40], permutations=9).cells
    whole = {(d, days): by_hand(x, y, t, d, days)[0] for d in (90, 300) for days in (5.5, 40)}
    assert [c.observed for c in cells] == [
        whole[90, 5.5],
        whole[90, 40] - whole[90, 5.5],
        whole[300, 5.5] - whole[90, 5.5],
        whole[300, 40] - whole[300, 5.5] - whole[90, 40] + whole[90, 5.5],
    ]


def test_many_cells_seldom_alarm_by_chance() -> None:
    """Of tables without contagion about one in twenty shows any cell, though each has twelve."""
    shown = plain = 0
    for seed in range(120):
        x, y, t = some_events(seed, count=80)
        cells = near_repeat(x, y, t, distances=[60, 120, 200], days=[2, 5, 9, 15], permutations=99, seed=seed).cells
        shown += min(c.p_adjusted for c in cells) <= 0.05
        plain += min(c.p for c in cells) <= 0.05
    assert shown <= 14  # 6 expected
    assert plain > 25  # what it would be without adjusting


def test_near_repeat_on_a_network() -> None:
    x, y, t = some_events(4, sites=8)
    points, site = np.unique(np.stack([x, y]), axis=1, return_inverse=True)
    straight = np.sqrt(((points[:, :, None] - points[:, None, :]) ** 2).sum(axis=0))
    asked = {"distances": [0, 300, 500], "days": [3, 9], "permutations": 49, "seed": 8}
    assert near_repeat_network(site.ravel(), straight, t, **asked) == near_repeat(x, y, t, **asked)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"x": [1, 2]}, "y"),
        ({"t": [1, 2]}, "t"),
        ({"t": [1, 2, float("nan")]}, "t"),
        ({"x": ["a", 1, 2]}, "x"),
        ({"distance": -1}, "distance"),
        ({"distance": float("inf")}, "distance"),
        ({"days": float("nan")}, "days"),
        ({"permutations": 0}, "permutations"),
        ({"permutations": 1.5}, "permutations"),
        ({"x": [], "y": [], "t": []}, "t"),
        ({"strata": [1]}, "strata"),
        ({"x": [1], "y": [1], "t": [1]}, "t"),
    ],
)
def test_bad_input_says_where(changes: dict[str, object], where: str) -> None:
    asked: dict[str, object] = {"x": [0, 1, 2], "y": [0, 0, 0], "t": [1, 2, 3], "distance": 1, "days": 1}
    with pytest.raises(BadInput) as told:
        module.knox(**(asked | changes))
    assert where in [one.where for one in told.value.problems]


def test_bad_bands_and_networks() -> None:
    with pytest.raises(BadInput, match="ascend"):
        near_repeat([0, 1], [0, 1], [0, 1], distances=[5, 5], days=[1])
    with pytest.raises(BadInput, match="ascend"):
        near_repeat([0, 1], [0, 1], [0, 1], distances=[5], days=[])
    with pytest.raises(BadInput, match="both ways"):
        knox_network([0, 1], [[0, 1], [2, 0]], [0, 1], distance=1, days=1)
    with pytest.raises(BadInput, match="from 0 to 1"):
        knox_network([0, 2], [[0, 1], [1, 0]], [0, 1], distance=1, days=1)
