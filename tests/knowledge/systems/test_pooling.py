"""Intervals and pooling: against published formulas and an oracle of another make, by properties, by simulation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from scipy.special import expit
from scipy.stats import binom, norm, poisson
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from port2port.knowledge.systems.comparing import Confusion, Site, added, figures, one_result, rests_on, together
from port2port.knowledge.systems.intervals import rate, share
from port2port.knowledge.systems.pooling import (
    CELLS,
    RATE_PRIOR,
    STEP,
    pooled_rate,
    pooled_share,
    rate_likelihood,
    share_likelihood,
)

COUNTS = st.integers(0, 400)
SHARES = st.lists(st.tuples(COUNTS, COUNTS).map(lambda two: (min(two), max(two))), min_size=2, max_size=6)


@pytest.mark.parametrize(("part", "whole"), [(1, 7), (5, 10), (37, 46), (399, 400)])
def test_a_share_has_the_interval_of_jeffreys(part, whole):
    found = share(part, whole)
    assert found is not None and found.value == part / whole
    assert (found.low, found.high) == pytest.approx(proportion_confint(part, whole, method="jeffreys"))


def test_the_ends_of_a_share_are_none_and_all():
    none, every = share(0, 12), share(12, 12)
    assert none is not None and every is not None and share(0, 0) is None
    assert none.low == 0 and every.high == 1 and none.high == pytest.approx(1 - every.low)
    assert none.high == pytest.approx(proportion_confint(0, 12, method="jeffreys")[1])
    with pytest.raises(ValueError, match="part"):
        share(3, 2)


@pytest.mark.parametrize(("count", "exposure"), [(0, 3.0), (1, 2.5), (13, 30.0), (250, 28.0)])
def test_a_rate_has_the_exact_interval_of_garwood(count, exposure):
    found = rate(count, exposure)
    assert found is not None and found.value == count / exposure
    assert (found.low, found.high) == pytest.approx(confint_poisson(count, exposure, method="exact-c"))


def test_the_exact_interval_is_the_published_one_and_its_tails_hold_what_they_say():
    found = rate(10, 1.0)  # Garwood 1936, as in every table since: 4.795 to 18.390
    assert found is not None and (found.low, found.high) == pytest.approx((4.795, 18.390), abs=0.001)
    assert poisson.sf(9, found.low) == pytest.approx(0.025) == poisson.cdf(10, found.high)
    assert rate(0, 0.0) is None
    with pytest.raises(ValueError, match="negative"):
        rate(-1, 2.0)


@pytest.mark.parametrize(("part", "whole"), [(0, 9), (9, 9), (4, 9), (5000, 9000)])
def test_the_likelihood_of_a_share_is_its_mean_over_each_cell(part, whole):
    found = share_likelihood(part, whole)
    for cell in np.linspace(np.argmax(found) - 20, np.argmax(found) + 20, 5).astype(int) % len(CELLS):
        low, high = CELLS[cell] - STEP / 2, CELLS[cell] + STEP / 2
        mean = integrate.quad(lambda x: binom.pmf(part, whole, expit(x)), low, high)[0]
        peak = CELLS[int(np.argmax(found))]
        best = integrate.quad(lambda x: binom.pmf(part, whole, expit(x)), peak - STEP / 2, peak + STEP / 2)[0]
        assert found[cell] == pytest.approx(mean / best, rel=1e-3)


@pytest.mark.parametrize(("count", "exposure"), [(0, 2.0), (3, 10.0), (7000, 20.0)])
def test_the_likelihood_of_a_rate_is_its_mean_over_each_cell(count, exposure):
    found = rate_likelihood(count, exposure)
    peak = CELLS[int(np.argmax(found))]
    best = integrate.quad(lambda x: poisson.pmf(count, exposure * np.exp(x)), peak - STEP / 2, peak + STEP / 2)[0]
    for cell in np.clip(np.argmax(found) + np.array([0, 1, 5, 30]), 0, len(CELLS) - 1):
        low, high = CELLS[cell] - STEP / 2, CELLS[cell] + STEP / 2
        mean = integrate.quad(lambda x: poisson.pmf(count, exposure * np.exp(x)), low, high)[0]
        assert found[cell] == pytest.approx(mean / best, rel=1e-3)


def oracle(likelihoods, prior, centre, reach):
    """Integrate the same model by Gauss and Legendre over (mu, tau), each site by Gauss and Hermite: its quantiles.

    Returns the distribution functions of the typical site and of a next one.
    """
    nodes, weights = np.polynomial.legendre.leggauss(160)
    mus = centre + reach * nodes
    taus = 1.51 + 1.5 * nodes  # from 0.01 to 3.01
    z, w = np.polynomial.hermite_e.hermegauss(120)
    joint = np.empty((len(mus), len(taus)))
    for i, mu in enumerate(mus):
        for j, tau in enumerate(taus):
            value = prior(mu) * norm.pdf(tau)
            for one in likelihoods:
                value *= (w * one(mu + tau * z)).sum()
            joint[i, j] = value * weights[i] * weights[j]
    joint /= joint.sum()

    def typical(at):
        mass = joint.sum(axis=1)
        return float(np.interp(at, mus, np.cumsum(mass) - mass / 2))

    def following(at):
        return float((joint * norm.cdf((at - mus[:, None]) / taus[None, :])).sum())

    return typical, following


def logit(p):
    return math.log(p / (1 - p))


def test_shares_are_pooled_as_an_oracle_of_another_make_integrates_them():
    counts = [(8, 20), (30, 50), (12, 40)]
    found = pooled_share(counts)
    assert found is not None and found.sites == 3
    typical, following = oracle(
        [lambda x, k=k, n=n: binom.pmf(k, n, expit(x)) for k, n in counts], lambda x: expit(x) * expit(-x), -0.2, 5.0
    )
    for at, mass in ((found.typical.low, 0.025), (found.typical.value, 0.5), (found.typical.high, 0.975)):
        assert typical(logit(at)) == pytest.approx(mass, abs=0.006)
    for at, mass in ((found.next_site.low, 0.025), (found.next_site.value, 0.5), (found.next_site.high, 0.975)):
        assert following(logit(at)) == pytest.approx(mass, abs=0.006)


def test_rates_are_pooled_as_an_oracle_of_another_make_integrates_them():
    counts = [(3, 10.0), (0, 5.0), (12, 20.0)]
    found = pooled_rate(counts)
    assert found is not None
    typical, following = oracle(
        [lambda x, k=k, t=t: poisson.pmf(k, t * np.exp(x)) for k, t in counts],
        lambda x: norm.pdf(x, scale=RATE_PRIOR), -1.2, 7.0,
    )  # fmt: skip
    for at, mass in ((found.typical.low, 0.025), (found.typical.value, 0.5), (found.typical.high, 0.975)):
        assert typical(math.log(at)) == pytest.approx(mass, abs=0.006)
    for at, mass in ((found.next_site.low, 0.025), (found.next_site.value, 0.5), (found.next_site.high, 0.975)):
        assert following(math.log(at)) == pytest.approx(mass, abs=0.006)


@settings(max_examples=25, deadline=None)
@given(SHARES)
def test_a_next_site_may_differ_more_than_the_typical_one_is_unknown(counts):
    found = pooled_share(counts)
    known = [one for one in counts if one[1] > 0]
    if len(known) < 2:
        assert found is None
        return
    assert found is not None and found.sites == len(known)
    assert 0 < found.next_site.low <= found.typical.low + 0.01 <= found.typical.value + 0.02
    assert found.typical.value <= found.typical.high <= found.next_site.high + 0.01 < 1.01
    turned = pooled_share([(whole - part, whole) for part, whole in counts])  # what counts as true is only a name
    assert turned is not None
    assert turned.typical.low == pytest.approx(1 - found.typical.high, abs=0.005)
    assert turned.next_site.high == pytest.approx(1 - found.next_site.low, abs=0.005)
    assert pooled_share(list(reversed(counts))) == found


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(COUNTS, st.floats(0.5, 300)), min_size=2, max_size=6), st.floats(0.2, 5))
def test_more_false_alarms_never_pool_to_fewer(counts, factor):
    found, more = pooled_rate(counts), pooled_rate([(count + 5, exposure) for count, exposure in counts])
    assert found is not None and more is not None
    assert more.typical.value >= found.typical.value
    assert 0 < found.next_site.low <= found.next_site.value <= found.next_site.high


def test_much_that_agrees_is_sharp_and_what_differs_is_said():
    alike = pooled_share([(5000, 10_000)] * 8)
    apart = pooled_share([(50, 1000), (950, 1000), (500, 1000), (20, 1000), (990, 1000)])
    little = pooled_share([(3, 5), (2, 5)])
    assert alike is not None and apart is not None and little is not None
    assert (alike.spread, apart.spread, little.spread) == ("alike", "apart", "unknown")
    assert alike.typical.high - alike.typical.low < 0.05 and alike.typical.value == pytest.approx(0.5, abs=0.01)
    assert apart.next_site.low < 0.05 and apart.next_site.high > 0.95


def test_nothing_seen_anywhere_is_no_certainty():
    found = pooled_rate([(0, 2.0), (0, 3.0)])
    assert found is not None and found.next_site.high > 0.2 and found.typical.low > 0
    share_ = pooled_share([(0, 30), (0, 20)])
    assert share_ is not None and 0.02 < share_.typical.high < 0.3 < share_.next_site.high + 0.2
    assert pooled_share([(3, 9)]) is None and pooled_share([(3, 9), (0, 0)]) is None and pooled_rate([(1, 2.0)]) is None


def test_a_next_site_lies_where_it_is_said_to_lie():
    """Simulated: of 300 next ports at least 92 in 100 lie within the interval that was to hold 95."""
    random = np.random.default_rng(20261127)
    within = 0
    for _round in range(300):
        values = random.normal(logit(0.4), 0.6, size=5)
        counts = [(int(random.binomial(n, expit(v))), n) for v, n in zip(values, (15, 40, 60, 25), strict=False)]
        found = pooled_share(counts)
        assert found is not None
        within += found.next_site.low <= expit(values[4]) <= found.next_site.high
    assert 276 <= within < 300


def test_what_was_missed_is_set_beside_the_true_alarms_of_the_same_periods_only():
    first = one_result(alarms=50, true=30, false=18, missed=6, hours=600)
    second = one_result(alarms=20, true=20, false=0, missed=None, hours=100)
    both = added([first, second])
    assert (both.alarms, both.true, both.false, both.unchecked, both.hours) == (70, 50, 18, 2, 700)
    assert (both.missed, both.true_beside_missed, both.there) == (6, 30, 36)
    told = figures(both)
    assert told.precision is not None and told.precision.value == 50 / 68
    assert told.sensitivity is not None and told.sensitivity.value == 30 / 36
    assert told.false_a_day is not None and told.false_a_day.value == pytest.approx(18 / (700 / 24))
    assert told.precision_floor == 50 / 70
    assert figures(second).sensitivity is None and figures(second).precision_floor is None
    assert added([]) == Confusion() and figures(Confusion()).precision is None


def test_a_comparison_rests_on_what_was_measured():
    one = one_result(alarms=5, true=3, false=2, missed=None, hours=24)
    sites = [Site("a", "p", one, 1), Site("b", "p", one, 1), Site("c", "q", Confusion(), 0)]
    rest = rests_on(sites)
    assert (rest.sites, rest.measured, rest.ports, rest.hours) == (3, 2, 1, 48)
    told = together(sites)
    assert told.precision is not None and told.precision.sites == 2 and told.sensitivity is None
    for wrong in ({"true": 6}, {"missed": -1}, {"hours": 0}):
        with pytest.raises(ValueError, match="cannot be"):
            one_result(**({"alarms": 5, "true": 3, "false": 2, "missed": None, "hours": 24} | wrong))
