"""The leak property of cases and lessons: every way out agrees with `decide()`, for each company, desk and watcher."""

from typing import Any

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.helpdesk import actions, queries, waiting
from port2port.helpdesk.queries import Filters
from port2port.members.acting import acting_as
from port2port.sharing import queries as sharing
from port2port.sharing.models import Event, Record
from port2port.sharing.rules import decide
from tests.helpdesk.asking import asked, case, own_circle
from tests.leaks.test_property import WATCHERS, clean

COMPANIES = ("contact@agent.demo", "pfso@quay1.demo", "pso@liege.demo")
PORTS = ("BEANR", "BEGNE", "")
STEWARDS = {"BEANR": "pso@antwerp.demo", "BEGNE": "pso@northsea.demo", "": "analyst@commissioner.demo"}


def test_every_way_out_agrees_with_decide(db, cast, owner, client_for, bearer_for):
    found = []
    for company in COMPANIES:
        for port in PORTS:
            word = f"zq{company[:3]}{company[4:9].replace('@', '')}{port.lower()}x"
            with acting_as(cast[company].person, cast[company].hat):
                identifier = case(f"May we do this {word} at the gate, or not?", port=port)
            steward = cast[STEWARDS[port]]
            with acting_as(steward.person, steward.hat):
                actions.do(identifier, "note", text=f"A note note{word}.", at=now())
                if company == COMPANIES[1]:
                    actions.escalate(identifier, circle=own_circle("customs"), reason="Look, please.", at=now())
                envelope = sharing.envelope(Record.objects.get(id=identifier))
            found.append((identifier, word, envelope, steward.organisation))
    asked("Somebody outside asks zqoutside something.", port="BEGNE")
    for email in (*WATCHERS, *COMPANIES, *STEWARDS.values()):
        member = cast[email]
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        with acting_as(member.person, member.hat) as actor:
            allowed = {i for i, _w, e, _o in found if decide(actor, "see", e, at=now()).allowed}
            mine = {i for i, *_rest in found}
            assert {one.record.id for one in queries.open_cases(at=now())} & mine == allowed
            assert set(sharing.newest("case", size=100).ids) & mine == allowed
            for identifier, word, _envelope, desk in found:
                seen = identifier in allowed
                assert [one.record.id for one in queries.page(Filters(q=word), at=now()).rows] == [identifier] * seen
                assert sharing.found(f"note{word}", ["case"]) == []
                said = [m.act for m in queries.messages(identifier)]
                assert ("note" in said) == (seen and actor.organisation == desk) and bool(said) == seen
                assert Event.objects.filter(record=identifier, act="shared").exists() == seen
            if actor.organisation not in {o for *_r, o in found}:
                assert not sharing.found("zqoutside", ["case"])
            shown = " ".join(need.title for need in waiting.needs(actor, now()))
            assert all(word not in shown for i, word, *_rest in found if i not in allowed)
        pages = {path: browser.get(path).content.decode() for path in ("/", "/helpdesk/", "/helpdesk/all/")}
        listed = machine.get("/api/v1/cases?size=100").content.decode()
        absent = clean(browser.get(f"/helpdesk/{new_id()}/"))
        for identifier, word, *_rest in found:
            seen = identifier in allowed
            assert all(seen or (word not in page and str(identifier) not in page) for page in pages.values()), email
            assert (str(identifier) in listed) == (word in listed) == seen
            page = browser.get(f"/helpdesk/{identifier}/")
            assert (page.status_code == 200) == seen and (seen or clean(page) == absent)
            assert (machine.get(f"/api/v1/cases/{identifier}").status_code == 200) == seen


@pytest.fixture(autouse=True)
def quiet_log(caplog: Any) -> None:
    caplog.set_level("ERROR")
