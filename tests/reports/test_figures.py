"""Weeks per port: what is usual, and when it is said that there is more."""

from datetime import timedelta

import pytest

from port2port.base.clock import now
from port2port.members.places import known_places
from port2port.reports import figures
from port2port.reports.actions import Provenance
from tests.reports.writing import report


@pytest.mark.parametrize(("mean", "limit"), [(0.0, 0), (0.05, 0), (1.0, 3), (2.0, 5), (5.0, 9), (10.0, 15)])
def test_the_limit_is_the_poisson_quantile(mean, limit):
    """From the tables of the Poisson distribution, 95 %."""
    assert figures.upper_limit(mean) == limit


def test_a_week_with_more_than_chance_explains_is_told(acting):
    at = now()
    with acting("pso@antwerp.demo"):
        for week in range(1, 13):
            day = at - timedelta(weeks=week)
            report(occurred_at=day, provenance=Provenance(posted_at=day))
        for _number in range(5):
            report(occurred_at=at - timedelta(minutes=1), provenance=Provenance(posted_at=at))
        found = {w.port: w for w in figures.weekly_counts(known_places(), at=at)}
        antwerp = found["BEANR"]
        assert antwerp.counts == (1,) * 12 + (5,)
        assert (antwerp.known, antwerp.upper, antwerp.middle) == (12, 3, 1)
        assert antwerp.more_than_usual and antwerp.band == (0.0, 3.0)
    with acting("officer@outside.demo"):
        assert figures.weekly_counts(known_places(), at=at) == []


def test_a_port_known_for_two_weeks_is_never_unusual(acting):
    at = now()
    with acting("pso@antwerp.demo"):
        day = at - timedelta(weeks=2)
        report(occurred_at=day, provenance=Provenance(posted_at=day))
        for _number in range(9):
            report(occurred_at=at - timedelta(minutes=1), provenance=Provenance(posted_at=at))
        only = figures.weekly_counts(known_places(), at=at)[0]
        assert only.known == 2 and not only.more_than_usual
