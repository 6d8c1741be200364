"""The pages and the API of the desk: one walk through each, and who gets none."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from port2port.base.clock import now
from port2port.governance.desk import queries
from tests.governance.asking import DPO, NAME, OTHER, breach, checked, received, second_desk

AT = "%Y-%m-%dT%H:%M"
PATHS = ("", "breaches/", "retention/", "transfers/", "requests/new/", "breaches/new/")


def ago(hours: int) -> str:
    return timezone.localtime(now() - timedelta(hours=hours)).strftime(AT)


@pytest.mark.parametrize("path", PATHS)
def test_the_desk_is_the_officers(client_for, path):
    assert client_for(DPO).get(f"/governance/desk/{path}").status_code == 200
    for email in ("pso@antwerp.demo", "admin@antwerp.demo", "contact@agent.demo"):
        assert client_for(email).get(f"/governance/desk/{path}").status_code == 403


def test_a_request_from_the_letter_that_came_to_the_letter_that_goes(client_for, acting):
    browser = client_for(DPO)
    sent = {
        "kind": "access",
        "received_at": ago(30),
        "language": "fr",
        "name": NAME,
        "contact": "x@example.org",
        "wish": "All",
    }
    page = browser.post("/governance/desk/requests/new/", sent)
    assert page.status_code == 302
    address = page["Location"]
    assert "Nous l" not in browser.get("/governance/desk/").text
    for told in (
        {"do": "identity", "how": "known_contact"},
        {"do": "search", "terms": "pso@antwerp.demo"},
        {"do": "decide", "rest": "1", "decision": "given"},
        {"do": "close", "act": "answered", "text": "Rien (test)."},
    ):
        assert browser.post(address, told).status_code == 302, told
    page = browser.get(address)
    assert NAME in page.text and "Rien (test)." in page.text
    assert browser.get(f"{address}letter/").content.startswith(b"%PDF")
    assert browser.post(address, {"do": "close", "act": "answered", "text": "Again"}).status_code == 422


def test_a_wrong_form_keeps_what_was_typed(client_for, acting):
    with acting(DPO):
        request = checked()
    page = client_for(DPO).post(f"/governance/desk/requests/{request.id}/", {"do": "search", "terms": "abc"})
    assert page.status_code == 422 and "abc" in page.text


def test_a_breach_from_known_to_closed(client_for):
    browser = client_for(DPO)
    sent = {"title": "A list (test)", "what": "To others (test).", "nature": "confidentiality", "aware_at": ago(2)}
    address = browser.post("/governance/desk/breaches/new/", sent)["Location"]
    early = {"do": "step", "act": "not_notified", "text": "No risk (test)."}
    assert browser.post(address, early).status_code == 409
    for told in (
        {"do": "check", "code": "contain"},
        {
            "do": "describe",
            "persons": "11",
            "records": "11",
            "processings": "reports",
            "consequences": "C",
            "measures": "M",
        },
        {"do": "step", "act": "assessed", "code": "high", "text": "Addresses of people at risk (test)."},
        {"do": "step", "act": "notified", "text": "GBA-1 (test)"},
    ):
        assert browser.post(address, told).status_code == 302, told
    assert browser.post(address, {"do": "step", "act": "closed", "text": ""}).status_code == 409, "persons come first"
    for act in ("persons_told", "closed"):
        assert browser.post(address, {"do": "step", "act": act, "text": "By mail (test)."}).status_code == 302
    for language, words in (("nl", "Betroffene"), ("de", "GBA-1")):
        assert browser.get(f"{address}notice/?language={language}").content.startswith(b"%PDF"), words
    assert browser.get("/governance/desk/breaches/file/?format=xlsx").content.startswith(b"PK")


def test_a_joint_controller_has_a_clock_of_its_own(acting, cast, owner, bearer_for):
    second_desk(owner, cast)
    with acting(DPO):
        made = breach(ago=60)
    answer = Client().post(
        f"/api/v1/desk/breaches/{made.id}/tellings", {"organisation": str(cast[OTHER].organisation)},
        content_type="application/json", headers=bearer_for(DPO),
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    with acting(OTHER):
        (theirs,) = queries.breaches(at=now())
        assert theirs.row.heard_of == made.id and theirs.clock is not None and theirs.clock.due is not None
        assert theirs.clock.due - theirs.row.aware_at == timedelta(hours=72)
        assert theirs.acts == [], "what the first one did is not told"


def test_the_api_walks_a_request(bearer_for, acting):
    headers = bearer_for(DPO)
    sent = {"kind": "erasure", "received_at": now().isoformat(), "language": "en", "name": NAME, "contact": "c"}
    made = Client().post("/api/v1/desk/requests", sent, content_type="application/json", headers=headers)
    assert made.status_code == 201, made.text
    address = made["Location"]
    for path, told in (
        ("steps", {"act": "identity", "code": "known_contact"}),
        ("traces", {"terms": ["pso@antwerp.demo"]}),
    ):
        answer = Client().post(f"{address}/{path}", told, content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.text
    traces = [one["id"] for one in Client().get(f"{address}/traces", headers=headers).json()["items"]]
    assert traces
    decided = {"traces": traces, "decision": "withheld", "ground": "legal_duty_to_keep"}
    assert (
        Client().post(f"{address}/decisions", decided, content_type="application/json", headers=headers).status_code
        == 200
    )
    ended = {"act": "refused", "code": "legal_duty_to_keep", "text": "It must be kept (test)."}
    closed = Client().post(f"{address}/steps", ended, content_type="application/json", headers=headers).json()
    assert closed["state"] == "closed" and closed["owed"] is None and "It must be kept (test)." in closed["letter"]
    for path in ("requests", "retention", "transfers", "choices", "breaches"):
        assert Client().get(f"/api/v1/desk/{path}", headers=headers).status_code == 200, path


def test_what_waits_stands_at_home_and_lateness_goes_up(client_for, acting):
    with acting(DPO):
        received(ago=40)
    assert "waits for an answer" in client_for(DPO).get("/").text
    above = client_for("admin@antwerp.demo").get("/").text
    assert "1 deadline of data protection is late" in above and NAME not in above
    assert "data protection is late" not in client_for("pso@antwerp.demo").get("/").text
