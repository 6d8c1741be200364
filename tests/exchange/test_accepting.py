"""A report of an incident that was sent: by a person, for the own organisation, as narrow as it was marked."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, NotFound, Refused
from port2port.exchange.inbound.accepting import make_report
from port2port.exchange.inbound.actions import receive
from port2port.exchange.models import Inbound
from port2port.exchange.stix.extensions import MARITIME
from port2port.exchange.stix.records import project
from port2port.reports.models import Observable, Report
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.attacks import FORBIDDEN, refused
from tests.exchange.given import NODE, REPORT, SITE

OWNER, PARTNER = "pso@antwerp.demo", "pso@northsea.demo"


def sent(*objects: dict[str, Any]) -> Inbound:
    """Send objects as the current actor, and return the incident among them."""
    receive(json.dumps({"objects": list(objects)}).encode(), at=now())
    return Inbound.objects.get(kind="incident")


def theirs() -> list[dict[str, Any]]:
    """What another node of ours would send of a report."""
    return [
        one if "created" not in one else one | {"modified": one["created"]}
        for one in project(REPORT, site=SITE, node=NODE)
    ]


def plain(**changes: Any) -> dict[str, Any]:
    return {
        "type": "incident", "spec_version": "2.1", "id": f"incident--{uuid4()}", "created": "2026-11-20T10:00:00.000Z",
        "modified": "2026-11-20T10:00:00.000Z", "name": "A box was opened (test)",
    } | changes  # fmt: skip


def test_what_another_node_sends_becomes_the_same_report(acting):
    with acting(OWNER):
        made = make_report(sent(*theirs()).id, threat="drug_smuggling", port="BEANR", at=now())
        report, record = Report.objects.get(record_id=made.record_id), Record.objects.get(id=made.record_id)
        assert (report.title, report.text, report.nature) == (REPORT.title, REPORT.text, "incident")
        assert (report.substance, report.quantity_kg, report.severity) == ("cocaine", 12.5, "high")
        assert (report.modus_operandi, report.modus_operandi_also) == ("DR01", ["DR18"])
        assert (record.origin, record.tlp) == ("stix", Tlp.AMBER)
        assert record.origin_id.startswith("incident--")
        kinds = {one.kind for one in Observable.objects.filter(report=report)}
        assert kinds == {"container", "seal", "imo", "mmsi", "ip", "domain", "url", "hash"}
    with acting(PARTNER):
        assert not Record.objects.filter(id=made.record_id).exists()


def test_an_incident_of_others_is_taken_for_what_it_says_and_no_more(acting):
    with acting(OWNER):
        made = make_report(sent(plain()).id, threat="other", port="BEANR", at=now())
        assert (made.title, made.nature, made.severity) == ("A box was opened (test)", "suspicious", "moderate")
        assert made.record.tlp == Tlp.AMBER_STRICT


@pytest.mark.parametrize("quantity", [10**400, -1, "12", 1e300], ids=["long", "negative", "text", "much"])
def test_a_quantity_that_no_report_has_is_none(acting, quantity):
    with acting(OWNER):
        row = sent(plain(extensions={MARITIME.id: {"extension_type": "property-extension", "quantity_kg": quantity}}))
        assert make_report(row.id, threat="other", port="BEANR", at=now()).quantity_kg is None


def test_once_only_and_never_tlp_red(acting):
    red = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
    with acting(OWNER):
        row = sent(plain())
        make_report(row.id, threat="other", port="BEANR", at=now())
        with pytest.raises(Conflict):
            make_report(row.id, threat="other", port="BEANR", at=now())
        Inbound.objects.all().delete()
        other = sent(plain(object_marking_refs=[red]))
        with pytest.raises(Refused):
            make_report(other.id, threat="other", port="BEANR", at=now())
    with acting(PARTNER), pytest.raises(NotFound):
        make_report(other.id, threat="other", port="BEANR", at=now())


def test_the_pages_and_the_api_do_the_same(acting, client_for, bearer_for):
    with acting(OWNER):
        row = sent(*theirs())
    browser, partner = client_for(OWNER), client_for(PARTNER)
    page = browser.get("/systems/").content.decode()
    assert REPORT.title in page
    assert REPORT.title not in partner.get("/systems/").content.decode()
    assert partner.get(f"/systems/sent/{row.id}/").status_code == 404
    form = browser.get(f"/systems/sent/{row.id}/").content.decode()
    assert '<option value="drug_smuggling" selected>' in form
    wrong = browser.post(f"/systems/sent/{row.id}/", {"threat": "drug_smuggling", "port": "XXXXX"})
    assert wrong.status_code == 422
    machine = Client(headers=bearer_for(OWNER))
    (listed,) = machine.get("/api/v1/exchange/inbound?type=incident").json()["items"]
    assert len(machine.get("/api/v1/exchange/inbound").json()["items"]) == len(theirs())
    assert (listed["id"], listed["tlp"], listed["report"]) == (str(row.id), "AMBER", None)
    answer = browser.post(f"/systems/sent/{row.id}/", {"threat": "drug_smuggling", "port": "BEANR"})
    assert answer.status_code == 302
    assert "Open the report" in browser.get(f"/systems/sent/{row.id}/").content.decode()
    again = machine.post(
        f"/api/v1/exchange/inbound/{row.id}/report", {"threat": "drug_smuggling", "port": "BEANR"},
        content_type="application/json",
    )  # fmt: skip
    assert again.status_code == 409


def test_the_api_makes_one_too(acting, bearer_for):
    with acting(OWNER):
        row = sent(plain())
    answer = Client(headers=bearer_for(OWNER)).post(
        f"/api/v1/exchange/inbound/{row.id}/report",
        {"threat": "other", "port": "BEANR"},
        content_type="application/json",
    )
    assert answer.status_code == 201
    with acting(OWNER):
        assert Report.objects.get(record_id=answer.json()["report"]).title == "A box was opened (test)"


def test_others_neither_read_nor_change_what_was_sent(acting, enter):
    with acting(OWNER):
        row = sent(plain())
    connection = enter(PARTNER)
    assert connection.execute("select count(*) from exchange_inbound").fetchone() == (0,)
    assert connection.execute("select count(*) from exchange_delivery").fetchone() == (0,)
    assert connection.execute("delete from exchange_inbound").rowcount == 0
    assert connection.execute("update exchange_inbound set report_id = null").rowcount == 0
    columns = "select new_uuid7(), organisation_id, person_id, delivery_id, stix_id, kind, version, added, tlp, body"
    insert = (
        "insert into exchange_inbound (id, organisation_id, person_id, delivery_id, stix_id, kind, version, added, tlp,"
    )
    insert += " body)"
    assert connection.execute(f"{insert} {columns} from exchange_inbound").rowcount == 0
    mine = enter(OWNER)
    assert refused(mine, "update exchange_inbound set body = '{}'") == FORBIDDEN
    assert refused(mine, "update exchange_inbound set report_id = %s", row.id) == FORBIDDEN
    assert refused(mine, "update exchange_delivery set total = 0") == FORBIDDEN
    assert refused(mine, "select exchange_forget(1)") == "PP403"
