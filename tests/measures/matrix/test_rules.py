"""The fold, the formula, neighbours and gaps, on plain values."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.measures.matrix.countries import country_cell
from port2port.measures.matrix.rules import (
    BEFORE,
    IN_PLACE,
    NOT_APPLICABLE,
    UNTOLD,
    At,
    Cell,
    Facilities,
    Share,
    Word,
    combined,
    cover,
    fold,
    gap_since,
    km_to_line,
    neighbours_of,
    share_of,
    summed,
)

DAY = date(2026, 3, 1)
per_cent = st.integers(1, 100)
words = st.one_of(
    st.builds(Word, st.just(IN_PLACE), coverage=st.none() | per_cent, since=st.dates(date(2020, 1, 1), DAY)),
    st.builds(Word, st.just("in_progress"), progress=st.integers(0, 100)),
    st.builds(Word, st.sampled_from(["planned", "suspended", NOT_APPLICABLE])),
)
shares = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda pair: Share(min(pair), max(pair)))


@given(st.none() | words, st.lists(words, max_size=12), st.integers(0, 6), st.none() | words)
def test_a_fold_lies_within_its_bounds_and_keeps_the_ports_own_word(own, told, silent, published):
    total = len(told) + silent
    cell = fold(own, summed(told, total), published)
    assert 0 <= cell.share.low <= cell.share.high <= 1
    if own is not None:
        assert cell.state == own.state and cell.by == "own"
        assert cell.share.low >= share_of(own).low and cell.share.high >= share_of(own).high
    elif told:
        assert cell.by == "facilities"
        assert (cell.state == IN_PLACE) <= (silent == 0 and all(w.state in (IN_PLACE, NOT_APPLICABLE) for w in told))
    else:
        assert cell.by == ("published" if published is not None else "")
        assert cell.state == (published.state if published is not None else UNTOLD)


@given(st.lists(words, max_size=12), st.integers(0, 6), st.randoms(use_true_random=False))
def test_the_order_of_facilities_does_not_matter(told, silent, random: Random):
    mixed = list(told)
    random.shuffle(mixed)
    first, second = (fold(None, summed(each, len(told) + silent)) for each in (told, mixed))
    assert first.state == second.state and first.since == second.since
    assert first.share.low == pytest.approx(second.share.low) and first.share.high == pytest.approx(second.share.high)


@given(st.lists(words.filter(lambda w: w.state != NOT_APPLICABLE), max_size=8), words, st.integers(1, 6))
def test_one_facility_more_that_tells_leaves_less_open(told, one, silent):
    if one.state == NOT_APPLICABLE:
        return
    total = len(told) + silent
    before, after = summed(told, total).share, summed([*told, one], total).share
    assert after.low >= before.low - 1e-9 and after.high <= before.high + 1e-9


@given(words.filter(lambda w: w.state in BEFORE), st.lists(words, min_size=1, max_size=8))
def test_what_facilities_have_counts_beyond_a_port_that_has_not(own, told):
    facilities = summed(told, len(told))
    assert fold(own, facilities).share.low >= facilities.share.low - 1e-9


@given(st.lists(shares, min_size=1, max_size=8))
def test_the_formula_stays_between_the_largest_and_the_sum(given_shares):
    low, middle, high = combined(given_shares)
    assert 0 <= low <= middle <= high <= 1
    assert low == max(one.low for one in given_shares)
    assert high == pytest.approx(max(low, min(1, sum(one.high for one in given_shares))))


@given(st.lists(shares, max_size=8), shares)
def test_a_measure_more_never_covers_less(given_shares, one):
    before, after = combined(given_shares), combined([*given_shares, one])
    assert all(new >= old - 1e-9 for old, new in zip(before, after, strict=True))


@given(st.lists(st.sets(st.integers(0, 19)), min_size=1, max_size=5))
def test_the_bounds_hold_for_any_overlap(gates):
    """Twenty gates, each measure at some of them: what meets at least one lies between the bounds."""
    low, _middle, high = combined([Share(len(one) / 20, len(one) / 20) for one in gates])
    met = len(set().union(*gates)) / 20
    assert low - 1e-9 <= met <= high + 1e-9


def test_the_formula_by_hand():
    assert combined([]) == (0, 0, 0)
    assert combined([Share(0.6, 0.6), Share(0.5, 0.5)]) == pytest.approx((0.6, 0.8, 1.0))
    assert combined([Share(0.3, 0.3), Share(0.0, 0.4)]) == pytest.approx((0.3, 0.44, 0.7))


def test_what_is_not_told_and_what_does_not_apply_are_told_apart():
    cells = [
        fold(Word(IN_PLACE, coverage=60, since=DAY)), Cell(), fold(Word(NOT_APPLICABLE)),
        fold(Word(IN_PLACE, coverage=40, since=DAY - timedelta(days=90))),
    ]  # fmt: skip
    found = cover(cells, closed_from=0.5)
    assert (found.asked, found.told, found.open) == (3, 2, True)
    assert (found.low, found.high, found.closed) == (0.6, 1.0, DAY)
    assert cover([fold(Word(NOT_APPLICABLE))], closed_from=0.5).asked == 0


def test_a_gap_stands_out_from_the_day_more_than_half_have_closed_it():
    days = [date(2026, month, 1) for month in (1, 3, 6)]
    assert gap_since([*days, None]) == days[2]
    assert gap_since([days[0], days[1], None]) == days[1]
    assert gap_since([days[0], None]) is None
    assert gap_since([]) is None
    assert gap_since([days[1]]) == days[1]


def test_neighbours_are_near_or_joined_by_water():
    places = [
        At("lock", 51.0, 4.0), At("up", 51.0, 5.0), At("side", 51.5, 4.5), At("far", 53.0, 9.0),
        At("near", 53.1, 9.1), At("unknown", None, None),
    ]  # fmt: skip
    lines = [((4.0, 51.0), (4.5, 51.0), (5.0, 51.0)), ((4.5, 51.0), (4.5, 51.5)), ((9.0, 50.0), (9.5, 50.0))]
    found = neighbours_of(places, lines, near_km=20, water_km=5)
    assert found == {
        "lock": ("up", "side"), "up": ("lock", "side"), "side": ("lock", "up"), "far": ("near",), "near": ("far",),
        "unknown": (),
    }  # fmt: skip


@given(st.lists(st.tuples(st.floats(50, 52), st.floats(3, 6)), max_size=6))
def test_to_be_a_neighbour_is_mutual(positions):
    places = [At(str(n), lat, lon) for n, (lat, lon) in enumerate(positions)]
    found = neighbours_of(places, [((3.0, 51.0), (6.0, 51.0))], near_km=40, water_km=10)
    for key, others in found.items():
        assert key not in others and len(set(others)) == len(others)
        assert all(key in found[other] for other in others)


def test_a_distance_to_a_line():
    line = ((4.0, 51.0), (5.0, 51.0))
    assert km_to_line(51.0, 4.5, line) == pytest.approx(0, abs=1e-6)
    assert km_to_line(51.1, 4.5, line) == pytest.approx(11.12, abs=0.01)
    assert km_to_line(51.0, 3.9, line) == pytest.approx(7.0, abs=0.01)


@given(st.lists(words, max_size=10), st.integers(0, 5))
def test_a_country_is_the_mean_of_its_ports(told, silent):
    facilities = summed(told, len(told) + silent)
    cell = country_cell(len(told) + silent, dict(facilities.states), facilities.low, facilities.high)
    assert 0 <= cell.low <= cell.high <= 1
    if cell.apply:
        assert cell.low == pytest.approx(facilities.share.low) and cell.high == pytest.approx(facilities.share.high)


def test_all_facilities_in_place_are_a_port_in_place():
    told = summed([Word(IN_PLACE, coverage=100, since=DAY), Word(NOT_APPLICABLE)], 2)
    cell = fold(None, told)
    assert (cell.state, cell.since, cell.share) == (IN_PLACE, DAY, Share(1.0, 1.0))
    assert fold(None, summed([Word(IN_PLACE, coverage=100, since=DAY)], 2)).state == "in_progress"
    assert fold(Word("planned", due=DAY), told).share.low == 1.0
    assert Facilities(3).share == Share(0.0, 1.0)
