"""The leak property of supplier alerts: in random worlds all ways out agree with `decide()` and the registers."""

import random
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from port2port.alerts import actions, queries
from port2port.alerts.queries import Filters
from port2port.alerts.suppliers.aliases import aliases
from port2port.alerts.suppliers.names import System, heard_by, told_of
from port2port.base.clock import now
from port2port.live.source import DatabaseSource
from port2port.members.acting import acting_as, acting_as_system
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.rules import Envelope, decide
from port2port.sharing.tlp import Tlp
from tests.alerts.suppliers.writing import supplier_alert, uses
from tests.exchange.rendered import render
from tests.leaks.test_alerts import ways_out
from tests.leaks.test_property import WATCHERS

AUTHORS = ("pso@antwerp.demo", "pso@northsea.demo", "analyst@police.demo")
KEEPERS = ("pso@antwerp.demo", "pso@northsea.demo", "pso@liege.demo", "pfso@quay1.demo", "officer@customs.demo")
SYSTEMS = (
    System("Siemens AG", "S7-1500"), System("Siemens"), System("Navis", "N4"), System("Kaleris"),
    System("", package="pkg:npm/left-pad"), System("Eigen Bouw bv", "Poort 3"),
)  # fmt: skip


def kept_by(pick: random.Random, cast: dict[str, Any]) -> dict[UUID, set[UUID]]:
    """Fill some registers, and return the topics that each organisation hears of."""
    heard: dict[UUID, set[UUID]] = {}
    for email in KEEPERS:
        member = cast[email]
        for system in pick.sample(SYSTEMS, pick.randint(0, 3)):
            with acting_as(member.person, member.hat):
                uses(system.vendor, system.product, package=system.package)
            heard.setdefault(member.organisation, set()).update(heard_by(system, aliases()))
    return heard


def raised(pick: random.Random, author: str, system: System, cast: dict[str, Any]) -> tuple[UUID, str, Envelope]:
    word = f"zq{author[:5].replace('@', '')}{pick.randrange(10**6)}"
    with acting_as(cast[author].person, cast[author].hat):
        tlp = pick.choice([Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER])
        made = supplier_alert("", systems=(system,), tlp=tlp, text=f"Seen with word {word}.").record_id
        actions.acknowledge(made, done=f"Done {word}.", at=now())
        return made, word, sharing.envelope(Record.objects.get(id=made))


@pytest.mark.parametrize("world", range(3))
def test_every_way_out_agrees_with_decide_and_the_registers(db, cast, owner, client_for, bearer_for, caplog, world):
    caplog.set_level("ERROR")
    pick = random.Random(world)  # the same worlds each time
    owner.execute(
        "update members_membership set verified_until = null where id = %s", [cast["officer@outside.demo"].hat]
    )
    heard = kept_by(pick, cast)
    systems = [pick.choice(SYSTEMS) for _author in AUTHORS for _turn in range(2)]
    found = [raised(pick, author, systems[n], cast) for n, author in enumerate(a for a in AUTHORS for _ in range(2))]
    told = {made: set(told_of([system], aliases())) for (made, _w, _e), system in zip(found, systems, strict=True)}
    render()
    for email in WATCHERS:
        member = cast[email]
        with acting_as(member.person, member.hat) as actor:
            keys, ceiling = actor.keys, actor.ceiling
            allowed = {i for i, _w, e in found if decide(actor, "see", e, at=datetime.now(UTC)).allowed}
            listed = {one.record.id for one in queries.in_force(Filters(), at=now())}
            assert listed == allowed == set(sharing.newest("alert", size=100).ids)
            for made, _word, envelope in found:
                # an own register, or one's own organisation's alert: there is no third way to it
                assert made not in allowed or told[made] & heard.get(member.organisation, set()) or (
                    envelope.owner == member.organisation
                ), email  # fmt: skip
                answers = queries.recipients(made)
                assert all(desk.at is not None for desk in answers) and len(answers) <= 1, "only one's own answer"
                assert queries.answered(made) in (None, 0)
            searched = {i for i, word, _e in found if _finds(word)}
            assert searched == allowed
        events = DatabaseSource().replay(keys, ceiling, UUID(int=7 << 76 | 2 << 62), 1000)
        assert all(event.keys & keys and event.tlp <= ceiling for event in events)
        mails(email, keys, ceiling, owner)
        ways_out(client_for(email), Client(headers=bearer_for(email)), found, allowed)


def _finds(word: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from sharing_find(%s, array['alert'], 10)", [word])
        return bool(cursor.fetchone()[0])


def mails(email: str, keys: frozenset[UUID], ceiling: int, owner: Any) -> None:
    """The worker reaches exactly those who held the keys of an event."""
    events = owner.execute("select id, keys, tlp from sharing_event where act in ('shared', 'acknowledged')").fetchall()
    with acting_as_system("worker"), connection.cursor() as cursor:
        for event, addressed, tlp in events:
            cursor.execute("select email from sharing_event_people(%s)", [event])
            told = {row[0] for row in cursor.fetchall()}
            assert (email in told) == (bool(keys & set(addressed)) and tlp <= ceiling), email
