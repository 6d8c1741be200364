"""The leak property of the desk: requests and breaches leave to the officers of one organisation, by every way out."""

from typing import Any

from django.test import Client

from port2port.base.clock import now
from port2port.governance.desk import breach_actions
from port2port.governance.desk.rules import NewBreach
from port2port.home.needs import needs_of
from port2port.members.acting import acting_as
from tests.governance.asking import DPO, NAME, checked, second_desk

TITLE = "zqbreachtitle (test)"


def text_of(client: Any, path: str) -> str:
    answer = client.get(path)
    return str(answer.content.decode(errors="replace")) if answer.status_code == 200 else ""


def test_a_request_and_a_breach_leave_to_their_desk_only(acting, cast, client_for, bearer_for, owner):
    second_desk(owner, cast)  # the officer of another organisation reads them no more than anybody
    with acting(DPO):
        request = checked(ago=40)
        new = NewBreach(TITLE, "What (test).", ("integrity",), now())
        breach = breach_actions.record_breach(new, at=now())
    pages = (
        "/", "/governance/desk/", f"/governance/desk/requests/{request.id}/",
        f"/governance/desk/requests/{request.id}/letter/",
        "/governance/desk/breaches/", f"/governance/desk/breaches/{breach.id}/", "/access/journal/", "/deadlines/",
    )  # fmt: skip
    calls = ("requests", f"requests/{request.id}", f"requests/{request.id}/traces", "breaches", f"breaches/{breach.id}")
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        said = "".join(text_of(browser, path) for path in pages)
        said += "".join(text_of(machine, f"/api/v1/desk/{path}") for path in calls)
        said += text_of(machine, f"/api/v1/search?q={TITLE.split()[0]}")
        with acting_as(cast[email].person, cast[email].hat) as actor:
            said += " ".join(f"{one.title} {one.text} {one.href}" for one in needs_of(actor, now()))
        for word in (NAME, TITLE, str(request.id), str(breach.id)):
            assert (word in said) == (email == DPO), (email, word)


def test_no_name_of_a_requester_stands_in_the_database_in_clear(acting, owner):
    with acting(DPO):
        checked()
    tables = [row[0] for row in owner.execute(
        "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind = 'r'")]  # fmt: skip
    holding = [
        table for table in tables
        if owner.execute(f'select 1 from "{table}" t where to_jsonb(t)::text like %s limit 1', [f"%{NAME}%"]).fetchone()
    ]  # fmt: skip
    assert holding == []
