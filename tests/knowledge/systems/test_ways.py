"""Pages, API and files of the register: the same for both, and as far as one sees."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from port2port.base.clock import now
from port2port.knowledge.systems import actions
from port2port.knowledge.systems.rules import product_key
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Export
from port2port.sharing.tlp import Tlp
from tests.knowledge.systems.writing import INSTALLED, OWNER, PARTNER, installation, procurement, result

API = "/api/v1/knowledge/systems"
KEY = product_key("drone_rf", "Test Sensors", "Harrier")
SENT = {
    "kind": "drone_rf", "maker": "Test Sensors", "product": "Harrier", "place": "BEANR", "since": "2026-01-15",
    "purpose": "Drones over the lock (test).", "legal_citation": "A law (test)", "retention_days": 30,
    "rights_assessment": {"state": "not_needed", "reason": "No persons (test)."},
    "privacy_assessment": {"state": "done", "on": "2026-01-10"}, "ai_class": "minimal",
}  # fmt: skip
COUNTED = {
    "since": "2026-03-01", "until": "2026-03-30", "hours": 600, "alarms": 50, "true_alarms": 30, "false_alarms": 18,
    "missed": 6, "truth": "second_sensor",
}  # fmt: skip


def typed(**changes: Any) -> dict[str, Any]:
    """What the page's form sends for a new installation."""
    plain = {name: value for name, value in SENT.items() if not isinstance(value, dict)}
    return plain | {
        "rights": "not_needed", "rights_reason": "No persons (test).", "privacy": "done", "privacy_on": "2026-01-10",
        "audience": "all-members", "language": "en",
    } | changes  # fmt: skip


def test_a_system_is_entered_measured_and_compared_in_the_browser(client_for, acting):
    browser = client_for(OWNER)
    assert "No system in the register yet" in browser.get("/knowledge/systems/").content.decode()
    refused = browser.post("/knowledge/systems/new/", {})
    assert refused.status_code == 422 and "error" in refused.content.decode()
    answer = browser.post("/knowledge/systems/new/", typed(key="once"))
    assert answer.status_code == 302
    page = answer["Location"]
    assert browser.post("/knowledge/systems/new/", typed(key="once"))["Location"] == page  # sent twice, entered once
    wrong = browser.post(f"{page}result/", COUNTED | {"false_alarms": 21, "audience": "as-installation"})
    assert wrong.status_code == 422 and "True and false together" in wrong.content.decode()
    assert browser.post(f"{page}result/", COUNTED | {"audience": "as-installation"}).status_code == 302
    assert browser.post(f"{page}procurement/", {"price": "184000", "audience": "my-organisation"}).status_code == 302
    shown = browser.get(page).content.decode()
    assert "184,000 euro" in shown and "62 % (49 % to 75 %)" in shown and "2 not checked" in shown
    assert "83 % (69 % to 93 %)" in shown and "0.72 (0.43 to 1.14)" in shown
    assert "If all of them were false, 60 % were true." in shown
    compared = browser.get("/knowledge/systems/").content.decode()
    assert "too little to tell what a next port may expect" in compared and "1 site measured at 1 port" in compared
    changed = browser.post(f"{page}edit/", typed(version="2", seen="1"))
    assert changed.status_code == 302 and browser.post(f"{page}edit/", typed(seen="1")).status_code == 409
    other = client_for(PARTNER)
    theirs = other.get(page).content.decode()
    assert "184,000" not in theirs and "Add a result" not in theirs and "62 %" in theirs
    assert other.get(f"/knowledge/systems/products/{KEY}/").status_code == 200


def test_sites_are_pooled_and_the_page_says_over_what(client_for, acting):
    for email, place, true in ((OWNER, "BEANR", 30), (PARTNER, "BEGNE", 12), ("pso@liege.demo", "BELGG", 25)):
        with acting(email):
            result(installation(place=place), true_alarms=true)
    page = client_for("pso@ostend.demo").get("/knowledge/systems/").content.decode()
    assert "3 sites measured at 3 ports" in page and "a next port:" in page
    assert "Pooled over what you see" in page and page.count("c-band") == 3 and 'role="img"' in page


def test_a_withdrawn_installation_is_gone_for_who_had_it_and_unknown_to_all_others(client_for, acting):
    with acting(OWNER):
        made = installation()
        measured, bought = result(made), procurement(made, "own")
    owner, partner, outsider = client_for(OWNER), client_for(PARTNER), client_for("officer@outside.demo")
    path = f"/knowledge/systems/{made}/"
    assert outsider.get(path).status_code == 404 == partner.get(
        f"/knowledge/systems/procurement/{bought}/withdraw/"
    ).status_code  # fmt: skip
    for part in (f"results/{measured}", f"procurement/{bought}", made):
        form = owner.get(f"/knowledge/systems/{part}/withdraw/")
        assert form.status_code == 200
        reference = form.context["reference"]
        sent = {"reason": "mistake", "confirm": reference}
        assert owner.post(f"/knowledge/systems/{part}/withdraw/", sent).status_code == 302
    assert owner.get(path).status_code == 200 and partner.get(path).status_code == 410
    assert outsider.get(path).status_code == 404
    assert owner.get(f"/knowledge/systems/{made}/result/").status_code == 409


@pytest.fixture
def machine(bearer_for) -> Client:
    return Client(headers=bearer_for(OWNER))


def send(client: Client, path: str, body: dict[str, Any], verb: str = "post", **headers: str) -> Any:
    return getattr(client, verb)(
        f"{API}{path}", json.dumps(body), content_type="application/json", headers=headers or None
    )  # fmt: skip


def test_the_api_does_what_the_pages_do(machine, bearer_for):
    made = send(machine, "/installations", SENT)
    assert made.status_code == 201 and made.json()["product_key"] == KEY and made.json()["tlp"] == "GREEN"
    path = made["Location"].removeprefix(API)
    counted = send(machine, f"{path}/results", COUNTED)
    assert counted.status_code == 201 and counted.json()["figures"]["precision"]["value"] == 30 / 48
    assert counted.json()["audience"] == made.json()["audience"] and counted.json()["tlp"] == "GREEN"
    bought = send(machine, f"{path}/procurement", {"price": 5, "tender": "Two bidders (test)."})
    assert bought.status_code == 201 and bought.json()["audience"] != made.json()["audience"]
    whole = machine.get(f"{API}{path}")
    assert [one["id"] for one in whole.json()["results"]] == [counted.json()["id"]]
    assert [one["price"] for one in whole.json()["procurement"]] == [5]
    assert machine.get(f"{API}{path}", headers={"If-None-Match": whole["ETag"]}).status_code == 304
    assert send(machine, path, SENT, "put").status_code == 428
    changed = send(machine, path, SENT | {"version": "9"}, "put", **{"If-Match": whole["ETag"]})
    assert changed.status_code == 200 and changed.json()["product_version"] == "9"
    assert send(machine, path, SENT, "put", **{"If-Match": whole["ETag"]}).status_code == 412
    other = Client(headers=bearer_for(PARTNER))
    assert other.get(f"{API}{path}").json()["procurement"] == []
    compared = other.get(f"{API}/products").json()["items"]
    assert [(one["key"], one["sites_measured"], one["precision"]) for one in compared] == [(KEY, 1, None)]
    assert other.get(f"{API}/products/{KEY}").json()["installations"][0]["results"][0]["missed"] == 6
    for part, identifier in (("results", counted.json()["id"]), ("procurement", bought.json()["id"])):
        assert send(other, f"/{part}/{identifier}/withdrawal", {"reason": "mistake"}).status_code in (403, 404)
        assert send(machine, f"/{part}/{identifier}/withdrawal", {"reason": "mistake"}).status_code == 204
    assert send(machine, f"{path}/withdrawal", {"reason": "mistake"}).status_code == 204
    assert other.get(f"{API}{path}").status_code == 410


def test_problems_are_named_by_their_place_in_what_was_sent(machine):
    wrong = SENT | {"rights_assessment": {"state": "done"}, "privacy_assessment": {"state": "not_needed"}, "kind": "x"}
    answer = send(machine, "/installations", wrong)
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} >= {
        "rights_assessment.on", "privacy_assessment.reason", "kind",
    }  # fmt: skip
    assert machine.get(f"{API}/products?kind=x").status_code == 422
    assert machine.get(f"{API}/products?sort=x").status_code == 422
    assert machine.get(f"{API}/file?format=pdf").status_code == 422


def test_a_file_is_numbered_holds_what_one_sees_and_neither_red_nor_procurement(machine, acting, bearer_for, cast):
    with acting(OWNER):
        made = installation(maker="=Test Sensors")
        result(made)
        procurement(made, "own", tender="Hush hush (test).")
        named = Addressing((cast["director@antwerp.demo"].person,), Tlp.RED)
        actions.install(one=replace(INSTALLED, version="crimson"), place="BEANR", to=named, at=now())
        hidden = installation("own", tlp=Tlp.AMBER_STRICT, version="hidden")
    answer = Client(headers=bearer_for(PARTNER)).get(f"{API}/file")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(one["maker"], one["true_alarms"], one["missed"]) for one in rows] == [("'=Test Sensors", "30", "6")]
    assert float(rows[0]["precision"]) == 30 / 48 and rows[0]["export"] in answer["Content-Disposition"]
    with acting(PARTNER):
        export = Export.objects.only("number").get(id=rows[0]["export"])
        assert export.number == 2
    mine = machine.get(f"{API}/file?format=xlsx")
    book = load_workbook(io.BytesIO(mine.content))
    assert book.sheetnames == ["results", "pooled", "export"]
    text = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    assert "hidden" in text and "Hush" not in text and "crimson" not in text and str(hidden)[-4:].upper() in text
