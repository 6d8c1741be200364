"""What an organisation says of itself, by API: as the page takes it, and of nobody else."""

import json

from django.test import Client

PSO, PFSO, DPO = "pso@antwerp.demo", "pfso@quay1.demo", "dpo@antwerp.demo"
SCOPES = ("read", "administer")
PATH = "/api/v1/routing/organisation"
SAID = {
    "nis2_scope": True, "nis2_category": "essential", "critical_entity": None, "supervisor": "CCB",
    "since": "2026-01-01", "source": "DEMO",
}  # fmt: skip


def ask(bearer, said):
    return Client(headers=bearer).put(PATH, json.dumps(said), content_type="application/json")


def test_it_is_said_and_read_by_the_own_organisation_alone(bearer_for, client_for):
    nothing = {name: "" if isinstance(value, str) else None for name, value in SAID.items()} | {"since": None}
    assert Client(headers=bearer_for(PFSO)).get(PATH).json() == nothing | {"set_at": None}
    answer = ask(bearer_for(PFSO, SCOPES), SAID)
    assert answer.status_code == 200, answer.content
    told = Client(headers=bearer_for(PFSO)).get(PATH).json()
    assert told == answer.json() and SAID.items() <= told.items() and told["set_at"]
    assert "DEMO" in client_for(PFSO).get("/reports/routing/").content.decode()
    assert Client(headers=bearer_for(PSO)).get(PATH).json()["set_at"] is None
    assert ask(bearer_for(PFSO, SCOPES), {"nis2_scope": False}).json()["nis2_category"] == ""  # said anew, whole


def test_what_does_not_fit_is_named_and_who_may_not_is_refused(bearer_for):
    wrong = ask(bearer_for(PFSO, SCOPES), SAID | {"nis2_scope": False})
    assert wrong.status_code == 422 and [one["field"] for one in wrong.json()["errors"]] == ["nis2_category"]
    assert ask(bearer_for(PFSO, SCOPES), SAID | {"since": "2999-01-01"}).status_code == 422
    assert ask(bearer_for(PFSO, SCOPES), SAID | {"name": "x"}).status_code == 422
    assert ask(bearer_for(DPO, SCOPES), SAID).status_code == 403
    assert ask(bearer_for(PFSO), SAID).status_code == 403  # the token lacks the scope
