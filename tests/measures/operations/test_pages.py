"""Pages and API of operations and aid: a night from plan to lesson, and a loan from asking to bringing back."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from port2port.base.clock import now
from port2port.measures.operations import actions, queries
from port2port.measures.operations.models import Aid, Offer, Operation, Participation
from port2port.measures.operations.seeding import seed_operations
from port2port.members.models import Circle, Port
from tests.measures.operations.writing import GUEST, PARTNER, asked, planned, running
from tests.measures.writing import OWNER


def local(hours: float) -> str:
    return f"{timezone.localtime(now() + timedelta(hours=hours)):%Y-%m-%dT%H:%M}"


def plan_data(cast: Any, **more: Any) -> dict[str, Any]:
    return {
        "title": "Night of the reefers (test)", "kind": "inspection", "threat": "drug_smuggling", "language": "en",
        "plan": "Every reefer from the list is scanned.", "starts_at": local(-1), "ends_at": local(5), "tlp": "AMBER",
        "organisations": [str(cast[OWNER].organisation), str(cast[PARTNER].organisation)], "key": "one-night",
    } | more  # fmt: skip


def test_a_night_from_plan_to_lesson(acting, cast, client_for):
    with acting(OWNER):
        ports = {one.locode: str(one.id) for one in Port.objects.filter(locode__in=["BEANR", "BEGNE"])}
    mine, theirs = client_for(OWNER), client_for(PARTNER)
    data = plan_data(cast, ports=list(ports.values()))
    answer = mine.post("/measures/operations/new/", data)
    assert answer.status_code == 302
    assert mine.post("/measures/operations/new/", data).headers["Location"] == answer.headers["Location"]  # sent twice
    path = answer.headers["Location"]
    with acting(OWNER):
        made = Operation.objects.get().record_id
        parts = {one.organisation_id: one for one in Participation.objects.all()}
    assert {str(one.port_id) for one in parts.values()} == set(ports.values())
    part = str(parts[cast[PARTNER].organisation].id)
    assert "Night of the reefers" in theirs.get("/").content.decode()  # it waits on home
    assert mine.post(f"{path}answer/", {"part": part, "accept": "yes"}).status_code == 403  # not for another
    assert theirs.post(f"{path}answer/", {"part": part, "accept": "yes"}).status_code == 302
    assert theirs.get(f"{path}count/").status_code == 409
    assert mine.post(f"{path}start/").status_code == 302
    form = theirs.get(f"{path}count/").content.decode()
    assert 'inputmode="decimal"' in form
    today = timezone.localtime(now() - timedelta(hours=1)).date()
    counts = {
        "port": ports["BEGNE"],
        "day": str(today),
        "scans": "24",
        "dog_hours": "1,5",
        "drug_finds": "1",
        "key": "k",
    }
    assert theirs.post(f"{path}count/", counts | {"scans": "-1"}).status_code == 422
    for _again in range(2):  # twice from a bad line: once
        assert theirs.post(f"{path}count/", counts).status_code == 302
    with acting(PARTNER):
        amounts = {one.kind: str(one.amount) for one in queries.sums(made)}
    assert amounts == {"scans": "24.0", "dog_hours": "1.5", "drug_finds": "1.0"}
    shown = theirs.get(path).content.decode()
    assert "Containers" in shown and "24" in shown
    assert mine.post(f"{path}end/").status_code == 302
    assert mine.post(f"{path}evaluate/", {"said": " "}).status_code == 422
    assert mine.post(f"{path}evaluate/", {"said": "Begin at the cold stores (test)."}).status_code == 302
    assert "Begin at the cold stores" in theirs.get(path).content.decode()
    with acting(OWNER):
        everybody = str(Circle.objects.get(slug="all-members").id)
    sent = {"circles": [everybody], "tlp": "GREEN", "version": "1"}
    assert mine.post(f"{path}audience/more/", sent).status_code == 302
    assert client_for(GUEST).get(path).status_code == 200


def test_a_plan_can_be_changed_widened_to_more_parts_and_called_off(acting, cast, client_for):
    with acting(OWNER):
        made = planned(cast)
        ostend = str(Port.objects.get(locode="BEOST").id)
    mine, path = client_for(OWNER), f"/measures/operations/{made}/"
    guest = {"ports": [ostend], "organisations": [str(cast[GUEST].organisation)]}
    assert mine.post(f"{path}ask-in/", guest).status_code == 302
    assert client_for(GUEST).get(path).status_code == 200
    version = str(version_now(acting, made))
    changed = {
        "title": "Another night (test)", "kind": "screening", "plan": "Later.", "starts_at": local(60),
        "ends_at": local(50), "language": "en", "version": version,
    }  # fmt: skip
    assert mine.post(f"{path}edit/", changed).status_code == 422  # ends before it begins
    assert mine.post(f"{path}edit/", changed | {"ends_at": local(70), "version": "1"}).status_code == 409
    assert mine.post(f"{path}edit/", changed | {"ends_at": local(70)}).status_code == 302
    assert "Another night" in mine.get(path).content.decode()
    assert mine.post(f"{path}call-off/", {"said": "The list leaked (test)."}).status_code == 302
    assert "The list leaked" in client_for(GUEST).get(path).content.decode()


def version_now(acting: Any, made: Any) -> int:
    with acting(OWNER):
        return queries.operation(made, at=now()).record.version


def test_a_loan_from_asking_to_bringing_back(acting, client_for):
    mine, theirs = client_for(OWNER), client_for(PARTNER)
    data = {
        "kind": "divers", "amount": "3", "what": "", "port": "", "where": "Kallo lock", "from_at": local(5),
        "until_at": local(30), "why": "A hull to look at (test).", "threat": "drug_smuggling", "language": "en",
        "audience": "ports-and-police", "key": "divers",
    }  # fmt: skip
    assert mine.post("/measures/aid/new/", data | {"why": ""}).status_code == 422
    path = mine.post("/measures/aid/new/", data).headers["Location"]
    assert path in theirs.get("/").content.decode()  # it waits on home
    assert theirs.post(f"{path}offer/", {"amount": "0"}).status_code == 422
    assert theirs.post(f"{path}offer/", {"amount": "2", "note": "By van (test)."}).status_code == 302
    with acting(OWNER):
        offer = Offer.objects.get().id
    turn = f"/measures/aid/offers/{offer}/"
    assert "By van" in mine.get(path).content.decode()
    assert "By van" not in client_for(GUEST).get(path).content.decode()
    assert mine.post(turn, {"to": "accepted", "amount": "1"}).status_code == 302
    assert theirs.post(turn, {"to": "on_way"}).status_code == 302
    assert "1" in theirs.get("/measures/aid/").content.decode()
    assert mine.post(turn, {"to": "returned"}).status_code == 302
    assert mine.post(f"{path}close/").status_code == 302
    with acting(OWNER):
        assert Aid.objects.get().covered == 1


def test_the_api_does_what_the_pages_do(acting, cast, bearer_for):
    mine, theirs, guest = (Client(headers=bearer_for(email)) for email in (OWNER, PARTNER, GUEST))

    def post(client: Client, path: str, **sent: Any) -> Any:
        return client.post(f"/api/v1/{path}", sent, content_type="application/json")

    plan = {
        "kind": "inspection", "title": "Night of the reefers (test)", "plan": "Scan.", "threat": "drug_smuggling",
        "starts_at": (now() - timedelta(hours=1)).isoformat(), "ends_at": (now() + timedelta(hours=5)).isoformat(),
        "parts": [
            {"organisation": str(cast[OWNER].organisation), "port": "BEANR"},
            {"organisation": str(cast[PARTNER].organisation), "port": "BEGNE"},
        ],
    }  # fmt: skip
    assert post(mine, "operations", **plan | {"kind": "party"}).status_code == 422
    answer = post(mine, "operations", **plan)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    part = next(one["id"] for one in made["parts"] if one["port"] == "BEGNE")
    assert post(guest, f"operations/{made['id']}/answer", part=part, accept=True).status_code == 404
    assert post(theirs, f"operations/{made['id']}/answer", part=part, accept=True).status_code == 200
    assert post(mine, f"operations/{made['id']}/audience", circles=["all-members"], tlp="GREEN").status_code == 409
    assert post(mine, f"operations/{made['id']}/state", state="running").status_code == 200
    day = str(timezone.localtime(now() - timedelta(hours=1)).date())
    counts = [{"kind": "scans", "amount": 24}, {"kind": "seals_broken", "amount": 1}]
    counted = post(theirs, f"operations/{made['id']}/counts", port="BEGNE", day=day, counts=counts)
    assert counted.status_code == 200, counted.content
    effort = theirs.get("/api/v1/operations/effort?since=2020-01-01&until=2100-01-01&port=BEGNE").json()
    assert [(one["kind"], one["amount"]) for one in effort] == [("scans", 24.0)]
    line = counted.json()[0]["id"]
    assert mine.delete(f"/api/v1/operations/{made['id']}/counts/{line}").status_code == 403
    assert theirs.delete(f"/api/v1/operations/{made['id']}/counts/{line}").status_code == 204
    whole = mine.get(f"/api/v1/operations/{made['id']}")
    assert whole.headers["ETag"] and [one["kind"] for one in whole.json()["counted"]] == ["seals_broken"]
    kinds = mine.get("/api/v1/operations/kinds").json()
    assert all(set(one["names"]) == set(one["unit"]) == {"nl", "fr", "de", "en"} and one["serves"] for one in kinds)
    assert guest.get("/api/v1/operations").json()["items"] == []

    need = {
        "kind": "dogs", "amount": 2, "where": "Gate 4 (test)", "why": "A night of checks (test).",
        "from_at": (now() + timedelta(hours=1)).isoformat(), "until_at": (now() + timedelta(hours=9)).isoformat(),
        "threat": "drug_smuggling", "port": "BEOST",
    }  # fmt: skip
    aid = post(guest, "aid", **need).json()
    assert (aid["port"], aid["tlp"], aid["covered"]) == ("BEOST", "AMBER", 0)
    offer = post(mine, f"aid/{aid['id']}/offers", amount=2, note="Two teams (test).").json()
    assert post(theirs, f"aid/offers/{offer['id']}", state="accepted").status_code == 404
    assert post(guest, f"aid/offers/{offer['id']}", state="accepted", amount=1).json()["accepted"] == 1
    assert post(mine, f"aid/offers/{offer['id']}", state="on_way").json()["state"] == "on_way"
    assert [one["kind"] for one in guest.get("/api/v1/aid/lent").json()] == ["dogs"]
    assert [one["amount"] for one in theirs.get(f"/api/v1/aid/{aid['id']}").json()["offers"]] == []
    assert post(guest, f"aid/{aid['id']}/closure").status_code == 200
    assert theirs.get("/api/v1/aid").json()["items"] == []


def test_what_was_withdrawn_says_so_to_who_had_it(acting, cast, client_for, bearer_for):
    made = running(acting, cast)
    with acting(OWNER):
        aid = asked()
        actions.withdraw_operation(made, reason="mistake", at=now())
    from_page = client_for(OWNER)
    with acting(OWNER):
        assert queries.operation(made, at=now()).record.withdrawn_at is not None
    assert from_page.get(f"/measures/operations/{made}/").status_code == 200  # its author reads it
    assert client_for(PARTNER).get(f"/measures/operations/{made}/").status_code == 410
    assert Client(headers=bearer_for(PARTNER)).get(f"/api/v1/operations/{made}").status_code == 410
    assert client_for(GUEST).get(f"/measures/operations/{made}/").status_code == 404
    page = from_page.get(f"/measures/aid/{aid}/withdraw/")
    assert page.status_code == 200
    assert from_page.post(f"/measures/aid/{aid}/withdraw/", {"reason": "mistake", "confirm": "no"}).status_code == 422


def test_the_demo_has_one_that_is_over_one_to_come_and_one_request(acting, cast):
    assert seed_operations(now()) == 3
    assert seed_operations(now()) == 0
    with acting(GUEST):
        states = sorted(row.operation.state for row in queries.operations(at=now(), states=("planned", "evaluated")))
        assert states == ["evaluated", "planned"]
        assert {row.record.provenance for row in queries.operations(at=now(), states=states)} == {"invented"}
