"""Taking in an export: by page and API alike, for the own organisation, and a person makes the report."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Refused
from port2port.exchange.inbound.accepting import make_report
from port2port.exchange.misp.importing import look, take
from port2port.exchange.models import Inbound
from port2port.reports.models import Observable
from port2port.sharing.tlp import Tlp
from tests.exchange.misp.export import UUIDS, event

OWNER, PARTNER, ADMIN = "pso@antwerp.demo", "pso@northsea.demo", "admin@antwerp.demo"
RAW = json.dumps({"Event": event()}).encode()


def test_it_waits_for_a_person_of_the_organisation_and_becomes_a_report(acting):
    with acting(OWNER):
        (one,) = take(RAW, at=now())
        assert not one.message
        row = Inbound.objects.get(kind="incident")
        assert row.tlp == Tlp.AMBER
        made = make_report(row.id, threat="cyber_attack", port="BEANR", at=now())
        assert made.title == event()["info"]
        assert made.record.tlp == Tlp.AMBER
        assert Observable.objects.filter(report=made).count() == one.observables
    with acting(PARTNER):
        assert not Inbound.objects.exists()


def test_looking_writes_nothing_and_sending_again_changes_nothing(acting):
    with acting(OWNER):
        look(RAW)
        assert not Inbound.objects.exists()
        take(RAW, at=now())
        number = Inbound.objects.count()
        (again,) = take(RAW, at=now())
        assert not again.message
        assert Inbound.objects.count() == number
        (other,) = take(json.dumps({"Event": event(info="Another text")}).encode(), at=now())
        assert other.message
        (later,) = take(json.dumps({"Event": event(timestamp="1795000900")}).encode(), at=now())
        assert not later.message
        assert Inbound.objects.filter(stix_id=f"incident--{UUIDS[0]}").count() == 2


def test_who_may_not_report_takes_nothing_in(acting):
    with acting(ADMIN):
        for act in (look, lambda raw: take(raw, at=now())):
            with pytest.raises(Refused):
                act(RAW)


def test_the_page_shows_it_first_and_takes_it_in_when_confirmed(acting, client_for):
    browser = client_for(OWNER)
    shown = browser.post("/systems/misp/", {"file": SimpleUploadedFile("e.json", RAW)})
    assert shown.status_code == 200
    assert event()["info"] in shown.content.decode()
    with acting(OWNER):
        assert not Inbound.objects.exists()
    confirmed = shown.context["confirmed"]
    assert browser.post("/systems/misp/", {"confirmed": confirmed}).status_code == 302
    with acting(OWNER):
        assert Inbound.objects.filter(kind="incident").count() == 1
    assert event()["info"] in browser.get("/systems/").content.decode()
    many = json.dumps({"response": [{"Event": event()}] * 101}).encode()
    for wrong in (b"no", b"\xff", many):
        answer = browser.post("/systems/misp/", {"file": SimpleUploadedFile("e.json", wrong)})
        assert answer.status_code == 422


def test_the_api_looks_and_takes(acting, bearer_for):
    machine = Client(headers=bearer_for(OWNER))
    looked = send(machine, "?dry_run=true", RAW)
    (item,) = looked.json()["items"]
    assert (item["uuid"], item["tlp"], item["observables"], item["kept"]) == (UUIDS[0], "AMBER", 6, 2)
    with acting(OWNER):
        assert not Inbound.objects.exists()
    assert send(machine, "", RAW).json() == looked.json()
    with acting(OWNER):
        assert Inbound.objects.filter(kind="incident").count() == 1
    assert send(machine, "", b"{}").status_code == 422
    assert send(Client(headers=bearer_for(OWNER, "read")), "", RAW).status_code == 403


def send(client: Client, query: str, body: bytes) -> Any:
    return client.post(f"/api/v1/exchange/misp{query}", body, content_type="application/json")
