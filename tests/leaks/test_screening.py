"""The leak property of security verifications: by no way out does anybody but the employer get a row."""

from django.test import Client

from port2port.base.clock import now
from port2port.compliance import in_calendar
from port2port.compliance.screening.tasks import screening
from port2port.home.needs import needs_of
from port2port.members.acting import acting_as
from port2port.sharing.calendar import calendar
from tests.compliance.files.given import PFSO
from tests.compliance.screening.given import YEAR, kept

NUMBER = "ZQ-7654321"
PAGES = (
    "/", "/deadlines/", "/deadlines/?show=late", "/deadlines/overview/", "/deadlines/overview/file/",
    "/deadlines/screening/", "/deadlines/screening/?show=late", f"/search/?q={NUMBER}",
    "/calendar/", "/news/", "/direction/",
)  # fmt: skip
API = (
    "/api/v1/deadlines?state=late", "/api/v1/deadlines?state=open", "/api/v1/deadlines/figures",
    "/api/v1/deadlines/overview", "/api/v1/deadlines/screening", "/api/v1/deadlines/screening/figures",
    f"/api/v1/search?q={NUMBER}", "/api/v1/deadlines/rules",
)  # fmt: skip


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    return bytes(answer.content).decode(errors="replace") if answer.status_code == 200 else ""


def test_a_row_leaves_to_nobody(acting, cast, client_for, bearer_for):
    with acting(PFSO):
        row = kept(NUMBER, since=YEAR * 6, verified_on=YEAR * 5 + 40)
        for number in range(8):
            kept(f"A-{number}", since=300, **({"verified_on": 200} if number < 4 else {}))
    screening()
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        own = email == PFSO
        said = {path: text_of(browser, path) for path in PAGES} | {path: text_of(machine, path) for path in API}
        named = {path for path, text in said.items() if NUMBER in text and "q=" not in path}
        assert named == ({path for path in said if "screening" in path and "figures" not in path} if own else set()), (
            email
        )
        listed = {path for path, text in said.items() if str(row.subject_id) in text}
        assert own or listed == set(), (email, listed)
        for path in (f"/deadlines/screening/{row.subject_id}/", f"/deadlines/files/{row.subject_id}/"):
            assert browser.get(path).status_code == (200 if own and "screening" in path else 404), (email, path)
        assert machine.get(f"/api/v1/deadlines/files/{row.subject_id}").status_code == 404, email
        with acting_as(cast[email].person, cast[email].hat) as actor:
            waits = " ".join(f"{one.title} {one.text}" for one in needs_of(actor, now()))
            feed = calendar(in_calendar.entries(actor, now()), name="x").decode().replace("\r\n ", "")
        assert NUMBER not in waits + feed, email
