"""The API of measures: the whole way of a proposal by machine, and its refusals."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.measures.actions import withdraw_measure
from tests.measures.writing import OWNER, SPEAKERS, agreed, group, measure

PARTNER = "pso@northsea.demo"

TEXT = {"title": "By machine (test)", "text": "The gate looks twice at each driver.", "modi": ["DR02"]}


@pytest.fixture
def call(bearer_for: Any) -> Any:
    def called(email: str, verb: str, path: str, body: Any = None, **headers: str) -> Any:
        client = Client(headers=bearer_for(email) | headers)
        options = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        answer = getattr(client, verb)(f"/api/v1/{path}", **options)
        return answer.status_code, answer.json() if answer.content else None, answer

    return called


def test_the_whole_way(call, acting):
    status, aim, _answer = call(OWNER, "post", "objectives", {
        "title": "Less fraud (test)", "why": "Codes are stolen.", "change": "No codes.", "indicator": "Frauds a month.",
        "threat": "drug_smuggling",
    })  # fmt: skip
    assert status == 201
    status, made, _answer = call(
        OWNER,
        "post",
        "measures",
        TEXT | {"threat": "drug_smuggling", "objective": aim["id"]},
        **{"Idempotency-Key": "one"},
    )
    assert status == 201 and made["state"] == "draft" and made["tlp"] == "GREEN"
    again = call(
        OWNER,
        "post",
        "measures",
        TEXT | {"threat": "drug_smuggling", "objective": aim["id"]},
        **{"Idempotency-Key": "one"},
    )
    assert again[1]["id"] == made["id"]
    path = f"measures/{made['id']}"
    assert call(OWNER, "put", path, TEXT)[0] == 428
    assert call(OWNER, "put", path, TEXT | {"cost": "10k", "objective": aim["id"]}, **{"If-Match": '"1"'})[0] == 200
    assert call(OWNER, "put", path, TEXT, **{"If-Match": '"1"'})[0] == 412
    until = (now() + timedelta(days=7)).isoformat()
    assert call(OWNER, "post", f"{path}/consultation", {"rule": "loudest", "until": until})[0] == 422
    with acting(PARTNER):
        theirs = str(group("low quorum"))
    wrong = call(OWNER, "post", f"{path}/consultation", {"group": theirs, "until": until})
    assert wrong[0] == 422 and wrong[1]["errors"][0]["field"] == "group"
    with acting(OWNER):
        ours = str(group("two-thirds"))
    status, asked, _answer = call(OWNER, "post", f"{path}/consultation", {"group": ours, "until": until})
    assert status == 201 and asked["consultations"][0]["fraction"] == "2/3"
    assert asked["consultations"][0]["group"] == ours and "two-thirds" in asked["consultations"][0]["group_name"]
    assert call(PARTNER, "get", path)[1]["consultations"][0]["group_name"] is None
    assert call("analyst@police.demo", "post", f"{path}/remarks", {"text": "Seen (test)."})[0] == 201
    said = {"stance": "agree", "text_hash": asked["text_hash"]}
    assert call("analyst@police.demo", "post", f"{path}/position", said)[0] == 403
    assert call(OWNER, "post", f"{path}/position", said | {"text_hash": "0" * 64})[0] == 409
    assert call(OWNER, "post", f"{path}/position", said | {"stance": "object"})[0] == 422
    for email in SPEAKERS:
        assert call(email, "post", f"{path}/position", said)[0] == 200, email
    status, closed, _answer = call(OWNER, "post", f"{path}/closure", {})
    assert (status, closed["state"]) == (200, "agreed")
    assert call(OWNER, "post", f"{path}/state", {"state": "in_force"})[1]["state"] == "in_force"
    proof = call("pso@liege.demo", "get", f"{path}/proof")[1]
    assert [one["act"] for one in proof].count("measure.position") == 9
    told = {"place": "BELGG", "state": "in_place", "since": "2026-01-05", "coverage": 60}
    status, cell, _answer = call("pso@liege.demo", "post", f"{path}/adoption", told)
    assert (status, cell["coverage"]) == (200, 60)
    assert call("pso@liege.demo", "post", f"{path}/adoption", told | {"place": "BEANR"})[0] == 403
    assert call("pso@ostend.demo", "get", f"{path}/adoption")[1]["cells"][0]["port"] == "BELGG"
    seen = call("officer@customs.demo", "get", f"{path}/adoption")[1]
    assert seen["cells"] == [] and seen["rest"]["in_place"] is None
    status, asked, _answer = call("pso@ostend.demo", "post", f"{path}/questions", {"text": "How (test)?"})
    assert status == 200
    answer = f"measures/questions/{asked['id']}/answer"
    assert call(OWNER, "post", answer, {"text": "Not us."})[0] == 404
    assert call("pso@liege.demo", "post", answer, {"text": "So (test)."})[0] == 200
    assert call("pso@ostend.demo", "get", f"{path}/questions")[1]["questions"][0]["answers"][0]["text"] == "So (test)."
    assert call(OWNER, "get", "objectives")[1]["items"][0]["measures"] == [made["id"]]
    assert call(OWNER, "get", f"{path}/versions")[1][0]["text_hash"] == closed["text_hash"]
    assert call("pso@liege.demo", "get", "measures?modus_operandi=DR02&state=in_force")[1]["count"] == 1
    assert call("pso@liege.demo", "get", "measures?modus_operandi=DR03")[1]["items"] == []
    assert call("pso@liege.demo", "get", "measures?colour=red")[0] == 422
    assert call(OWNER, "post", f"{path}/state", {"state": "retired", "reason": "Done (test)."})[1]["state"] == "retired"


def test_an_etag_saves_reading_again_and_a_withdrawn_one_is_gone(call, acting):
    with acting(OWNER):
        made = measure().record_id
    answer = call("pso@liege.demo", "get", f"measures/{made}")[2]
    assert call("pso@liege.demo", "get", f"measures/{made}", **{"If-None-Match": answer["ETag"]})[0] == 304
    with acting(OWNER):
        withdraw_measure(made, reason="mistake", at=now())
    assert call("pso@liege.demo", "get", f"measures/{made}")[0] == 410
    assert call("officer@outside.demo", "get", f"measures/{made}")[0] == 404


def test_a_token_without_the_scope_writes_nothing(bearer_for, acting):
    made = agreed(acting)
    client = Client(headers=bearer_for("pso@liege.demo", scopes=("read",)))
    told = {"place": "BELGG", "state": "in_place", "since": "2026-01-05", "coverage": 60}
    answer = client.post(f"/api/v1/measures/{made}/adoption", data=json.dumps(told), content_type="application/json")
    assert answer.status_code == 403
