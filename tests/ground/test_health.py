"""What the platform says about itself, and to whom."""

import pytest
from django.test import Client

from port2port.sharing import platform

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}
BEHIND_A_PROXY = {"REMOTE_ADDR": "127.0.0.1", "port2port.forwarded": "1"}


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch):
    monkeypatch.setattr(platform, "_kept", None)


def test_ready_names_the_part_that_is_not(db, owner):
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["parts"]) == (
        503,
        {"database": True, "migrations": True, "worker": False},
    )
    owner.execute("insert into procrastinate_workers (last_heartbeat) values (now())")
    platform._kept = None
    assert Client().get("/readyz").json() == {
        "status": "ready",
        "parts": {"database": True, "migrations": True, "worker": True},
    }


def test_metrics_on_this_machine_need_nothing(db):
    answer = Client().get("/metrics")
    assert answer.status_code == 200 and b"\nport2port_workers 0\n" in answer.content


@pytest.mark.parametrize("way", [ELSEWHERE, BEHIND_A_PROXY])
def test_metrics_elsewhere_need_an_operators_token_with_their_scope(way, bearer_for):
    def asked(email: str, *scopes: str) -> int:
        return Client(headers=bearer_for(email, scopes)).get("/metrics", **way).status_code

    assert Client().get("/metrics", **way).status_code == 404
    assert asked("operator@platform.demo", "metrics") == 200
    assert asked("operator@platform.demo", "read") == 404
    assert asked("pso@antwerp.demo", "metrics") == 404
