"""The leak property of news: page, API, home, what one follows and the weekly mail agree with `decide()`."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from port2port.alerts.actions import raise_alert
from port2port.alerts.delivery import weekly
from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.home.following import actions as following
from port2port.home.tasks import send_digest
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.models import Circle, Organisation, Person
from port2port.reports.addressing import terms_for
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.models import Record
from port2port.sharing.rules import Envelope, decide
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import draft as alert_draft
from tests.leaks.test_property import WATCHERS
from tests.reports.writing import report

AUTHORS = ("pso@antwerp.demo", "pso@northsea.demo", "analyst@police.demo")
TO = ("everyone", "all-members", "ports-and-police", "port-beanr", "insider-desk", "own", "person")
MAILED = (Tlp.CLEAR, Tlp.GREEN)


def written(author: str, to: str, tlp: Tlp, number: int, cast: dict[str, Any]) -> tuple[UUID, str, Envelope] | None:
    """Share a report or an alert with a word of its own; None when this audience does not go with this TLP."""
    word = f"zq{number}{to.replace('-', '')}{tlp.name.lower().replace('_', '')}"
    with acting_as(cast[author].person, cast[author].hat) as actor:
        slug = f"organisation-{Organisation.objects.get(id=actor.organisation).slug}" if to == "own" else to
        keys = list(Circle.objects.filter(slug=slug).values_list("id", flat=True))
        if to == "person":
            keys = list(Person.objects.filter(name="Demo PSO North Sea Port").values_list("id", flat=True))
        try:
            if number % 3:
                made = report(to=tuple(keys), tlp=tlp, text=f"Seen {word} at the gate.").record_id
            else:
                addressed = Addressing(tuple(keys), tlp)
                plan = alert_draft(headline=f"Look out {word}")
                terms = terms_for("drone_misuse", reporter())
                made = raise_alert(draft=plan, to=addressed, terms=terms, at=now()).record_id
        except Invalid:
            return None
        return made, word, sharing.envelope(Record.objects.get(id=made))


def test_every_way_out_agrees_with_decide(db, cast, owner, client_for, bearer_for, outbox):
    owner.execute("update members_person set language = 'en'")
    owner.execute(
        "update members_membership set verified_until = null where id = %s", [cast["officer@outside.demo"].hat]
    )
    marks = list(Tlp)
    found = [
        one
        for number, (author, to) in enumerate((a, t) for a in AUTHORS for t in TO)
        if (one := written(author, to, marks[0 if to == "everyone" else 1 + number % 4], number, cast)) is not None
    ]
    assert len(found) > 12
    allowed: dict[str, set[UUID]] = {}
    for email in WATCHERS:
        member = cast[email]
        with acting_as(member.person, member.hat) as actor:
            allowed[email] = {i for i, _w, e in found if decide(actor, "see", e, at=datetime.now(UTC)).allowed}
            for identifier in allowed[email]:
                following.follow("record", str(identifier), at=now())
            weekly.choose_weekday(timezone.localdate(now()).isoweekday(), on=timezone.localdate(now()))
        pages(client_for(email), Client(headers=bearer_for(email)), found, allowed[email])
    mails(cast, owner, outbox, found, allowed)


def pages(browser: Client, machine: Client, found: list[tuple[UUID, str, Envelope]], allowed: set[UUID]) -> None:
    """Pages and API show what is allowed and no word of anything else."""
    bodies = {
        path: browser.get(path).content.decode() for path in ("/", "/news/", "/news/?only=followed", "/following/")
    }
    items = {path: machine.get(path).json()["items"] for path in ("/api/v1/news", "/api/v1/following")}
    assert {UUID(one["id"]) for one in items["/api/v1/news"]} == allowed
    assert {UUID(one["key"]) for one in items["/api/v1/following"]} == allowed
    for identifier, word, _envelope in found:
        for path, body in bodies.items():
            shown = word in body or str(identifier) in body
            assert shown == (identifier in allowed) or (path == "/" and not shown), (path, word)


def mails(
    cast: dict[str, Any],
    owner: Any,
    outbox: list[Any],
    found: list[tuple[UUID, str, Envelope]],
    allowed: dict[str, set[UUID]],
) -> None:
    """The mail names what is CLEAR or GREEN and allowed, and counts of the rest what is allowed."""
    at = datetime.combine(timezone.localdate(now()), datetime.max.time(), timezone.get_default_timezone())
    with acting_as_system("worker"):
        weekly.plan_digests(at=at, zone=timezone.get_default_timezone())
    for (digest,) in owner.execute("select id::text from alerts_digest").fetchall():
        send_digest(digest)
    bodies = {one.to[0]: one.body + one.alternatives[0][0] for one in outbox}
    for email, seen in allowed.items():
        others = [(i, w, e) for i, w, e in found if e.author != cast[email].person]
        body = bodies.get(email, "")
        for identifier, word, envelope in others:
            told = identifier in seen and envelope.tlp in MAILED
            assert (str(identifier) in body) == told, (email, word)
            # An alert has its own headline in the language it was written in only.
            assert told or word not in body, (email, word)
        unsaid = [i for i, _w, e in others if i in seen and e.tlp not in MAILED]
        assert (f"{len(unsaid)} thing" in body) == bool(unsaid), email


@pytest.fixture(autouse=True)
def quiet_log(caplog):
    caplog.set_level("ERROR")
