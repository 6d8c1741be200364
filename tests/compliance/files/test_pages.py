"""The pages and the API of deadlines, walked as their users; what waits at home and stands in the calendar."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from openpyxl import load_workbook

from port2port.base.clock import now
from port2port.compliance import in_calendar, overview, waiting
from port2port.compliance.models import Happening, Owed, Subject
from port2port.home.needs import needs_of
from tests.compliance.files.given import ANSM, COMPANY, OPERATOR, PFSO, POLICE, PSO, QUAY, happened, holder, late_plan
from tests.compliance.files.test_rules import EVENTS, entry

FILE = f"/deadlines/files/{QUAY}/"
TODAY = f"{now():%Y-%m-%d}"


@pytest.fixture
def late(acting: Any) -> None:
    with acting(PFSO):
        late_plan()


def test_what_is_late_is_said_and_done_in_two_clicks(late, client_for):
    browser = client_for(PFSO)
    page = browser.get("/deadlines/").content.decode()
    assert "deadlines are late" in page or "deadline is late" in page
    assert "Hold a drill" in page and FILE in page
    assert "Hold a drill" in browser.get(FILE).content.decode()
    assert browser.get(f"{FILE}record/").status_code == 200
    answer = browser.post(f"{FILE}record/", {"kind": "drill_held", "day": TODAY, "reference": "D-7"})
    assert (answer.status_code, answer.headers["Location"]) == (302, FILE)
    page = browser.get(FILE).content.decode()
    assert "D-7" in page and "What was done" in page


def test_a_fault_is_said_beside_its_field_and_nothing_is_written(late, client_for):
    browser = client_for(PFSO)
    ahead = f"{now() + timedelta(days=9):%Y-%m-%d}"
    answer = browser.post(f"{FILE}record/", {"kind": "drill_held", "day": ahead})
    assert answer.status_code == 422 and "This lies ahead" in answer.content.decode()
    answer = browser.post(f"{FILE}record/", {"kind": "exercise_held", "day": TODAY})
    assert answer.status_code == 422 and "This is needed" in answer.content.decode()


def test_an_entry_is_corrected_and_taken_back(late, acting, client_for):
    with acting(PFSO):
        drill = happened("drill_held", 3)
    browser = client_for(PFSO)
    assert browser.get(f"/deadlines/events/{drill.id}/correct/").status_code == 200
    answer = browser.post(f"/deadlines/events/{drill.id}/correct/", {"kind": "drill_held", "day": TODAY})
    assert answer.status_code == 302
    page = browser.get(FILE).content.decode()
    assert "corrected since" in page and "corrects an earlier entry" in page
    with acting(PFSO):
        newest = Happening.objects.get(corrects=drill)
    assert browser.post(f"/deadlines/events/{newest.id}/correct/", {"void": "1"}).status_code == 302
    assert browser.get(f"/deadlines/events/{newest.id}/correct/").status_code == 409
    assert client_for(POLICE).get(f"/deadlines/events/{drill.id}/correct/").status_code == 404


def test_a_person_in_a_function_is_followed(client_for, acting):
    browser = client_for(PFSO)
    assert browser.get("/deadlines/holders/new/").status_code == 200
    told = {"kind": "function_holder", "function": "pfso", "facility": QUAY, "holder": "Post 2"}
    answer = browser.post("/deadlines/holders/new/", told)
    assert answer.status_code == 302
    assert browser.post("/deadlines/holders/new/", told | {"holder": ""}).status_code == 422
    own = browser.post("/deadlines/holders/new/", {"kind": "company", "activity": "ship_agent"})
    assert own.status_code == 302
    browser.post(own.headers["Location"], {"kind": "scope_entered", "day": "2026-01-10"})
    browser.post(answer.headers["Location"], {"kind": "function_taken", "day": "2026-01-10"})
    assert "Post 2" in browser.get(FILE).content.decode()
    with acting(PFSO):
        assert Owed.objects.filter(rule="pfso_certificate").count() == 1
        assert Owed.objects.filter(rule="agent_staff_verified").count() == 1


def test_a_file_is_taken_in(client_for, acting):
    browser = client_for(PFSO)
    data = f"place,event,at,source_id\n{QUAY},pfsp_approved,2026-02-01,77\n".encode()
    looked = browser.post("/deadlines/import/", {"file": SimpleUploadedFile("in.csv", data)})
    assert looked.status_code == 200 and "1 entry would be taken in" in looked.content.decode()
    with acting(PFSO):
        assert not Happening.objects.exists()
    packed = looked.context["packed"]
    assert browser.post("/deadlines/import/", {"confirmed": packed}).status_code == 302
    with acting(PFSO):
        assert Happening.objects.get().source_id == "77"
    wrong = browser.post("/deadlines/import/", {"file": SimpleUploadedFile("in.csv", data.replace(b"77", b""))})
    assert wrong.status_code == 422


def test_the_authority_sees_exceptions_by_port_and_takes_them_out(late, client_for, owner):
    browser = client_for(ANSM)
    page = browser.get("/deadlines/overview/").content.decode()
    assert "Antwerp: " in page and "Hold a drill" in page
    answer = browser.get("/deadlines/overview/file/")
    book = load_workbook(io.BytesIO(answer.content))
    rows = list(book["late"].iter_rows(values_only=True))
    assert [row[2] for row in rows[1:]].count(QUAY) == len(rows) - 1 > 0
    assert owner.execute("select kind, form from sharing_export").fetchall() == [("obligation", "xlsx")]
    for email in (PFSO, PSO, POLICE):
        assert client_for(email).get("/deadlines/overview/").status_code == 403
        assert client_for(email).get("/deadlines/overview/file/").status_code == 403


def test_others_are_told_so(late, client_for):
    page = client_for(POLICE).get("/deadlines/").content.decode()
    assert "No security file is yours" in page and "Hold a drill" not in page


def test_a_rule_is_written_over_the_page(late, client_for):
    browser = client_for(ANSM)
    assert browser.get("/deadlines/rules/new/?from=drill").status_code == 200
    assert browser.post("/deadlines/rules/new/", {}).status_code == 422
    assert browser.get("/deadlines/rules/").status_code == 200
    assert client_for(PFSO).get("/deadlines/rules/").status_code == 200
    names = {f"name_{one}": "Lights" for one in ("nl", "fr", "de", "en")}
    told = names | {
        "code": "lights", "version": "1", "valid_from": "2026-01-01", "subject": "facility", "kind": "after",
        "triggers": ["pfsp_approved"], "new_event": "lights_checked", "within_amount": "1", "within_unit": "months",
        "again": "on", "owed_by": "facility_security_officer", "decided_by": "port_security_officer",
        "covers_earlier": "on", "seen_by": ["facility_security_officer"], "soon_amount": "3", "soon_unit": "days",
        "late_amount": "9", "late_unit": "days", "rests_on": "request", "citation": "Test", "why": "Test",
    }  # fmt: skip
    told |= {f"event_name_{one}": "Lights checked" for one in ("nl", "fr", "de", "en")}
    told |= {
        f"{name}_unit": "days" for name in ("opens", "lapses", "already", "apart", "at_least", "afterwards", "during")
    }
    answer = browser.post("/deadlines/rules/new/", told)
    assert answer.status_code == 302, answer.context["form"].errors
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "It would make 1 thing late now" in page and "a second person does" in page
    facts = dict(browser.get(answer.headers["Location"]).context["facts"])
    assert (
        facts["Within"] == "1 month"
        and facts["Rests on"] == "a request"
        and facts["What fulfils it"] == "lights_checked"
    )
    assert facts["To be done by"] != "facility_security_officer" and facts["Holds from"] == "2026-01-01"
    assert browser.post(answer.headers["Location"], {"act": "on"}).status_code == 403
    second = client_for(OPERATOR)
    assert "Switch it on" in second.get(answer.headers["Location"]).content.decode()
    assert second.post(answer.headers["Location"], {"act": "on"}).status_code == 302


def test_the_api_does_all_of_it(late, bearer_for, acting):
    client = Client(headers=bearer_for(PFSO))
    send = {"content_type": "application/json"}
    items = client.get("/api/v1/deadlines?state=late").json()["items"]
    assert "drill" in {one["rule"] for one in items}
    assert client.get(f"/api/v1/deadlines?place={QUAY}&size=1").json()["next"] in ("1", None)
    answer = client.post(
        f"/api/v1/deadlines/files/{QUAY}/events", {"kind": "drill_held", "at": TODAY, "reference": "D-1"}, **send
    )
    assert answer.status_code == 201, answer.content
    made = answer.json()["id"]
    read = client.get(f"/api/v1/deadlines/files/{QUAY}").json()
    assert made in {one["id"] for one in read["events"]}
    assert {one["rule"]: one["state"] for one in read["deadlines"] if one["proof"] == made} == {"drill": "fulfilled"}
    assert client.post(f"/api/v1/deadlines/events/{made}/correction", {"event": None}, **send).status_code == 201
    assert client.post(f"/api/v1/deadlines/events/{made}/correction", {"event": None}, **send).status_code == 409
    followed = {"kind": "function_holder", "function": "deputy_pfso", "facility": QUAY, "holder": "Post 9"}
    assert client.post("/api/v1/deadlines/followed", followed, **send).status_code == 201
    data = {"csv": f"place,event,at,source_id\n{QUAY},drill_held,2026-02-01,5\n", "dry_run": True}
    assert client.post("/api/v1/deadlines/import", data, **send).json() == {"dry_run": True, "new": ["5"], "known": []}
    assert client.get("/api/v1/deadlines/overview").status_code == 403
    assert client.get("/api/v1/deadlines/figures").json() == {"items": []}
    authority = Client(headers=bearer_for(ANSM))
    assert authority.get("/api/v1/deadlines/overview").json()["ports"][0]["places"] == 1
    rule = {"entry": entry(), "events": EVENTS, "why": "Test"}
    made = authority.post("/api/v1/deadlines/rules", rule, **send)
    assert made.status_code == 201, made.content
    read = authority.get(made.json()["url"]).json()
    assert [one["rule"] for one in read["effects"]] == ["lights"]
    assert authority.post(f"{made.json()['url']}/decision", {"act": "on"}, **send).status_code == 403
    operator = Client(headers=bearer_for(OPERATOR))
    assert operator.post(f"{made.json()['url']}/decision", {"act": "on"}, **send).json()["state"] == "on"
    assert "lights" in {one["code"] for one in client.get("/api/v1/deadlines/rules").json()["rules"]}
    assert Client(headers=bearer_for(POLICE)).get(f"/api/v1/deadlines/files/{QUAY}").status_code == 404


def titles(acting: Any, email: str) -> list[str]:
    with acting(email) as actor, override("en"):
        return [need.title for need in waiting.needs(actor, now())]


def test_reminders_climb_from_who_does_it_to_who_decides(late, acting, owner):
    assert any("Hold a drill" in title for title in titles(acting, PFSO))
    assert any("nobody acted" in title for title in titles(acting, PFSO))  # who administers the operator too
    assert any("Hold a drill" in title or "late" in title for title in titles(acting, PSO))
    owner.execute(
        "update compliance_owed set due = now() - interval '1 hour', escalates = now() + interval '9 days',"
        " deputy_at = now() + interval '1 day', administrator_at = now() + interval '5 days' where rule = 'drill'"
    )
    owner.execute("delete from compliance_owed where rule <> 'drill'")
    assert titles(acting, PSO) == [] == titles(acting, ANSM)
    assert len(titles(acting, PFSO)) == 1
    with acting(PFSO) as actor:
        deputy = holder(function="deputy_pfso", holder="", person=actor.person)
        assert Subject.objects.get(id=deputy.id).person_id == actor.person
    owner.execute("delete from compliance_owed where rule <> 'drill'")
    assert titles(acting, PFSO) == []  # a deputy is told later
    owner.execute("update compliance_owed set deputy_at = now() - interval '1 minute'")
    assert len(titles(acting, PFSO)) == 1
    for email in (POLICE, COMPANY):
        assert titles(acting, email) == []


def test_needs_stand_on_the_first_page(late, acting, client_for):
    with acting(PFSO) as actor:
        assert any(need.icon == "deadline" and need.overdue for need in needs_of(actor, now()))
    assert "Hold a drill" in client_for(PFSO).get("/").content.decode()


def test_the_calendar_holds_the_duty_and_never_whose(late, acting):
    with acting(PFSO) as actor, override("en"):
        found = in_calendar.entries(actor, now())
        assert any(entry_.summary == "Deadline: Hold a drill" and not entry_.cancelled for entry_ in found)
        assert not any("Quay" in entry_.summary or QUAY in entry_.summary for entry_ in found)
        before = {entry_.key: entry_.sequence for entry_ in found}
        happened("drill_held", 1)
        after = {entry_.key: entry_ for entry_ in in_calendar.entries(actor, now() + timedelta(seconds=1))}
        assert set(before) <= set(after)
        done = [one for one in after.values() if one.cancelled]
        assert len(done) == 1 and done[0].sequence >= before[done[0].key]
    with acting(POLICE) as actor:
        assert in_calendar.entries(actor, now()) == []


def test_a_cell_of_the_file_is_no_formula(late, acting):
    with acting(ANSM):
        found = overview.take_out(at=now())
    cells = [c for row in load_workbook(io.BytesIO(found.body))["late"] for c in row]
    assert found.number > 0 and all(cell.data_type != "f" for cell in cells)
