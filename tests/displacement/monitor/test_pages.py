"""Pages from storage, the grid in which effort is typed, the paper, and the API that has the same."""

from datetime import timedelta

from django.test import Client

from port2port.base.clock import now
from port2port.displacement.effort_queries import effort
from port2port.displacement.rules import last_months
from port2port.sharing.references import ZONE
from tests.displacement.monitor.given import ANALYST, MEASURE, PARTNER, POLICE, PSO, WHY, stored

CAST_OF_PAGES = ("/displacement/", "/displacement/how/", "/displacement/runs/", "/displacement/warnings/")


def test_the_answer_comes_from_storage_with_its_grade_and_what_would_change_it(acting, client_for):
    browser = client_for(ANALYST)
    assert "Nothing has been computed yet" in browser.get("/displacement/").content.decode()
    stored(acting)
    page = browser.get("/displacement/").content.decode()
    for words in ("may have moved to", "Indicated", "searching at", "c-band", "c-dot--unk", "2 early signs"):
        assert words in page, words
    for path in CAST_OF_PAGES:
        assert browser.get(path).status_code == 200, path


def test_the_ledger_begins_with_what_can_be_told_and_a_measure_has_its_own_rows(acting, client_for):
    stored(acting)
    browser = client_for(ANALYST)
    ledger = browser.get("/displacement/").content.decode().split("The ledger, counted without a model")[1]
    assert "1.5 (1.1 – 2.1)" in ledger
    assert [ledger.index(f'data-label="Next door">{port}') for port in ("Ghent", "Zeebrugge", "Ostend")] == sorted(
        ledger.index(f'data-label="Next door">{port}') for port in ("Ghent", "Zeebrugge", "Ostend")
    )
    own = browser.get(f"/displacement/measures/{MEASURE}/").content.decode()
    assert "1.5 (1.1 – 2.1)" in own and "Ghent</th>" in own and "Ostend</th>" not in own


def test_effort_is_typed_into_a_grid_and_a_wrong_cell_is_named(acting, client_for):
    month = last_months(now().astimezone(ZONE).date())[-1]
    cell, other = (f"cell:BEGNE:{month:%Y-%m}:{kind}" for kind in ("scans", "inspections"))
    browser = client_for(PARTNER)
    assert cell in browser.get("/displacement/effort/").content.decode()
    wrong = browser.post("/displacement/effort/", {cell: "many", other: "3"})
    assert wrong.status_code == 422 and "aria-invalid" in wrong.content.decode()
    both = browser.post("/displacement/effort/", {cell: "many", other: "-3"}).content.decode()
    assert both.count("aria-invalid") == 2 and "2 things to put right" in both and 'value="-3"' in both
    assert all(f"Ghent, {kind}, " in both for kind in ("Containers scanned", "Physical inspections"))
    assert browser.post("/displacement/effort/", {cell: "0", other: "12,5"}).status_code == 302
    with acting(PARTNER):
        assert {row.kind: row.amount for row in effort()} == {"scans": 0.0, "inspections": 12.5}
    browser.post("/displacement/effort/", {cell: "", other: "12,5"})
    with acting(PARTNER):
        assert [row.kind for row in effort()] == ["inspections"]


def test_the_paper_leaves_for_all_members_and_never_a_named_one(acting, client_for, bearer_for):
    run, named = stored(acting), stored(acting, sight="named")
    answer = client_for(PSO).post("/displacement/paper/", {"run": str(run.id)})
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert client_for(PSO).post("/displacement/paper/", {"run": str(named.id)}).status_code == 403
    assert client_for(POLICE).post("/displacement/paper/", {"run": str(named.id)}).status_code == 404
    machine = Client(headers=bearer_for(PSO))
    assert machine.get(f"/api/v1/displacement/runs/{run.id}/paper")["Content-Type"] == "application/pdf"


def test_the_api_does_what_the_pages_do(acting, bearer_for):
    stored(acting)
    machine, other = Client(headers=bearer_for(PARTNER)), Client(headers=bearer_for(POLICE))
    month = last_months(now().astimezone(ZONE).date())[-1].isoformat()
    sent = [{"port": "BEGNE", "month": month, "kind": "scans", "amount": 4}]
    path = "/api/v1/displacement"
    looked = machine.put(f"{path}/effort?dry_run=true", sent, content_type="application/json")
    assert (looked.json()["new"], machine.get(f"{path}/effort").json()) == (1, [])
    assert machine.put(f"{path}/effort", sent, content_type="application/json").json()["new"] == 1
    assert machine.get(f"{path}/effort").json()[0]["amount"] == 4
    assert other.put(f"{path}/effort", sent, content_type="application/json").status_code == 422
    board = other.get(path).json()
    assert board["run"]["standing"] and board["run"]["result"]["claims"][0]["grade"] == "indicated"
    given = machine.post(
        f"{path}/signals",
        {"origin": "BEANR", "port": "BEGNE", "method": "DR02", "probability": 70, "why": WHY,
         "due": (now().date() + timedelta(days=60)).isoformat()},
        content_type="application/json",
    )  # fmt: skip
    assert given.status_code == 201
    url = given.json()["url"]
    scored = {"outcome": "confirmed", "why": WHY}
    assert machine.post(f"{url}/outcome", scored, content_type="application/json").status_code == 403
    assert other.post(f"{url}/outcome", scored, content_type="application/json").json()["outcome"] == "confirmed"
    early = other.get(f"{path}/warnings").json()[0]["id"]
    decided = other.post(
        f"{path}/warnings/{early}/decision", {"release": False, "reason": WHY}, content_type="application/json"
    )
    assert decided.json()["state"] == "dismissed"
