"""Warnings reach an analyst, are released or dismissed once and with a reason, and are scored either way."""

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.displacement import warnings
from port2port.displacement.warnings import decide_warning, raise_warnings, score_warning
from port2port.home.needs import needs_of
from port2port.members.acting import current_actor
from tests.displacement.monitor.given import ANALYST, DIRECTOR, OUTSIDER, POLICE, PSO, result, stored

WHY = "The same week saw a new scanner there (test)."


def test_what_a_run_sees_waits_once_for_an_analyst(acting):
    run = stored(acting)
    with acting(ANALYST):
        rows = warnings.warnings()
        assert {(row.port.locode, row.method, row.evidence["kind"], row.probability) for row in rows} == {
            ("BEGNE", "drug_smuggling", "claim", 0.93),
            ("BEOST", "drone_misuse", "alarm", None),
        }
        assert any(need.href.startswith("/displacement/warnings/") for need in needs_of(current_actor(), now()))
    assert raise_warnings(run.id, sight="released", result=result(), at=now()) == 0
    with acting(ANALYST):
        decide_warning(rows[0].id, release=False, reason=WHY, at=now())
    assert raise_warnings(run.id, sight="released", result=result(), at=now()) == 0  # not again within a quarter


def test_it_is_decided_once_with_a_reason_and_scored_once(acting):
    stored(acting)
    with acting(POLICE):
        one, other = warnings.warnings()
        with pytest.raises(Invalid):
            decide_warning(one.id, release=True, reason="ok", at=now())
        with pytest.raises(Conflict):
            score_warning(one.id, outcome="not", why=WHY, at=now())
        assert decide_warning(one.id, release=True, reason=WHY, at=now()).state == "released"
        assert decide_warning(other.id, release=False, reason=WHY, at=now()).state == "dismissed"
    with acting(ANALYST):
        with pytest.raises(Conflict):
            decide_warning(one.id, release=False, reason=WHY, at=now())
        with pytest.raises(Invalid):
            score_warning(one.id, outcome="perhaps", why=WHY, at=now())
        score_warning(one.id, outcome="confirmed", why=WHY, at=now())
        score_warning(other.id, outcome="not", why=WHY, at=now())
        with pytest.raises(Conflict):
            score_warning(one.id, outcome="not", why=WHY, at=now())
        found = warnings.warning_track(warnings.warnings())
        assert (found.confirmed, found.failed, found.waiting, found.scored) == (1, 1, 0, 2)
        claimed = next(row for row in warnings.warnings() if row.probability is not None)
        expected = (claimed.probability - (claimed.outcome == "confirmed")) ** 2
        assert found.brier == pytest.approx(expected)


def test_who_may_not_decide_and_who_does_not_see(acting):
    stored(acting)
    stored(acting, sight="named")
    with acting(PSO):
        assert len(warnings.warnings()) == 4
        named = next(row for row in warnings.warnings() if row.sight == "named")
        released = next(row for row in warnings.warnings() if row.sight == "released")
    with acting(POLICE):
        assert {row.sight for row in warnings.warnings()} == {"released"}
        with pytest.raises(NotFound):
            decide_warning(named.id, release=True, reason=WHY, at=now())
    with acting(DIRECTOR), pytest.raises(Refused):
        decide_warning(released.id, release=True, reason=WHY, at=now())
    with acting(OUTSIDER):
        assert warnings.warnings() == []
        with pytest.raises(NotFound):
            decide_warning(released.id, release=True, reason=WHY, at=now())
        assert not any("early" in need.title for need in needs_of(current_actor(), now()))


def test_released_it_leads_to_an_alert_with_place_and_evidence(acting, client_for):
    stored(acting)
    stored(acting, sight="named")
    with acting(ANALYST):
        rows = warnings.warnings()
        claimed = {row.sight: row for row in rows if row.port.locode == "BEGNE"}
    browser = client_for(ANALYST)
    answer = browser.post(
        f"/displacement/warnings/{claimed['released'].id}/", {"reason": WHY, "release": "1"}, follow=False
    )
    assert answer.status_code == 302
    assert answer["Location"].startswith("/alerts/new/?where=port%3ABEGNE&text=")
    page = browser.get(answer["Location"]).content.decode()
    assert "1.7 times" in page
    assert 'value="port:BEGNE" selected' in page
    answer = browser.post(f"/displacement/warnings/{claimed['named'].id}/", {"reason": WHY, "release": "1"})
    assert answer["Location"] == "/alerts/new/?where=port%3ABEGNE"  # what one circle reads is in no address
    assert (
        browser.post(f"/displacement/warnings/{claimed['named'].id}/", {"reason": "", "dismiss": "1"}).status_code
        == 422
    )
