"""The leak property of security files: by every way out each of the cast gets what the law lets them see."""

from typing import Any

from django.test import Client

from port2port.base.clock import now
from port2port.compliance import in_calendar
from port2port.compliance.actions import Entry, record_event
from port2port.home.needs import needs_of
from port2port.members.acting import acting_as
from port2port.sharing.calendar import calendar
from tests.compliance.files.given import ANSM, OTHER, PFSO, PSO, QUAY, ago, happened, holder, late_plan

QUAY_WORD, OTHER_WORD, HOLDER = "zqquay", "zqother", "zqholder"
SEES_QUAY = {PFSO, PSO, ANSM}
SEES_OTHER = {PSO, ANSM}
TAKES_OUT = {ANSM}


def text_of(client: Any, path: str) -> str:
    answer = client.get(path)
    return str(answer.content.decode()) if answer.status_code == 200 else ""


def test_a_file_leaves_to_whom_the_law_names_only(acting, cast, client_for, bearer_for):
    with acting(PFSO):
        late_plan()
        event = record_event(QUAY, entry=Entry("statement_issued", ago(9), {}, QUAY_WORD), at=now())
        person = holder(holder=HOLDER)
        happened("function_taken", 90, str(person.id))
    with acting(PSO):
        late_plan(OTHER)
        record_event(OTHER, entry=Entry("statement_issued", ago(9), {}, OTHER_WORD), at=now())
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        quay, other = email in SEES_QUAY, email in SEES_OTHER
        for code, word, sees in ((QUAY, QUAY_WORD, quay), (OTHER, OTHER_WORD, other)):
            for path in (f"/deadlines/files/{code}/", f"/deadlines/files/{code}/record/"):
                assert browser.get(path).status_code == (200 if sees else 404), (email, path)
            assert (word in text_of(browser, f"/deadlines/files/{code}/")) == sees, email
            assert (word in text_of(machine, f"/api/v1/deadlines/files/{code}")) == sees, email
            assert machine.get(f"/api/v1/deadlines?place={code}").status_code == (200 if sees else 404), email
            listed = text_of(browser, "/deadlines/") + text_of(machine, "/api/v1/deadlines?state=late&size=500")
            assert (code in listed) == sees, (email, code)
        assert browser.get(f"/deadlines/events/{event.id}/correct/").status_code == (200 if quay else 404), email
        his = text_of(browser, f"/deadlines/files/{person.id}/")
        his += text_of(machine, f"/api/v1/deadlines/files/{person.id}")
        assert (HOLDER in his) == quay, email
        taken = [browser.get(path) for path in ("/deadlines/overview/", "/deadlines/overview/file/")]
        taken.append(machine.get("/api/v1/deadlines/overview"))
        assert {one.status_code for one in taken} == ({200} if email in TAKES_OUT else {403}), email
        numbers = text_of(machine, "/api/v1/deadlines/figures") + text_of(machine, "/api/v1/deadlines/rules")
        assert not any(word in numbers for word in (QUAY, OTHER, QUAY_WORD, HOLDER)), email
        with acting_as(cast[email].person, cast[email].hat) as actor:
            said = " ".join(f"{one.title} {one.text} {one.href}" for one in needs_of(actor, now()))
            feed = calendar(in_calendar.entries(actor, now()), name="x").decode().replace("\r\n ", "")
        assert quay or QUAY not in said + feed, email
        assert other or OTHER not in said + feed, email
        summaries = [line for line in feed.splitlines() if line.startswith("SUMMARY")]
        assert not any("Quay" in line or HOLDER in line for line in summaries), email


def test_an_unwritten_file_and_one_of_others_answer_alike(acting, client_for):
    with acting(PSO):
        late_plan(OTHER)
    browser = client_for(PFSO)
    bodies = [browser.get(f"/deadlines/files/{code}/") for code in (OTHER, "BEANR-9999", "BEANR-9902")]
    assert {one.status_code for one in bodies} == {404}
