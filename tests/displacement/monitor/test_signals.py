"""Signals of officers: kept as given, seen by whom they are for, scored by somebody else, once."""

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.displacement import signals
from port2port.displacement.rules import track
from port2port.displacement.signals import score_signal
from tests.displacement.monitor.given import ANALYST, OUTSIDER, PARTNER, POLICE, PSO, foreseen, signal

WHY = "Eleven frauds with stolen codes there since (test)."


def test_it_is_scored_once_by_somebody_else(acting):
    with acting(PARTNER):
        given = signal()
        with pytest.raises(Refused):
            score_signal(given, outcome="confirmed", why=WHY, at=now())
    with acting(POLICE):
        with pytest.raises(Invalid) as error:
            score_signal(given, outcome="yes", why="", at=now())
        assert [p.field for p in error.value.problems] == ["outcome", "why"]
        score_signal(given, outcome="confirmed", why=WHY, at=now())
    with acting(PSO):
        with pytest.raises(Conflict):
            score_signal(given, outcome="not", why=WHY, at=now())
        rows, _slice = signals.signals()
        assert signals.signal_track(rows).brier == pytest.approx(0.09)


def test_who_does_not_see_it_cannot_score_it(acting):
    with acting(PARTNER):
        given = signal("port-security-officers")
    for email in (OUTSIDER, POLICE, ANALYST):
        with acting(email):
            assert signals.signals()[0] == [], email
            with pytest.raises(NotFound):
                score_signal(given, outcome="not", why=WHY, at=now())
    with acting("pfso@quay1.demo"), pytest.raises(NotFound):
        signals.signal(given, at=now())
    with acting(PSO):
        assert signals.signal(given, at=now()).signal.probability == 70


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"port": "BEANR"}, "port"),
        ({"origin": "XXXXX"}, "origin"),
        ({"method": "ZZ99"}, "method"),
        ({"probability": 0}, "probability"),
        ({"probability": 100}, "probability"),
        ({"due": now().date()}, "due"),
        ({"why": "because"}, "why"),
    ],
)
def test_what_cannot_be_scored_is_not_taken(acting, changes, field):
    with acting(PSO):
        with pytest.raises(Invalid) as error:
            signal(**changes)
        assert [p.field for p in error.value.problems] == [field]
        assert signals.signals()[0] == []


def test_a_record_of_forecasts_is_scored_by_its_squared_distance():
    found = track([(0.9, "confirmed"), (0.9, "not"), (0.5, "cannot_tell"), (None, "confirmed"), (0.2, "")])
    assert (found.confirmed, found.failed, found.cannot_tell, found.waiting) == (2, 1, 1, 1)
    assert found.brier == pytest.approx((0.01 + 0.81) / 2)
    assert track([]).brier is None
    assert foreseen().probability == 70
