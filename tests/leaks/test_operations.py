"""An operation before its start leaves by no way out, and costs a stranger nothing a clock could tell."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from port2port.base.clock import now
from port2port.home.needs import needs_of
from port2port.measures import tasks
from port2port.measures.operations import aid_actions, aid_queries, queries
from port2port.members.acting import acting_as
from port2port.sharing import queries as sharing
from port2port.sharing.models import Event, Record
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from tests.measures.operations.writing import OUTSIDER, PARTNER, accepts, asked, plan, planned, running
from tests.measures.writing import OWNER

WORD = "zqnightwatch"
PAGES = (
    "/", "/measures/", "/measures/operations/", "/measures/aid/", "/measures/operations/new/", "/reports/", "/alerts/",
    f"/reports/?q={WORD}", f"/measures/?q={WORD}", "/access/exports/", "/access/journal/", "/calendar/",
    "/workgroups/",
)  # fmt: skip
API = ("/api/v1/operations", "/api/v1/operations?state=planned", "/api/v1/aid?standing=false", "/api/v1/aid/lent",
       "/api/v1/operations/effort?since=2000-01-01&until=2100-01-01")  # fmt: skip
STATES = ("planned", "running", "ended", "evaluated", "called_off")


def text_of(client: Any, path: str) -> str:
    answer = client.get(path)
    return str(answer.content.decode()) if answer.status_code == 200 else ""


def english_needs(actor):
    """What waits for an actor, in one language: a page that was asked before leaves its own behind."""
    with override("en"):
        return needs_of(actor, now())


def looked(actor):
    """What waits and which plans there are, and for how much was asked: at best, for facts of the network are read
    again from time to time, whoever asks."""
    spent = []
    for _again in range(3):
        with CaptureQueriesContext(connection) as queried:
            needs = english_needs(actor)
            listed = [row.id for row in queries.operations(at=now(), states=STATES)]
        spent.append(len(queried))
    return needs, listed, min(spent)


@pytest.mark.parametrize("tlp", [Tlp.AMBER, Tlp.RED])
def test_a_plan_is_undetectable_for_all_who_take_no_part(acting, cast, client_for, bearer_for, tlp):
    before = {}
    for email in cast:
        machine = Client(headers=bearer_for(email))
        with acting_as(cast[email].person, cast[email].hat) as actor:
            needs, _listed, asked_for = looked(actor)
        before[email] = needs, asked_for, [text_of(machine, path) for path in API]
    what = plan(f"{WORD} (test)", text=f"All gates at once, {WORD}.")
    with acting(OWNER):
        made = planned(cast, what, tlp=tlp, persons=[PARTNER] if tlp == Tlp.RED else [])
        envelope = sharing.envelope(Record.objects.get(id=made))
    told = set()
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        pages = {path: text_of(browser, path) for path in PAGES}
        api = [text_of(machine, path) for path in API]
        with acting_as(cast[email].person, cast[email].hat) as actor:
            sees = decide(actor, "see", envelope, at=now()).allowed
            needs, listed, asked_for = looked(actor)
            assert bool(listed) == bool(sharing.found(WORD, [queries.KIND])) == sees, email
            assert bool(sharing.count(queries.KIND)) == sees == Event.objects.filter(record=made).exists(), email
            assert sharing.tombstone(made) is None
        assert (WORD in pages["/measures/operations/"]) == (WORD in api[0]) == sees, email
        for path in ("", "edit/", "count/", "evaluate/", "audience/more/"):
            status = browser.get(f"/measures/operations/{made}/{path}").status_code
            assert (status == 404) == (not sees), (email, path)
        assert (machine.get(f"/api/v1/operations/{made}").status_code == 200) == sees, email
        if sees:
            told.add(email)
            continue
        assert (needs, asked_for, api) == before[email], email  # nothing more to read, and nothing more to ask for
        for path, page in pages.items():
            assert WORD not in page.replace(f'value="{WORD}"', "").replace(f"q={WORD}", "").replace(f": {WORD}<", ""), (
                email,
                path,
            )
    assert {OWNER, PARTNER} <= told and OUTSIDER not in told


def test_reminders_say_nothing_and_go_to_who_takes_part(acting, cast, owner, outbox):
    with acting(OWNER):
        planned(cast, plan(f"{WORD} (test)"))
    assert tasks.remind_operations(0) == 1
    assert tasks.remind_operations(0) == 0  # once
    rows = owner.execute("select args->>'person' from procrastinate_jobs where task_name = 'measures.send_reminder'")
    assert rows.fetchall() == [(str(cast[PARTNER].person),)]
    tasks.send_reminder(str(cast[PARTNER].person))
    [sent] = outbox
    assert sent.to == [PARTNER]
    for word in (WORD, "operation", "operatie", "Ghent", "Antwerp"):
        assert word not in (sent.subject + sent.body).replace("antwerp.demo", "").lower()


def test_what_is_lent_and_not_back_is_reminded_to_both_sides(acting, cast, owner):
    with acting(OWNER):
        aid = asked()
    with acting(PARTNER):
        offer = aid_actions.offer_aid(aid, amount=1, note="", at=now()).id
    with acting(OWNER):
        aid_actions.turn_offer(offer, to="accepted", at=now())
    assert tasks.remind_operations(0) == 0
    owner.execute("update measures_aid set from_at = now() - interval '3 days', until_at = now() - interval '2 days'")
    assert tasks.remind_operations(0) > 1
    rows = owner.execute("select args->>'person' from procrastinate_jobs where task_name = 'measures.send_reminder'")
    people = {row[0] for row in rows.fetchall()}
    assert {str(cast[OWNER].person), str(cast[PARTNER].person)} <= people
    with acting(OWNER):
        assert [row.overdue for row in aid_queries.lent_now(at=now())] == [True]


def test_the_owner_of_a_time_that_is_over_is_reminded(acting, cast, owner):
    made = running(acting, cast)
    assert tasks.remind_operations(0) == 0
    owner.execute("update measures_operation set ends_at = now() - interval '1 minute' where record_id = %s", [made])
    assert tasks.remind_operations(0) >= 1


def test_who_declines_has_a_stone_and_nothing_else(acting, cast, client_for):
    with acting(OWNER):
        made = planned(cast, plan(f"{WORD} (test)"))
    with acting(PARTNER):
        accepts(made, accept=False)
    browser = client_for(PARTNER)
    answer = browser.get(f"/measures/operations/{made}/")
    assert answer.status_code == 410 and WORD not in answer.content.decode()
    assert WORD not in text_of(browser, "/measures/operations/") + text_of(browser, "/")
