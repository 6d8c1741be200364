"""The list of alerts as a file, and alerts in a calendar: what one sees, marked, numbered, never who has answered."""

import csv
import io
from datetime import timedelta

from django.test import Client
from openpyxl import load_workbook

from port2port.alerts import actions
from port2port.alerts.exporting import EXPORTED
from port2port.base.clock import now
from port2port.home.calendar_sources import entries_of
from port2port.members.acting import current_actor
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import alert, draft

AUTHOR, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_csv_and_xlsx_hold_what_one_sees_and_are_remembered(client_for, acting, owner, cast, journalled):
    with acting(AUTHOR):
        first = alert("ports-and-police", headline="=cmd|' /C calc'!A0", text="+ten characters at least")
        alert("ports-and-police", status="Exercise")
        alert("Demo PSO North Sea Port", tlp=Tlp.RED)
        second = actions.update_alert(first.record_id, draft=draft(severity="Severe"), at=now())
    with acting("analyst@police.demo"):
        actions.acknowledge(second.record_id, done="We closed the gate (test).", at=now())
    client = client_for("analyst@police.demo")
    plain = client.get("/alerts/export/?format=csv")
    found = rows_of(plain.content)
    assert tuple(found[0]) == EXPORTED
    assert [(row["id"], row["message"], row["state"]) for row in found] == [
        (str(second.record_id), "Update", "raised"), (found[1]["id"], "Alert", "raised"),
        (str(first.record_id), "Alert", "updated"),
    ]  # fmt: skip
    assert found[0]["follows"] == found[0]["series"] == str(first.record_id)
    exercise = found[1]
    assert exercise["status"] == "Exercise"
    for name in ("headline", "description", "instruction"):
        assert exercise[name].startswith("EXERCISE EXERCISE EXERCISE")
    assert not any(value.startswith(("=", "+", "@")) for row in found for value in row.values())
    assert "closed the gate" not in plain.content.decode(), "who did what is for who must act"
    (number,) = {row["export"] for row in found}
    assert f"-{number}.csv" in plain["Content-Disposition"]
    book = load_workbook(io.BytesIO(client.get("/alerts/export/?format=xlsx&status=Exercise").content))
    assert [row[1] for row in book["alerts"].iter_rows(min_row=2, values_only=True)] == [exercise["id"]]
    person = cast["analyst@police.demo"].person
    taken = owner.execute("select person_id, kind, number from sharing_export order by id").fetchall()
    assert taken == [(person, "alert", 3), (person, "alert", 1)]
    assert sum("form" in one["details"] for one in journalled("alert.exported")) == 2
    assert client.get("/alerts/export/?format=pdf").status_code == 422


def test_the_list_offers_it_to_who_may_export(client_for):
    assert (
        "/alerts/export/?format=csv&amp;status=Exercise"
        in client_for(AUTHOR).get("/alerts/?status=Exercise").content.decode()
    )
    assert "/alerts/export/" not in client_for("contact@agent.demo").get("/alerts/").content.decode()


def test_the_api_has_it_too(acting, bearer_for):
    with acting(AUTHOR):
        made = alert("ports-and-police")
    client = Client(headers=bearer_for(PARTNER))
    assert [row["id"] for row in rows_of(client.get("/api/v1/alerts/file").content)] == [str(made.record_id)]
    assert client.get("/api/v1/alerts/file?state=cancelled&format=csv").content.decode("utf-8-sig").count("\r\n") == 1
    assert client.get("/api/v1/alerts/file?format=pdf").status_code == 422
    assert client.get("/api/v1/alerts/file?state=never").status_code == 422


def entries(acting, email):
    with acting(email):
        return [one for one in entries_of(current_actor(), now()) if one.key.startswith("alert-")]


def test_a_calendar_says_when_an_alert_holds_and_no_more_than_its_kind(acting):
    at = now()
    with acting(AUTHOR):
        made = alert("all-members", tlp=Tlp.GREEN, text="EXERCISE Zilvermeeuw (test).", status="Exercise")
        alert("ports-and-police", tlp=Tlp.AMBER)
        alert("all-members", tlp=Tlp.GREEN, at=at - timedelta(days=30), valid_until=at - timedelta(days=20))
    (found,) = entries(acting, "pso@liege.demo")
    assert found.key == f"alert-{made.record_id}"
    assert (found.starts, found.ends, found.cancelled) == (made.valid_from, made.valid_until, False)
    assert "EXERCISE EXERCISE EXERCISE" in found.summary or "OEFENING" in found.summary or "EXERCICE" in found.summary
    assert "Zilvermeeuw" not in found.summary and "Kallo" not in found.summary
    assert entries(acting, OUTSIDER) == []


def test_an_update_takes_the_place_and_a_cancellation_cancels_it(acting):
    with acting(AUTHOR):
        first = alert("all-members", tlp=Tlp.GREEN)
        second = actions.update_alert(first.record_id, draft=draft(severity="Severe"), at=now())
    (found,) = entries(acting, PARTNER)
    assert found.key == f"alert-{second.record_id}"
    with acting(AUTHOR):
        actions.cancel_alert(second.record_id, reason="It was ours (test).", at=now())
    (found,) = entries(acting, PARTNER)
    assert found.cancelled
