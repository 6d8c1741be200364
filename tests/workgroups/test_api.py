"""The API of working groups: a meeting from its calling to its approval, by two who write."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from port2port.base.clock import now
from tests.reports.writing import report
from tests.workgroups.writing import CHAIR, MEMBER, OUTSIDER, SECRETARY, World, world


@pytest.fixture
def ask(bearer_for: Any) -> Any:
    """`ask(CHAIR, "POST", "/workgroups", {...})` answers status, headers and what came back."""
    client = Client()

    def asked(email: str, verb: str, path: str, body: Any = None, **headers: str) -> Any:
        options: dict[str, Any] = {"headers": bearer_for(email) | {n.replace("_", "-"): v for n, v in headers.items()}}
        if body is not None:
            options |= {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(client, verb.lower())(f"/api/v1{path}", **options)
        return answer.status_code, answer.headers, json.loads(answer.content) if answer.content else {}

    return asked


@pytest.fixture
def made(acting: Any, cast: Any) -> World:
    return world(acting, cast)


def times(days: int) -> dict[str, str]:
    begins = now() + timedelta(days=days)
    return {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=1)).isoformat()}


def test_a_group_is_founded_seated_ruled_and_closed(ask, cast):
    sent = {"name": "N", "label": "L", "remit": "R", "rule": {"kind": "consensus"}}
    status, headers, group = ask(CHAIR, "POST", "/workgroups", sent, Idempotency_Key="a")
    assert (status, headers["Location"], headers["ETag"]) == (201, group["url"], '"1"')
    assert ask(CHAIR, "POST", "/workgroups", sent, Idempotency_Key="a")[2] == group
    path = f"/workgroups/{group['id']}"
    seat = {"person": str(cast[MEMBER].person), "organisation": str(cast[MEMBER].organisation)}
    assert len(ask(CHAIR, "POST", f"{path}/seats", seat)[2]["seats"]) == 2
    rule = {"kind": "qualified", "fraction": "2/3", "quorum": "1/2", "reason": "More of us."}
    assert ask(CHAIR, "POST", f"{path}/rule", rule)[2]["rule"]["fraction"] == "2/3"
    assert ask(CHAIR, "POST", f"{path}/rule", rule | {"fraction": "many"})[0] == 422
    assert ask(CHAIR, "PATCH", path, {"name": "M"})[0] == 428
    assert ask(CHAIR, "PATCH", path, {"name": "M"}, If_Match='"9"')[0] == 412
    assert ask(CHAIR, "PATCH", path, {"name": "M"}, If_Match='"1"')[2]["name"] == "M"
    assert ask(MEMBER, "GET", path)[2]["you_keep_it"] is False
    assert ask(MEMBER, "DELETE", f"{path}/seats/{cast[MEMBER].person}")[0] == 204
    assert ask(MEMBER, "GET", path)[0] == 404 and ask(OUTSIDER, "GET", "/workgroups")[2] == {"items": []}
    assert ask(CHAIR, "POST", f"{path}/closing")[2]["closed_at"]


def test_a_meeting_from_its_calling_to_its_approval(ask, made, cast):
    _s, headers, meeting = ask(CHAIR, "POST", f"/workgroups/{made.group}/meetings", {"title": "Second", **times(0)})
    path = f"/meetings/{meeting['id']}"
    assert headers["ETag"] == '"1"'
    _s, _h, whole = ask(CHAIR, "GET", path)
    assert [offer["about"] for offer in whole["offers"]] == ["meeting"] and ask(MEMBER, "GET", path)[2]["offers"] == []
    offer = whole["offers"][0]
    item = ask(CHAIR, "POST", f"{path}/items", {name: offer[name] for name in ("about", "target", "title")})[2]
    one = f"/meetings/items/{item['id']}"
    assert ask(SECRETARY, "PUT", f"{one}/minutes", {"minutes": "Said."}, If_Match='"1"')[2]["version"] == 2
    assert ask(CHAIR, "PUT", f"{one}/minutes", {"minutes": "Other."}, If_Match='"1"')[0] == 412
    assert ask(MEMBER, "PUT", f"{one}/minutes", {"minutes": "Me."}, If_Match='"2"')[0] == 403
    there = {"person": str(cast[MEMBER].person), "state": "present"}
    assert ask(SECRETARY, "POST", f"{path}/attendance", there)[2]["attendance"][0]["state"] == "present"
    first = f"/meetings/{made.meeting}"
    assert ask(CHAIR, "POST", f"{first}/approval", {"meeting": meeting["id"]}, If_Match='"1"')[2]["state"] == "approved"
    old = f"/meetings/items/{made.item}"
    assert ask(CHAIR, "PATCH", old, {"title": "x"}, If_Match='"1"')[0] == 409
    corrected = {"minutes": "More.", "reason": "Left out."}
    assert ask(CHAIR, "PUT", f"{old}/minutes", corrected, If_Match='"1"')[2]["corrections"][0]["minutes"] == "More."
    moved = ask(CHAIR, "PATCH", path, {"state": "cancelled", **times(2)}, If_Match='"1"')[2]
    assert (moved["state"], moved["sequence"]) == ("cancelled", 2)
    assert ask(MEMBER, "GET", "/meetings?state=cancelled")[2]["count"] == 1
    assert ask(MEMBER, "GET", "/meetings?when=now")[0] == 422


def test_a_member_excuses_oneself_and_comes_after_all(ask, made):
    meeting = ask(CHAIR, "POST", f"/workgroups/{made.group}/meetings", {"title": "Second", **times(2)})[2]
    path = f"/meetings/{meeting['id']}/excuse"
    assert ask(MEMBER, "POST", path)[2]["attendance"][0]["state"] == "excused"
    assert ask(MEMBER, "POST", path)[0] == 409
    assert ask(MEMBER, "DELETE", path)[2]["attendance"] == [] and ask(MEMBER, "DELETE", path)[0] == 409
    assert ask(MEMBER, "POST", f"/meetings/{made.meeting}/excuse")[0] == 409  # it is over
    assert ask(OUTSIDER, "POST", path)[0] == 404


def test_decisions_actions_papers_and_links(ask, made, cast, acting):
    sent = {"group": str(made.group), "title": "Radar", "text": "Share radar plots.", "item": str(made.item)}
    decision = ask(MEMBER, "POST", "/decisions", sent)[2]
    path = f"/decisions/{decision['id']}"
    assert ask(MEMBER, "PATCH", path, {"title": "Radar plots"}, If_Match='"1"')[2]["title"] == "Radar plots"
    votes = {"votes": {str(cast[email].organisation): "for" for email in (CHAIR, MEMBER)}}
    assert ask(MEMBER, "POST", f"{path}/votes", votes, If_Match='"2"')[0] == 403
    decided = ask(SECRETARY, "POST", f"{path}/votes", votes, If_Match='"2"')[2]
    assert (decided["state"], decided["organisations"], decided["rule"]["kind"]) == ("reached", 3, "consensus")
    assert [one["id"] for one in ask(MEMBER, "GET", "/decisions?q=radar")[2]["items"]] == [decision["id"]]
    assert ask(OUTSIDER, "GET", "/decisions?q=radar")[2]["items"] == [] and ask(OUTSIDER, "GET", path)[0] == 404
    with acting(CHAIR):
        target = str(report("ports-and-police").record_id)
    linked = ask(CHAIR, "POST", f"{path}/links", {"kind": "report", "target": target})[2]["links"][0]
    assert [one["id"] for one in ask(MEMBER, "GET", f"/decisions?about={target}")[2]["items"]] == [decision["id"]]
    assert ask(OUTSIDER, "GET", f"/decisions?about={target}")[2]["items"] == []
    assert ask(MEMBER, "GET", f"/actions?about={target}")[2]["items"] == []
    assert linked["target"] == target and ask(CHAIR, "DELETE", f"{path}/links/{linked['id']}")[0] == 204
    action = {"group": str(made.group), "text": "Ask.", "owner": str(cast[MEMBER].person), "due": "2027-01-01"}
    given = ask(CHAIR, "POST", "/actions", action)[2]
    one = f"/actions/{given['id']}"
    assert ask(MEMBER, "GET", "/actions?mine=true&state=open")[2]["count"] == 1
    assert ask(MEMBER, "PATCH", one, {"state": "done"}, If_Match='"1"')[0] == 422
    assert ask(MEMBER, "PATCH", one, {"state": "done", "outcome": "Asked."}, If_Match='"1"')[2]["state"] == "done"
    assert ask(CHAIR, "PATCH", one, {"state": "open"}, If_Match='"2"')[2]["outcome"] == ""
    paper = ask(MEMBER, "POST", f"/workgroups/{made.group}/papers", {"title": "P", "text": "# T"})[2]
    assert ask(CHAIR, "GET", f"/papers/{paper['id']}")[2]["text"] == "# T"
    assert ask(MEMBER, "POST", f"/papers/{paper['id']}/withdrawal", {"reason": "mistake"})[0] == 204
    assert ask(CHAIR, "GET", f"/papers/{paper['id']}")[0] == 410
