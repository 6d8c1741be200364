"""Who reads AMBER is written down or does not read: with the journal out of order nothing sensitive is shown."""

import psycopg
import pytest
from django.test import Client

from port2port.sharing.tlp import Tlp
from tests.reports.writing import report

PSO, PARTNER = "pso@antwerp.demo", "pso@northsea.demo"
WORD = "zqxjournalword"


@pytest.fixture
def shared(acting):
    """An AMBER and a GREEN report, made while the journal worked."""
    with acting(PSO):
        amber = report("ports-and-police", tlp=Tlp.AMBER, text=f"A drone hung above the gate, {WORD} amber.")
        green = report("all-members", tlp=Tlp.GREEN, text=f"A drone hung above the gate, {WORD} green.")
    return amber.record_id, green.record_id


FULL = """
create function journal_is_full() returns trigger language plpgsql as
$$ begin raise exception 'no space left' using errcode = 'disk_full'; end $$;
create trigger journal_is_full before insert on base_journal_entry execute function journal_is_full();
"""
FAULTS = {
    "full": (FULL, "drop trigger journal_is_full on base_journal_entry; drop function journal_is_full()"),
    "forbidden": (
        "revoke insert (id, at, salt, payload) on base_journal_entry from port2port_app",
        "grant insert (id, at, salt, payload) on base_journal_entry to port2port_app",
    ),
}


@pytest.fixture(params=FAULTS)
def without_journal(request, shared, owner: psycopg.Connection):
    """The journal takes nothing: its disk is full, or the serving role may not write into it."""
    fault, repair = FAULTS[request.param]
    owner.execute(fault)
    yield
    owner.execute(repair)


@pytest.fixture
def machine(bearer_for) -> Client:
    return Client(headers=bearer_for(PARTNER), raise_request_exception=False)


@pytest.fixture
def browser(client_for) -> Client:
    client = client_for(PARTNER)
    client.raise_request_exception = False
    return client


def refused(answer) -> bool:
    return answer.status_code in (403, 500, 503) and WORD not in answer.content.decode()


def test_with_the_journal_it_is_read_and_written_down(shared, browser, machine, owner):
    before = owner.execute("select count(*) from base_journal_entry").fetchone()[0]
    for answer in (browser.get(f"/reports/{shared[0]}/"), machine.get(f"/api/v1/reports/{shared[0]}")):
        assert answer.status_code == 200 and WORD in answer.content.decode()
    assert owner.execute("select count(*) from base_journal_entry").fetchone()[0] == before + 2


def test_without_the_journal_nothing_sensitive_is_shown(shared, browser, machine, without_journal):
    amber, _green = shared
    for path in (f"/reports/{amber}/", "/reports/", "/reports/?q=drone", f"/reports/rows/?ids={amber}"):
        assert refused(browser.get(path)), path
    for path in (f"/reports/{amber}", "/reports", "/search?q=drone"):
        assert refused(machine.get(f"/api/v1{path}")), path


def test_without_the_journal_nothing_leaves_as_a_file(shared, client_for, without_journal):
    officer = client_for(PSO)
    officer.raise_request_exception = False
    for form in ("csv", "xlsx"):
        assert refused(officer.get(f"/reports/export/?format={form}"))


def test_what_needs_no_entry_is_still_read(shared, browser, machine, without_journal):
    _amber, green = shared
    assert WORD in browser.get(f"/reports/{green}/").content.decode()
    assert WORD in machine.get(f"/api/v1/reports/{green}").content.decode()


def test_without_the_journal_nothing_is_written_either(shared, bearer_for, without_journal, owner):
    before = owner.execute("select count(*) from reports_report").fetchone()
    machine = Client(headers=bearer_for(PSO), raise_request_exception=False)
    sent = {
        "threat": "drone_misuse",
        "text": "A drone hung above the inner gate for four minutes.",
        "place": {"kind": "landmark", "landmark": "kallo-lock"},
        "occurred_at": "2026-11-20T03:05:00+01:00",
    }
    assert machine.post("/api/v1/reports", sent, content_type="application/json").status_code in (403, 500, 503)
    assert owner.execute("select count(*) from reports_report").fetchone() == before
