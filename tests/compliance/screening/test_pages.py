"""Pages and API of security verifications, and of what is said of port bans."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from port2port.compliance.screening.models import Screening
from port2port.compliance.screening.tasks import screening
from tests.compliance.files.given import ANSM, PFSO, POLICE, PSO, QUAY
from tests.compliance.screening.given import YEAR, kept, on

LIST = "/deadlines/screening/"


@pytest.fixture
def row(acting):
    with acting(PFSO):
        return kept("PG-1", since=YEAR * 5 + 50, verified_on=YEAR * 5 + 20)


def test_a_number_is_added_written_anew_and_deleted_by_page(client_for, acting):
    browser = client_for(PFSO)
    assert "No number stands here yet" in browser.get(LIST).content.decode()
    sent = {"number": "pg-7", "function": "guard", "facility": QUAY, "since": str(on(40)), "verified_on": str(on(50))}
    assert browser.post(f"{LIST}new/", {"number": "Jan Janssen", "function": "guard"}).status_code == 422
    assert browser.post(f"{LIST}new/", sent).headers["Location"] == LIST
    assert "PG-7" in browser.get(LIST).content.decode()
    with acting(PFSO):
        one = Screening.objects.get()
    page = f"{LIST}{one.subject_id}/"
    assert 'value="PG-7"' in browser.get(page).content.decode()
    assert browser.post(page, sent | {"refused_on": str(on(1))}).status_code == 302
    assert "Not verified" in browser.get(f"{LIST}?show=late").content.decode()
    assert browser.post(f"{page}end/").status_code == 302
    assert browser.get(page).status_code == 404


def test_a_list_is_looked_at_first(client_for, acting):
    browser = client_for(PFSO)
    head = "number,function,facility,since,applied_on,verified_on,refused_on\r\n"

    def sent(rows):
        return browser.post(f"{LIST}import/", {"file": SimpleUploadedFile("a.csv", (head + rows).encode())})

    assert browser.get(f"{LIST}example/").content.decode("utf-8-sig").startswith(head.strip())
    wrong = sent("JANSSEN,guard,,,,,\r\n")
    assert wrong.status_code == 422 and "number" in wrong.content.decode()
    looked = sent(f"PG-1,guard,{QUAY},,,{on(5)},\r\n")
    assert looked.status_code == 200
    packed = looked.context["packed"]
    with acting(PFSO):
        assert not Screening.objects.exists()
    assert browser.post(f"{LIST}import/", {"confirmed": packed}).status_code == 302
    with acting(PFSO):
        assert Screening.objects.get().number == "PG-1"
    assert client_for(PSO).post(f"{LIST}import/", {"confirmed": packed}).status_code == 422  # sealed for one person


def test_who_keeps_none_reads_numbers_or_nothing(client_for, acting, row):
    with acting(PFSO):
        for number in range(8):
            kept(f"A-{number}", since=300, **({"verified_on": 200} if number < 4 else {}))
    screening()
    assert client_for(POLICE).get(LIST).status_code == 403
    for path in (LIST, "/deadlines/overview/"):
        said = client_for(ANSM).get(path).content.decode()
        assert "in numbers" in said and "PG-1" not in said and "A-3" not in said, path
    for path in (f"{LIST}new/", f"{LIST}import/"):
        assert client_for(ANSM).get(path).status_code == 403
    assert client_for(PSO).get(f"{LIST}{row.subject_id}/").status_code == 404


def test_port_bans_are_linked_and_not_kept(client_for, bearer_for, row):
    for email in (PFSO, POLICE, ANSM):
        page = client_for(email).get("/deadlines/port-bans/").content.decode()
        assert "No port ban is kept here" in page and "https://www.ejustice.just.fgov.be/" in page
        told = Client(headers=bearer_for(email)).get("/api/v1/deadlines/port-bans").json()
        assert told["stored"] is False and len(told["sources"]) == 2
    for path in ("/deadlines/", f"/deadlines/files/{QUAY}/", LIST):
        assert "/deadlines/port-bans/" in client_for(PFSO).get(path).content.decode(), path


def test_all_of_it_by_api(bearer_for):
    machine = Client(headers=bearer_for(PFSO))
    base = "/api/v1/deadlines/screening"
    sent = {"number": "PG-1", "function": "guard", "facility": QUAY, "since": str(on(40)), "verified_on": str(on(50))}

    def ask(method, path, body=None, **headers):
        return machine.generic(method, path, json.dumps(body or {}), content_type="application/json", headers=headers)

    made = ask("POST", base, sent, **{"Idempotency-Key": "one"})
    assert made.status_code == 201, made.content
    assert ask("POST", base, sent, **{"Idempotency-Key": "one"}).json() == made.json()
    one = made.json()
    assert (one["state"], one["late"], one["facility"]) == ("verified", False, QUAY)
    assert one["valid_until"] is not None
    assert ask("POST", base, sent | {"number": "85073003328"}, **{"Idempotency-Key": "two"}).status_code == 422
    assert ask("PUT", one["url"], sent | {"applied_on": str(on(1))}).json()["state"] == "renewing"
    assert [item["number"] for item in machine.get(base).json()["items"]] == ["PG-1"]
    assert machine.get(f"{base}?state=late").json()["items"] == []
    text = f"number,function,verified_on\r\nPG-1,guard,{on(3)}\r\nPG-2,systems,\r\n"
    dry = ask("POST", f"{base}/import", {"csv": text, "dry_run": True}, **{"Idempotency-Key": "three"}).json()
    assert dry == {"dry_run": True, "new": ["PG-2"], "changed": ["PG-1"], "same": []}
    assert ask("POST", f"{base}/import", {"csv": text}, **{"Idempotency-Key": "four"}).status_code == 200
    assert len(machine.get(base).json()["items"]) == 2
    assert len(machine.get(f"{base}/functions").json()["functions"]) > 5
    assert machine.get(f"{base}/figures").json() == {"items": []}
    assert machine.delete(one["url"]).status_code == 204
    assert machine.get(one["url"]).status_code == 404
    assert Client(headers=bearer_for(ANSM)).get(base).status_code == 403
