"""The pages of flights and their API, as people and machines of the cast use them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from port2port.base.clock import now
from port2port.flights import actions, queries
from port2port.flights.queries import Filters
from port2port.members.areas import CircleArea
from tests.flights.test_actions import row, rows
from tests.flights.writing import LOCK, flight

LOCK_OF_FORM = CircleArea(lat=51.264, lon=4.291, km=1.0, landmark="kallo-lock")
PORT, PARTNER, QUAY = "pso@antwerp.demo", "pso@northsea.demo", "pfso@quay1.demo"


def typed(**changes: str) -> dict[str, str]:
    """A form as it is typed in: a patrol of an hour tomorrow."""
    day = timezone.localtime(now() + timedelta(days=1))
    return {
        "task": "patrol", "where": "landmark:kallo-lock", "day": f"{day:%Y-%m-%d}", "start": "14:00", "end": "15:00",
        "contact": "Drone desk, 03 555 01 00", "audience": "default",
    } | changes  # fmt: skip


def test_a_flight_is_entered_in_a_minute_and_once(acting, client_for):
    browser = client_for(PORT)
    assert browser.get("/flights/new/").status_code == 200
    for _again in range(2):
        answer = browser.post("/flights/new/", typed(key="k-1"))
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/flights/")
    assert browser.get(answer.headers["Location"]).status_code == 200
    with acting(PORT):
        (found,) = queries.ahead(at=now())
        assert found.flight.operator == "" and found.area == LOCK_OF_FORM
    assert "03 555 01 00" in client_for(PARTNER).get(f"/flights/{found.record.id}/").content.decode()


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(client_for):
    browser = client_for(PORT)
    for changes, field in (
        ({"contact": ""}, "contact"), ({"where": "point"}, "lat"), ({"where": "drawn", "points": "51.2"}, "points"),
        ({"operator_number": "12"}, "operator_number"), ({"repeat_until": "2020-01-01"}, "repeat_until"),
        ({"audience": "choose"}, "audience"), ({"where": "landmark:kallo-lock", "km": "0"}, "km"),
    ):  # fmt: skip
        answer = browser.post("/flights/new/", typed(**changes, remark="Kept as typed."))
        assert answer.status_code == 422, changes
        assert field in answer.context["form"].errors, (changes, answer.context["form"].errors)
        assert "Kept as typed." in answer.content.decode()


def test_an_entry_for_several_days_is_several_flights(acting, client_for):
    last = timezone.localtime(now() + timedelta(days=4))
    answer = client_for(PORT).post("/flights/new/", typed(start="23:00", end="01:00", repeat_until=f"{last:%Y-%m-%d}"))
    assert answer.status_code == 302
    with acting(PORT):
        found = queries.ahead(at=now())
        assert len(found) == 4
        assert {f"{timezone.localtime(one.flight.starts_at):%H:%M}" for one in found} == {"23:00"}
        assert all(one.flight.ends_at > one.flight.starts_at for one in found)


def test_a_file_is_shown_row_by_row_then_confirmed(acting, client_for):
    browser = client_for(PORT)
    at = now()
    file = SimpleUploadedFile("plan.csv", rows(row("F-1", at), row("F-2", at, starts_at="soon")), "text/csv")
    refused = browser.post("/flights/import/", {"file": file})
    assert refused.status_code == 422
    assert [(p.row, p.field) for p in refused.context["problems"]] == [(3, "starts_at")]
    file = SimpleUploadedFile("plan.csv", rows(row("F-1", at)), "text/csv")
    looked = browser.post("/flights/import/", {"file": file})
    assert looked.status_code == 200 and "F-1" in looked.content.decode()
    with acting(PORT):
        assert queries.page(Filters(), at=now()).count == 0
    assert browser.post("/flights/import/", {"confirmed": looked.context["packed"]}).status_code == 302
    other = client_for(PARTNER).post("/flights/import/", {"confirmed": looked.context["packed"]})
    assert other.status_code == 422, "what one looked at, nobody else confirms"
    with acting(PORT):
        assert queries.page(Filters(), at=now()).count == 1


def test_the_desk_turns_its_flight_and_learns_that_it_was_noticed(acting, client_for):
    with acting(PORT):
        made = flight().record_id
    with acting(PARTNER):
        actions.recognise_flight(made, at=now())
    browser = client_for(PORT)
    assert browser.get(f"/flights/{made}/").context["recognised"]
    assert client_for(PARTNER).get(f"/flights/{made}/").context["recognised"] == ""
    assert browser.post(f"/flights/{made}/start/").status_code == 302
    assert browser.post(f"/flights/{made}/start/").status_code == 409
    assert browser.get(f"/flights/{made}/cancel/").status_code == 409
    assert browser.post(f"/flights/{made}/finish/").status_code == 302
    assert browser.get(f"/flights/{made}/").context["card"].shown.state == "done"


def test_a_cancelled_flight_says_so_to_all_who_know_of_it(acting, client_for):
    with acting(PORT):
        made = flight().record_id
    browser = client_for(PORT)
    assert browser.get(f"/flights/{made}/cancel/").status_code == 200
    assert browser.post(f"/flights/{made}/cancel/").status_code == 302
    assert client_for(PARTNER).get(f"/flights/{made}/").context["card"].shown.state == "cancelled"
    assert client_for(PARTNER).post(f"/flights/{made}/recognise/").status_code == 409


@pytest.fixture
def machine(bearer_for: Any) -> Client:
    return Client(headers=bearer_for(PORT))


def sent(**changes: Any) -> dict[str, Any]:
    at = now()
    return {
        "task": "patrol", "area": {"kind": "landmark", "landmark": "kallo-lock"}, "contact": "Drone desk",
        "starts_at": (at - timedelta(minutes=5)).isoformat(), "ends_at": (at + timedelta(hours=1)).isoformat(),
        "serial": "1581F4TEST01",
    } | changes  # fmt: skip


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(path, data=body, content_type="application/json")


def test_the_api_enters_reads_turns_and_finds(machine, bearer_for):
    made = post(machine, "/api/v1/flights", sent())
    assert made.status_code == 201 and made.json()["serial"] == "1581F4TEST01"
    url = made.json()["url"]
    partner = Client(headers=bearer_for(PARTNER))
    there = partner.get(url)
    assert there.json()["serial"] is None and there.json()["contact"] == "Drone desk"
    assert partner.get(url, headers={"If-None-Match": there["ETag"]}).status_code == 304
    seen = {"occurred_at": now().isoformat(), "lat": LOCK.lat, "lon": LOCK.lon}
    assert [one["id"] for one in partner.get("/api/v1/flights/at", seen).json()["items"]] == [made.json()["id"]]
    assert partner.get("/api/v1/flights/at", seen | {"lat": 50.1}).json()["items"] == []
    assert partner.get("/api/v1/flights?when=now").json()["count"] == 1
    assert partner.get("/api/v1/flights?when=never").status_code == 422
    turned = post(machine, f"{url}/state", {"act": "start"})
    assert turned.json()["state"] == "flying" and turned["ETag"] == '"2"'
    assert post(partner, f"{url}/recognition", {}).status_code == 200
    stale = machine.post(f"{url}/state", {"act": "finish"}, "application/json", headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    outsider = Client(headers=bearer_for(QUAY))
    assert outsider.get(url).status_code == 404
    assert outsider.get("/api/v1/flights/at", seen).json()["items"] == []


def test_the_api_names_what_is_wrong_by_its_path(machine):
    answer = post(machine, "/api/v1/flights", sent(area={"kind": "circle", "lat": 51.2}))
    assert [one["field"] for one in answer.json()["errors"]] == ["area.lon"]
    answer = post(machine, "/api/v1/flights", sent(area={"kind": "circle", "lat": 51.2, "lon": 4.2, "km": 0}))
    assert [one["field"] for one in answer.json()["errors"]] == ["area.km"]
    answer = post(machine, "/api/v1/flights", sent(audience={"circles": ["nowhere"]}))
    assert answer.status_code == 422
    assert post(machine, "/api/v1/flights", sent(reference="A-1")).status_code == 201
    assert post(machine, "/api/v1/flights", sent(reference="A-1", serial="")).status_code == 409


def test_the_api_takes_a_file_in_after_a_dry_run(machine):
    text = rows(row("F-1", now())).decode()
    dry = post(machine, "/api/v1/flights/import", {"csv": text})
    assert dry.json() == {"dry_run": True, "new": ["F-1"], "known": []}
    assert post(machine, "/api/v1/flights/import", {"csv": text, "dry_run": False}).json()["new"] == ["F-1"]
    assert post(machine, "/api/v1/flights/import", {"csv": text, "dry_run": False}).json()["known"] == ["F-1"]
    wrong = post(machine, "/api/v1/flights/import", {"csv": rows(row("F-2", now(), task="x")).decode()})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["row"] == 2
