"""Guard rails on texts: who may share what, and what is said instead."""

import json
from dataclasses import replace

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.members.places import known_places
from port2port.reports import actions, queries
from port2port.reports.drafts import draft_of
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp
from tests.reports.writing import keys, own, report

PHONE = "Ring the driver at +32 470 00 00 00 when the lock opens."
NUMBER = "His register number is 85.07.30-033.28, he said."
SECRET = "NATO SECRET\nThe patrol leaves at four."


def refused(acting, text: str, **changes: object) -> list[str]:
    with acting("pso@antwerp.demo"), pytest.raises(Invalid) as wrong:
        report(text=text, **changes)  # type: ignore[arg-type]
    return [str(problem.message) for problem in wrong.value.problems if problem.field == "text"]


def test_what_may_identify_somebody_is_pointed_out_masked(acting):
    [told] = refused(acting, PHONE)
    assert "+3" in told and "470 00 00 00" not in told


def test_the_writer_may_say_that_it_is_nobodys(acting):
    with acting("pso@antwerp.demo"):
        assert report(text=PHONE, nobodys=True).text == PHONE


def test_a_register_number_is_refused_whoever_reads_it(acting):
    for tlp, to in ((Tlp.AMBER, ()), (Tlp.AMBER_STRICT, "own")):
        with acting("pso@antwerp.demo"), pytest.raises(Invalid) as wrong:
            report(text=NUMBER, tlp=tlp, to=own() if to else (), nobodys=True)
        assert {problem.field for problem in wrong.value.problems} == {"text"}


def test_a_marked_text_is_refused_with_where_to_take_it(acting):
    [told] = refused(acting, SECRET, nobodys=True)
    assert len(told) > 40


def test_what_was_written_for_colleagues_is_looked_at_again_when_it_is_widened(acting):
    with acting("pso@antwerp.demo"):
        made = report(text=PHONE, tlp=Tlp.AMBER_STRICT, to=own()).record_id
        wider = Addressing(keys(("ports-and-police",)), Tlp.AMBER)
        with pytest.raises(Invalid) as wrong:
            actions.widen_report(made, to=wider, at=now())
        assert [problem.field for problem in wrong.value.problems] == ["audience"]
        actions.widen_report(made, to=wider, at=now(), nobodys=True)


def test_an_edit_is_guarded_too(acting):
    with acting("pso@antwerp.demo"):
        made = report().record_id
        shown = queries.report(made, at=now())
        draft = replace(draft_of(shown.report, shown.record, known_places()), text=PHONE)
        with pytest.raises(Invalid):
            actions.edit_report(made, draft=draft, expected=1, at=now())
        assert actions.edit_report(made, draft=draft, expected=1, at=now(), nobodys=True).text == PHONE


def test_the_page_keeps_what_was_typed_and_offers_the_way_out(client_for):
    browser = client_for("pso@antwerp.demo")
    sent = {
        "threat": "drone_misuse",
        "text": PHONE,
        "where": "port:BEANR",
        "when": "now",
        "audience": "ports-and-police",
    }
    answer = browser.post("/reports/new/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and PHONE in page and 'name="nobodys"' in page
    assert browser.post("/reports/new/", sent | {"nobodys": "on"}).status_code == 302


def test_the_api_says_it_too(bearer_for):
    client = Client(headers=bearer_for("pso@antwerp.demo"))
    sent = {
        "threat": "drone_misuse", "text": PHONE, "place": {"kind": "port", "port": "BEANR"},
        "occurred_at": "2026-11-20T03:05:00+01:00",
    }  # fmt: skip
    answer = client.post("/api/v1/reports", json.dumps(sent), content_type="application/json")
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "text"
    sent["nobodys"] = True
    assert client.post("/api/v1/reports", json.dumps(sent), content_type="application/json").status_code == 201
