"""Who sees a measure, widened and narrowed; and what a merged proposal replaces."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.measures import audience_actions, queries
from port2port.measures.actions import propose
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from tests.measures.writing import DRAFT, OWNER, measure
from tests.reports.writing import keys

PARTNER, OUT = "pso@northsea.demo", "pfso@quay1.demo"


def sees(acting: Any, email: str, made: UUID) -> bool:
    with acting(email):
        try:
            queries.measure(made, at=now())
        except NotFound:
            return False
        return True


def test_it_is_shared_with_more_and_with_fewer(acting):
    with acting(OWNER):
        made = measure("port-security-officers", tlp=Tlp.AMBER).record_id
    assert sees(acting, PARTNER, made) and not sees(acting, "analyst@police.demo", made)
    with acting(OWNER):
        to = Addressing(keys(("ports-and-police",)), Tlp.AMBER)
        audience_actions.widen_measure(made, to=to, at=now())
        with pytest.raises(Invalid):
            audience_actions.widen_measure(made, to=to, at=now())
        with pytest.raises(Conflict):
            audience_actions.narrow_measure(made, keep=(), tlp=Tlp.AMBER, at=now(), expected=99)
    assert sees(acting, "analyst@police.demo", made)
    with acting(OWNER):
        audience_actions.narrow_measure(made, keep=keys(("port-security-officers",)), tlp=Tlp.AMBER, at=now())
    assert not sees(acting, "analyst@police.demo", made) and sees(acting, PARTNER, made)


def test_only_its_stewards_do(acting):
    with acting(OWNER):
        made = measure().record_id
        to = Addressing(keys(("ports-and-police",)), Tlp.GREEN)
    with acting(PARTNER), pytest.raises(Refused):
        audience_actions.widen_measure(made, to=to, at=now())
    with acting(PARTNER), pytest.raises(Refused):
        audience_actions.narrow_measure(made, keep=(), tlp=Tlp.GREEN, at=now())
    with acting("officer@outside.demo"), pytest.raises(NotFound):
        audience_actions.widen_measure(made, to=to, at=now())


def test_by_page_and_by_api(acting, client_for, bearer_for):
    with acting(OWNER):
        made = measure("port-security-officers", tlp=Tlp.AMBER).record_id
        more = str(keys(("ports-and-police",))[0])
        version = queries.version_of(made)
    browser = client_for(OWNER)
    path = f"/measures/{made}/audience/more/"
    assert browser.get(path).status_code == 200
    sent = {"circles": [more], "tlp": "AMBER", "version": version}
    assert browser.post(path, sent | {"circles": []}).status_code == 422
    assert browser.post(path, sent).status_code == 302
    assert sees(acting, "analyst@police.demo", made)
    machine = Client(headers=bearer_for(OWNER))
    turn = {"act": "narrow", "circles": ["port-security-officers"]}
    answer = machine.post(f"/api/v1/measures/{made}/audience", data=json.dumps(turn), content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert not sees(acting, "analyst@police.demo", made)


@pytest.mark.parametrize(("way", "offered"), [("merged", True), ("split", True), ("copied", False)])
def test_what_a_proposal_replaces_is_offered_to_be_ended(acting, client_for, way, offered):
    with acting(OWNER):
        old = measure().record_id
        made = propose(
            draft=DRAFT, threat="drug_smuggling", to=Addressing(keys(("all-members",)), Tlp.GREEN),
            terms=terms_for("drug_smuggling", reporter()), at=now(), category="release_process",
            predecessors=[old], lineage=way,
        ).record_id  # fmt: skip
        reference = queries.measure(made, at=now()).reference
    path = f"/measures/{old}/retire/?by={reference}"
    assert (path in client_for(OWNER).get(f"/measures/{made}/").content.decode()) == offered
    assert path not in client_for(PARTNER).get(f"/measures/{made}/").content.decode()
    assert f"Replaced by {reference}." in client_for(OWNER).get(path).content.decode()
    assert "Replaced by" not in client_for(OWNER).get(f"/measures/{old}/retire/?by=<script>").content.decode()
