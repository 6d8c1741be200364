"""The page of health: what is good and what is not, for whom, and that nothing of others can be read from it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client

from port2port.base.noted import JOURNAL_VERIFIED, RESTORE_TESTED, WRITE, said
from port2port.governance.health import rules

ClientFor = Callable[[str], Client]
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
API = "/api/v1/governance/health"
Bearer = Callable[..., dict[str, str]]


def lines(email: str, bearer_for: Bearer) -> dict[str, dict[str, str]]:
    """The lines by code, as the API gives them to one of the cast."""
    answer = Client().get(API, headers=bearer_for(email))
    assert answer.status_code == 200, answer.content
    return {one["code"]: one for one in answer.json()["lines"]}


def test_how_old_a_proof_may_be() -> None:
    day = timedelta(days=1)
    assert rules.aged(None, NOW, 92 * day) == "bad"
    assert rules.aged(NOW - 92 * day, NOW, 92 * day) == "good"
    assert rules.aged(NOW - 93 * day, NOW, 92 * day) == "look"
    assert rules.verified(NOW, clean=False, now=NOW) == "bad"
    assert rules.verified(NOW, clean=True, now=NOW) == "good"
    assert rules.verified(None, clean=False, now=NOW) == "bad"
    assert rules.sealing(None, 0, NOW) == "good"
    assert rules.sealing(NOW - timedelta(minutes=6), 3, NOW) == "bad"
    assert rules.sealing(NOW - timedelta(minutes=4), 3, NOW) == "good"
    assert rules.reviewed(None, done=False, today=date(2026, 11, 28)) == "good"
    assert rules.reviewed(date(2026, 11, 28), done=False, today=date(2026, 11, 28)) == "look"
    assert rules.reviewed(date(2026, 11, 27), done=False, today=date(2026, 11, 28)) == "bad"


def test_what_was_never_done_is_said(bearer_for: Bearer, db: None) -> None:
    found = lines("pso@antwerp.demo", bearer_for)
    assert found["restore"]["state"] == "bad"
    assert found["verified"]["state"] == "bad"
    assert found["worker"]["state"] == "bad"
    assert found["witnesses"]["state"] == "look"
    assert all(one["means"] and one["who"] for one in found.values())


def test_what_commands_left_is_read(bearer_for: Bearer, owner: psycopg.Connection[Any]) -> None:
    at = datetime.now(UTC)
    owner.execute(WRITE, [RESTORE_TESTED, said(at=at, backup_made=at.isoformat(), postgresql=18)])
    owner.execute(WRITE, [JOURNAL_VERIFIED, said(at=at, clean=False, entries=3, heads_from_elsewhere=False)])
    found = lines("pso@antwerp.demo", bearer_for)
    assert (found["restore"]["state"], found["verified"]["state"]) == ("good", "bad")
    assert "tampered" in found["verified"]["what"]
    owner.execute(WRITE, [JOURNAL_VERIFIED, "not json"])
    assert lines("pso@antwerp.demo", bearer_for)["verified"]["state"] == "bad"


def test_the_review_is_the_own_organisations(
    bearer_for: Bearer, owner: psycopg.Connection[Any], cast: dict[str, Any]
) -> None:
    owner.execute(
        "insert into members_accessreview (id, organisation_id, quarter, due) values"
        " (new_uuid7(), %s, '2026-Q4', current_date - 1)",
        [cast["pso@antwerp.demo"].organisation],
    )
    assert lines("pso@antwerp.demo", bearer_for)["review"]["state"] == "bad"
    assert lines("pso@northsea.demo", bearer_for)["review"]["state"] == "good"


def test_deliveries_are_for_administrators(bearer_for: Bearer, db: None) -> None:
    assert "delivery" not in lines("dpo@antwerp.demo", bearer_for)
    assert lines("admin@antwerp.demo", bearer_for)["delivery"]["state"] == "good"


def test_confidential_circles_show_no_number(bearer_for: Bearer, db: None, owner: psycopg.Connection[Any]) -> None:
    answer = Client().get(API, headers=bearer_for("pso@antwerp.demo")).json()
    confidential = {
        str(row[0])
        for row in owner.execute("select id from members_circle where membership = 'confidential'").fetchall()
    }
    assert confidential
    assert [one for one in answer["circles"] if one["size"]]
    assert all(one["size"] is None for one in answer["circles"] if one["id"] in confidential)
    ids = {one["id"] for one in Client().get(API, headers=bearer_for("contact@agent.demo")).json()["circles"]}
    assert not ids & confidential


@pytest.mark.parametrize("email", ["pso@antwerp.demo", "admin@antwerp.demo", "operator@platform.demo"])
def test_the_page_says_it_in_words(client_for: ClientFor, email: str) -> None:
    page = client_for(email).get("/governance/health/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "No restore was ever tested here" in text
    assert "What this means" in text
