"""The pages of routing: the section on a report, forms for download, the rules and how they would have worked."""

import csv
import io
from uuid import UUID

import pytest

from port2port.reports.routing import queries
from port2port.reports.shown import shown
from tests.reports.writing import own, report


@pytest.fixture
def drone(acting) -> UUID:
    with acting("pso@antwerp.demo"):
        return report(to=own()).record_id


def token(acting, identifier: UUID, recipient: str) -> str:
    with acting("pso@antwerp.demo"):
        proposals = queries.plan(shown([identifier])[0]).proposals
        return next(one.token for one in proposals if one.recipient.code == recipient)


def test_the_section_says_what_it_found_and_each_act_changes_it(acting, client_for, drone):
    browser = client_for("pso@antwerp.demo")
    page = browser.get(f"/reports/{drone}/").content.decode()
    assert "2 authorities should get this, 2 at once" in page
    assert "Share with them" in page and "Sighting of a drone" in page and "Portwatch" in page
    assert "The address is still to be filled in by the administrator." in page
    here = f"/reports/{drone}/routing/"
    answer = browser.post(here, {"proposal": token(acting, drone, "port_police"), "act": "share"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/reports/{drone}/#routing")
    assert "1 authority should get this" in browser.get(f"/reports/{drone}/").content.decode()
    airspace = token(acting, drone, "airspace_authority")
    wrong = browser.post(here, {"proposal": airspace, "act": "sent", "sent_at": "2099-01-01T10:00"})
    assert wrong.status_code == 422 and "that is not to come" in wrong.content.decode()
    assert browser.post(here, {"proposal": airspace, "act": "sent", "sent_at": "soon"}).status_code == 422
    noted = browser.post(
        here, {"proposal": airspace, "act": "sent", "sent_at": "2026-11-20T10:00", "reference": "<AIR>"}
    )
    assert noted.status_code == 302
    page = browser.get(f"/reports/{drone}/").content.decode()
    assert "No authority waits for this" in page and "&lt;AIR&gt;" in page and "<AIR>" not in page
    assert browser.post(here, {"proposal": airspace, "act": "again"}).status_code == 302
    assert browser.post(here, {"proposal": airspace, "act": "not_needed", "reason": ""}).status_code == 422
    assert browser.post(here, {"proposal": airspace, "act": "not_needed", "reason": "A drill."}).status_code == 302
    assert browser.post(here, {"proposal": "nothing", "act": "again"}).status_code == 404
    received = client_for("analyst@police.demo").get(f"/reports/{drone}/").content.decode()
    assert "Sent to you by rule" in received and "A drill." not in received and "AIR" not in received


def test_a_form_comes_filled_in_in_the_language_asked_for(client_for, drone, owner):
    browser = client_for("pso@antwerp.demo")
    answer = browser.get(f"/reports/{drone}/forms/drone_sighting/?language=nl")
    text = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "Meldende organisatie: " in text
    assert "A drone hung above the inner gate" in text and "TLP:AMBER" in text and "{{" not in text
    assert "Reporting organisation" in browser.get(f"/reports/{drone}/forms/drone_sighting/").content.decode()
    taken = owner.execute(
        "select count(*) from base_journal_entry where payload::json ->> 'act' = 'report.form_taken'"
    ).fetchone()
    assert taken == (2,)
    for form in ("drugs_row", "portwatch", "nothing"):  # not due, a link, unknown
        assert browser.get(f"/reports/{drone}/forms/{form}/").status_code == 404
    assert browser.get(f"/reports/{drone}/forms/drone_sighting/?step=other").status_code == 404


def test_a_row_for_a_table_is_one_and_no_formula(acting, client_for):
    with acting("pso@antwerp.demo"):
        drugs = report(
            to=own(),
            threat="drug_smuggling",
            text='=HYPERLINK("x"), and a comma\nand a second line.',
            quantity_kg=1234.5,
        ).record_id
    answer = client_for("pso@antwerp.demo").get(f"/reports/{drugs}/forms/drugs_row/?language=en")
    head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    values = dict(zip(head, row, strict=True))
    assert values["Quantity (kg)"] == "1234.5"
    assert values["What happened"].startswith("'=HYPERLINK")


def test_the_rules_with_what_they_would_have_done(client_for, drone):
    page = client_for("pso@antwerp.demo").get("/reports/routing/").content.decode()
    assert "1 report of yours must go to an authority" in page
    for said in ("Loi du 26 avril 2024", "verified", "to be verified", "rules are in force", "Drone over a port"):
        assert said in page
    outsider = client_for("contact@agent.demo").get("/reports/routing/").content.decode()
    assert "rules say who must get which report" in outsider
    assert "tried out on the 0 reports" in outsider, "tried on what one sees, and on nothing else"


def test_one_rule_with_each_report_and_why_not(client_for, drone, acting):
    with acting("pso@antwerp.demo"):
        report(to=own(), threat="sabotage", text="Somebody cut a cable at the lock (test).")
    page = client_for("pso@antwerp.demo").get("/reports/routing/drone/").content.decode()
    assert "1 of 2 reports of the last year would have gone there" in page
    assert "It is about" in page and "every modus operandi UA…" in page
    assert client_for("contact@agent.demo").get("/reports/routing/drone/").content.decode().count("cut a cable") == 0
    assert client_for("pso@antwerp.demo").get("/reports/routing/nothing/").status_code == 404
    assert client_for("pso@antwerp.demo").get("/reports/routing/drone/?cursor=no").status_code == 422


def test_signing_and_withdrawing_on_the_page(client_for):
    browser = client_for("pso@antwerp.demo")
    here = "/reports/routing/drugs/"
    assert browser.post(here, {"version": "1", "role": "sender"}).status_code == 302
    page = client_for("contact@agent.demo").get(here).content.decode()
    assert "1 signature" in page and "as sender" in page
    assert browser.post(here, {"version": "2", "role": "sender"}).status_code == 409
    assert browser.post(here, {"version": "x", "role": "sender"}).status_code == 409
    assert browser.post(here, {"version": "1", "role": "sender", "withdraw": "1"}).status_code == 302
    assert "Nobody signed it yet" in browser.get(here).content.decode()


def test_what_we_are_decides_what_is_proposed(acting, client_for):
    browser = client_for("admin@antwerp.demo")
    said = browser.post(
        "/reports/routing/",
        {"nis2": "essential", "critical_entity": "unknown", "since": "2026-01-01", "source": "CCB 12"},
    )
    assert said.status_code == 302
    assert browser.post("/reports/routing/", {"nis2": "perhaps"}).status_code == 422
    with acting("pso@antwerp.demo"):
        attack = report(
            to=own(), threat="cyber_attack", nature="incident", severity="high", text="The gate system is down (test)."
        ).record_id
        proposals = queries.plan(shown([attack])[0]).proposals
        steps = [one.step.code for one in proposals if one.rule.code == "nis2"]
        assert steps == ["early_warning", "notification", "final_report"]
    for email in ("dpo@antwerp.demo", "pso@antwerp.demo"):
        answer = client_for(email).post("/reports/routing/", {"nis2": "no", "critical_entity": "no"})
        assert answer.status_code == (403 if email.startswith("dpo") else 302)
