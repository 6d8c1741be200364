"""The leak property of measures: every way out agrees with `decide()`; of adoption nothing leaves but where it may.

Each measure and each cell carries a word of its own. For each of the cast, each way out shows the words allowed.
"""

from typing import Any

from django.db import connection
from django.test import Client

from port2port.base.clock import now
from port2port.measures import queries
from port2port.members.acting import acting_as
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from tests.measures.writing import OWNER, PORT_OF, agreed, measure, tells

AUDIENCES = (
    ("all-members", Tlp.GREEN),
    ("ports-and-police", Tlp.AMBER),
    ("port-beanr", Tlp.AMBER),
    ("insider-desk", Tlp.RED),
)
IN_CIRCLE = {*PORT_OF, "analyst@commissioner.demo", "director@commissioner.demo"}
PLAIN = ("/measures/", "/measures/?q=zq", "/", "/reports/", "/access/exports/", "/access/journal/", "/alerts/")


def text_of(client: Any, path: str) -> str:
    answer = client.get(path)
    return str(answer.content.decode()) if answer.status_code == 200 else ""


def test_measures_are_seen_as_decide_says_by_every_way_out(acting, cast, client_for, bearer_for):
    made = {}
    with acting(OWNER):
        for name, tlp in AUDIENCES:
            word = f"zq{name.replace('-', '')}"
            row = measure(name, tlp=tlp, title=f"{word} (test)", problem=f"Problem {word}.", contact=f"Desk {word}.")
            made[row.record_id] = word, sharing.envelope(Record.objects.get(id=row.record_id))
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        with acting_as(cast[email].person, cast[email].hat) as actor:
            seen = {key: decide(actor, "see", envelope, at=now()).allowed for key, (_word, envelope) in made.items()}
            allowed = {key for key, sees in seen.items() if sees}
            listed = {row.id for row in queries.measures(at=now(), states=("draft",))}
            found = {key for key, (word, _envelope) in made.items() if key in sharing.found(word, [queries.KIND])}
            assert listed == found == allowed, email
            assert len(allowed) == queries.count_by_state().get("draft", 0), email
        pages = {path: text_of(browser, path) for path in PLAIN}
        api = text_of(machine, "/api/v1/measures?size=100")
        for key, (word, _envelope) in made.items():
            assert (word in pages["/measures/"]) == (key in allowed) == (word in api), (email, word)
            for path in (f"/measures/{key}/", f"/measures/{key}/versions/", f"/measures/{key}/proof/"):
                assert browser.get(path).status_code == (200 if key in allowed else 404), (email, path)
            for path in ("", "/versions", "/proof", "/adoption", "/questions"):
                status = machine.get(f"/api/v1/measures/{key}{path}").status_code
                assert status == (200 if key in allowed else 404), (email, path)
            if key not in allowed:
                for path, page in pages.items():
                    assert word not in page, (email, path)


def test_what_a_port_tells_leaves_by_no_way_but_its_own(acting, cast, owner, client_for, bearer_for):
    made = agreed(acting, "all-members")
    with acting("pso@liege.demo"):
        tells(made, "suspended", place="BELGG", reason="Reason zqsecret.", obstacles="In the way: zqsecret.")
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        may = email in IN_CIRCLE
        page = text_of(browser, f"/measures/{made}/")
        assert ("zqsecret" in page) == may, email
        assert ("zqsecret" in text_of(machine, f"/api/v1/measures/{made}/adoption")) == may, email
        for path in (
            *PLAIN,
            f"/measures/{made}/proof/",
            f"/measures/{made}/versions/",
            "/taxii2/",
            "/feeds/alerts.atom",
        ):
            own = email == "pso@liege.demo" and path.startswith("/measures/") and path != "/measures/?q=zq"
            assert "zqsecret" not in text_of(browser, path) or own, (email, path)
        for path in (
            "/api/v1/measures",
            f"/api/v1/measures/{made}",
            f"/api/v1/measures/{made}/proof",
            "/api/v1/search?q=zqsecret",
        ):
            assert "zqsecret" not in text_of(machine, path), (email, path)
        with acting_as(cast[email].person, cast[email].hat):
            assert sharing.found("zqsecret", ["measure", "objective", "report", "alert"]) == []
            with connection.cursor() as cursor:
                cursor.execute("select count(*) from base_journal_entry where act = 'measure.adoption'")
                assert cursor.fetchone() == (1 if email == "pso@liege.demo" else 0,), email


def test_live_events_tell_of_a_measure_and_never_of_a_cell(acting, cast, owner):
    made = agreed(acting)
    before = owner.execute("select max(id::text) from sharing_event").fetchone()[0]
    with acting("pso@liege.demo"):
        tells(made, place="BELGG")
    after = owner.execute("select count(*) from sharing_event where id::text > %s", [before]).fetchone()
    assert after == (0,)
