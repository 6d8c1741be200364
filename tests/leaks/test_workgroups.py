"""Every way out of what working groups write agrees with `decide`, and tells nothing of anything else."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.home.calendar_sources import entries_of
from port2port.members.acting import acting_as
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.rules import Envelope, decide
from port2port.sharing.tlp import Tlp
from port2port.workgroups import meeting_actions, work_actions
from port2port.workgroups.models import Decision
from port2port.workgroups.reading import Filters, page
from tests.leaks.test_property import clean
from tests.workgroups.writing import CHAIR, MEMBER, OUTSIDER, SECRETARY, item, world

WATCHERS = (CHAIR, SECRETARY, MEMBER, OUTSIDER, "director@antwerp.demo", "contact@agent.demo", "analyst@police.demo")
PATHS = {
    "decision": "/workgroups/decisions/{}/",
    "action": "/workgroups/actions/{}/",
    "paper": "/workgroups/papers/{}/",
}


@dataclass(frozen=True)
class Made:
    """A record with a word that stands nowhere else."""

    id: UUID
    kind: str
    word: str
    envelope: Envelope


@pytest.fixture
def found(acting: Any, cast: Any) -> tuple[UUID, list[Made]]:
    """Of each kind one for the whole group and some narrower ones, in RED too."""
    made = world(acting, cast)
    made_by: list[tuple[UUID, str, str]] = []
    with acting(CHAIR):
        for number, (persons, tlp) in enumerate(
            [((), Tlp.AMBER), ((SECRETARY,), Tlp.AMBER), ((MEMBER,), Tlp.GREEN), ((SECRETARY,), Tlp.RED), ((), Tlp.RED)]
        ):
            named = {"persons": [cast[email].person for email in persons], "tlp": tlp}
            put = item(made.meeting, title=f"zqitem{number}", **named)
            meeting_actions.write_minutes(put, minutes=f"zqminutes{number}", language="en", expected=1, at=now())
            said = {"language": "en", "at": now()}
            decision = work_actions.propose(
                made.group, title=f"zqdecision{number}", text="T", item=put, **said
            ).record_id
            work_actions.decide(decision, votes={cast[CHAIR].organisation: "for"}, expected=1, at=now())
            owner = cast[persons[0] if persons else CHAIR].person
            action = work_actions.assign(
                made.group, text=f"zqaction{number}", owner=owner, due=date(2027, 1, 1), item=put, **said
            ).record_id
            paper = work_actions.hand_in(
                made.group, title=f"zqpaper{number}", text="T", meeting=made.meeting, **said, **named
            ).record_id
            made_by += [(put, "minutes", f"zqitem{number}"), (decision, "decision", f"zqdecision{number}")]
            made_by += [(action, "action", f"zqaction{number}"), (paper, "paper", f"zqpaper{number}")]
        return made.meeting, [
            Made(i, kind, word, sharing.envelope(Record.objects.get(id=i))) for i, kind, word in made_by
        ]  # fmt: skip


def test_every_way_out_agrees_with_decide(found, cast, client_for, bearer_for):
    meeting, records = found
    seen_by: dict[str, int] = {}
    for email in WATCHERS:
        with acting_as(cast[email].person, cast[email].hat) as actor:
            allowed = {m.id for m in records if decide(actor, "see", m.envelope, at=datetime.now(UTC)).allowed}
            for kind in ("minutes", "decision", "action", "paper"):
                listed = set(sharing.newest(kind, size=100).ids) & {m.id for m in records}
                assert listed == {m.id for m in records if m.kind == kind and m.id in allowed}, (email, kind)
            hits = {row.id for m in records for row in page(Decision, Filters(q=m.word), at=now()).rows}
            assert hits == {m.id for m in records if m.kind == "decision" and m.id in allowed}
            calendar = " ".join(f"{entry.key} {entry.summary}" for entry in entries_of(actor, now()))
            assert "zq" not in calendar
            assert all(m.id in allowed for m in records if str(m.id) in calendar)
        seen_by[email] = len(allowed)
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        absent = {path: clean(browser.get(path.format(new_id()))) for path in PATHS.values()}
        ways = {
            path: client.get(path)
            for client, paths in (
                (browser, ("/", "/workgroups/", "/workgroups/actions/mine/", "/workgroups/decisions/", "/calendar/",
                           f"/workgroups/meetings/{meeting}/", f"/workgroups/meetings/{meeting}/agenda/")),
                (machine, ("/api/v1/decisions", "/api/v1/actions?size=100", "/api/v1/meetings",
                           f"/api/v1/meetings/{meeting}")),
            )
            for path in paths
        }  # fmt: skip
        bodies = {path: answer.content.decode() for path, answer in ways.items()}
        for m in records:
            seen = m.id in allowed
            for path, body in bodies.items():
                assert seen or (m.word not in body and str(m.id) not in body), (email, path, m.word)
            assert seen or m.word.replace("item", "minutes") not in bodies[f"/workgroups/meetings/{meeting}/"]
            if m.kind in PATHS:
                answer = browser.get(PATHS[m.kind].format(m.id))
                assert (answer.status_code == 200) == seen, (email, m.word)
                assert seen or clean(answer) == absent[PATHS[m.kind]], "hidden and absent must be the same page"
                assert (machine.get(f"/api/v1/{m.kind}s/{m.id}").status_code == 200) == seen
    assert seen_by[CHAIR] == 20 and seen_by[SECRETARY] == 16 and seen_by[MEMBER] == 12
    assert all(seen_by[email] == 0 for email in WATCHERS[3:])


@pytest.fixture(autouse=True)
def quiet_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR")
