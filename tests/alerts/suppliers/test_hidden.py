"""An alert to the users of a supplier reaches exactly them, and nobody learns who they are."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from port2port.alerts import actions, queries
from port2port.alerts.delivery import actions as delivery
from port2port.alerts.delivery.queries import progress
from port2port.alerts.queries import Filters
from port2port.alerts.stored import draft_of
from port2port.alerts.suppliers.actions import remove_use
from port2port.alerts.suppliers.names import System
from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound
from port2port.base.ids import new_id
from port2port.members.acting import acting_as_system, current_actor
from port2port.members.models import Circle
from port2port.members.topics import is_topic, topic
from port2port.sharing import audiences
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.alerts.suppliers.writing import supplier_alert, uses
from tests.alerts.writing import alert
from tests.reports.writing import keys, report

RAISER, USER, OTHER = "pso@antwerp.demo", "pso@northsea.demo", "pso@liege.demo"
TERMINAL, POLICE = "pfso@quay1.demo", "analyst@police.demo"
USERS = (USER, TERMINAL, POLICE, "pso@ostend.demo", "pso@limburg.demo", "officer@customs.demo", OTHER)
Acting = Callable[[str], AbstractContextManager[Any]]


def sees(acting: Acting, email: str, identifier: UUID) -> bool:
    with acting(email):
        try:
            queries.alert(identifier, at=now())
        except NotFound:
            return False
        return True


@pytest.mark.parametrize(
    ("kept", "raised", "reached"),
    [
        (("SIEMENS A.G.", "Simatic S7 1500"), ("siemens", "S7-1500"), True),
        (("Siemens", "SIMATIC S7-1500"), ("Siemens AG", ""), True),  # about all of a supplier
        (("Siemens", ""), ("Siemens", "Desigo CC"), True),  # kept as a whole
        (("Siemens", "Desigo CC"), ("Siemens", "SIMATIC S7-1500"), False),
        (("Navis", "N4"), ("Kaleris", "Navis N4"), True),  # aliases of supplier and product
        (("Wartsila Oyj", ""), ("Wärtsilä", ""), True),
        (("Siemens Energy", ""), ("Siemens", ""), False),  # another company
        (("Kranenbouw De Wit", "Lier 3"), ("kranenbouw de wit bv", "LIER-3"), True),  # in no file
    ],
)
def test_it_reaches_who_uses_it_however_it_is_written(acting, kept, raised, reached):
    with acting(USER):
        uses(*kept)
    with acting(RAISER):
        made = supplier_alert(*raised).record_id
    assert sees(acting, USER, made) is reached
    assert sees(acting, RAISER, made) and not sees(acting, OTHER, made)


def test_a_cpe_finds_the_written_name(acting):
    with acting(USER):
        uses("", cpe="cpe:2.3:o:siemens:simatic_s7-1500:*:*:*:*:*:*:*:*")
    with acting(OTHER):
        uses("Our own shop", "Gate", package="pkg:pypi/Some_Thing@1.0")
    with acting(RAISER):
        made = supplier_alert("Siemens", "S7-1500").record_id
        package = supplier_alert(systems=(named(package="pkg:pypi/some-thing"),), vendor="").record_id
    assert sees(acting, USER, made) and not sees(acting, USER, package)
    assert sees(acting, OTHER, package) and not sees(acting, OTHER, made)


def named(**parts: str) -> Any:
    return System(**({"vendor": ""} | parts))


def test_who_does_not_read_for_the_organisation_gets_no_key(acting):
    with acting(RAISER):
        uses("Siemens")
        assert not any(is_topic(key) for key in keys_held()), "nothing was ever addressed to it"
        supplier_alert("Siemens")
    for email, holds in ((RAISER, True), ("director@antwerp.demo", True), ("dpo@antwerp.demo", False), (USER, False)):
        with acting(email) as actor:
            assert any(is_topic(key) for key in actor.keys) is holds, email


def keys_held() -> frozenset[UUID]:
    return current_actor().keys


def known_to(acting: Acting, client: Client, machine: Client, email: str, made: UUID) -> dict[str, Any]:
    """Everything that one person can find out about an alert and whom it reached, without what differs each time."""
    with acting(email), connection.cursor() as cursor:
        record = Record.objects.get(id=made)
        cursor.execute("select people, organisations, hidden, organisation_ids from sharing_preview(%s, 2::smallint)",
                       [record.audience])  # fmt: skip
        found: dict[str, Any] = {"preview": cursor.fetchall()}
        for name, sql in {
            "recipients": "select * from alerts_recipients(%s)",
            "delivery": "select * from alerts_delivery_state(%s)",
            "readers": "select organisation from sharing_readers(%s) order by 1",
            "events": "select act, tlp from sharing_event where record = %s order by id",
            "postings": "select key, sensitive from sharing_posting where record_id = %s order by 1",
            "answers": "select person_id, done from alerts_acknowledgement where alert_id = %s",
            "envelope": "select version, audience, addressed from sharing_record where id = %s",
            "words": "select words from sharing_searchable where record_id = %s",
            "notices": "select count(*), %s::text is null from alerts_delivery",
            "journal": "select act, kind from base_journal_entry where record = %s order by id",
        }.items():
            try:
                with_savepoint(cursor, sql, made)
                found[name] = cursor.fetchall()
            except DatabaseError as error:  # a column that is in no grant; alike in both worlds
                found[name] = type(error).__name__
        found["progress"] = progress(made)
        found["answered"] = queries.answered(made)
        found["desks"] = queries.recipients(made)
    for path in (f"/alerts/{made}/", f"/alerts/{made}/recipients/", "/alerts/", "/", "/alerts/desk/now/"):
        found[path.replace(str(made), "ID")] = clean(client.get(path).content.decode())
    for path in (f"/api/v1/alerts/{made}", "/api/v1/alerts"):
        found[path.replace(str(made), "ID")] = clean(machine.get(path).content.decode())
    return found


def with_savepoint(cursor: Any, sql: str, made: UUID) -> None:
    cursor.execute("savepoint looking")
    try:
        cursor.execute(sql, [made])
    except DatabaseError:
        cursor.execute("rollback to savepoint looking")
        raise


def clean(body: str) -> str:
    """A body without ids and references made by the clock, times, and the form's secret."""
    body = re.sub(r'(csrfmiddlewaretoken"? value=|X-CSRFToken"?: )"[^"]*"', "", body)
    body = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", body)
    body = re.sub(r'data-proof="\w+"', "", body)  # a print of the ids that stand there
    return re.sub(r"\b\d{4}-\d\d-\d\dT[\d:.+Z]+|\b\d\d:\d\d\b|\b\d\d-\d{4}-\w{4}\b", "T", body)


@pytest.mark.parametrize("answering", [0, 1, 4])
def test_the_raiser_finds_the_same_whether_nobody_or_many_use_it(acting, client_for, bearer_for, owner, answering):
    """Two worlds that differ in the users alone, after all that the platform does for them, look alike."""
    worlds = []
    for users in ((), USERS):
        for email in users:
            with acting(email):
                uses("Vendor of no file", "Thing")
        with acting(RAISER):
            origin = report().record_id
            made = supplier_alert("Vendor of no file", "Thing", report=origin).record_id
        for email in users[:answering]:
            with acting(email):
                actions.acknowledge(made, done="We pulled the plug.", at=now())
        worker(owner, made)
        seen = known_to(acting, client_for(RAISER), Client(headers=bearer_for(RAISER)), RAISER, made)
        with acting(RAISER):
            following = actions.cancel_alert(made, reason="Over.", at=now()).record_id
            seen["following"] = sorted(Record.objects.get(id=following).audience)
        worlds.append(seen)
        owner.execute("delete from sharing_record")
        owner.execute("delete from sharing_event")
    nobody, many = worlds
    for name, value in nobody.items():
        assert value == many[name], name


def worker(owner: Any, made: UUID) -> None:
    """Let the worker plan notices and call the next of each chain."""
    events = owner.execute("select id from sharing_event where record = %s and act = 'shared'", [made]).fetchall()
    with acting_as_system("worker"):
        for (event,) in events:
            delivery.plan(event, at=now(), zone=UTC)
        delivery.escalate(today=now().date())


def test_the_raiser_is_not_told_when_a_user_answers_and_the_users_colleagues_are(acting, owner, cast):
    with acting(USER):
        uses("Siemens")
    with acting(RAISER):
        made = supplier_alert("Siemens").record_id
    with acting(USER):
        actions.acknowledge(made, done="Off.", at=now())
    told = owner.execute("select keys from sharing_event where act = 'acknowledged'").fetchall()
    people = {key for (listed,) in told for key in listed}
    own = {
        row[0]
        for row in owner.execute(
            "select person_id from members_membership where organisation_id = %s", [cast[USER].organisation]
        ).fetchall()
    }
    assert cast[USER].person in people and people <= own
    with acting(RAISER):
        assert queries.recipients(made) == []


def test_answers_are_counted_in_fives(acting, owner, cast):
    for email in USERS:
        with acting(email):
            uses("Siemens")
    with acting(RAISER):
        uses("Siemens")
        made = supplier_alert("Siemens").record_id
        actions.acknowledge(made, done="Our own.", at=now())
    counts = []
    for email in USERS:
        with acting(email):
            actions.acknowledge(made, at=now())
            assert queries.answered(made) is None
        with acting(RAISER):
            counts.append(queries.answered(made))
    assert counts == [0, 0, 0, 0, 5, 5, 5]
    with acting(RAISER):
        assert queries.answered(alert().record_id) is None


def test_who_begins_to_use_it_sees_it_and_who_ends_sees_it_no_more(acting):
    with acting(RAISER):
        made = supplier_alert("Siemens").record_id
    assert not sees(acting, USER, made)
    with acting(USER):
        kept = uses("Siemens")
    with acting(USER):
        assert made in {row.record.id for row in queries.in_force(Filters(), at=now())}
        assert made in {row.record.id for row in queries.waiting(at=now())}
        remove_use(kept, at=now())
    assert not sees(acting, USER, made)


def test_two_entries_share_a_topic_until_the_last_goes(acting):
    with acting(USER):
        first, second = uses("Siemens", "A"), uses("Siemens", "B")
    with acting(RAISER):
        made = supplier_alert("Siemens").record_id
    with acting(USER):
        remove_use(first, at=now())
    assert sees(acting, USER, made)
    with acting(USER):
        remove_use(second, at=now())
    assert not sees(acting, USER, made)


def test_the_supplier_itself_learns_nothing_of_its_customers(acting, client_for):
    """A terminal delivers a system that a port uses, is a member, and sees nothing; not even when it names itself."""
    with acting(USER):
        uses("Quay One Software", "Gate")
    with acting(RAISER):
        made = supplier_alert("Quay One Software", "Gate").record_id
    assert not sees(acting, TERMINAL, made)
    with acting(TERMINAL):
        uses("Quay One Software")
    with acting(TERMINAL):
        actions.acknowledge(made, at=now())
        assert [desk.done for desk in queries.recipients(made)] == [""]  # its own
        assert progress(made) is None and queries.answered(made) is None
    assert "North Sea" not in client_for(TERMINAL).get(f"/alerts/{made}/").content.decode()


def test_nobody_else_is_warned_beside_the_users(acting, app, cast):
    with acting(RAISER):
        made = supplier_alert("Siemens").record_id
        before = set(Record.objects.get(id=made).audience)
        with pytest.raises(Invalid) as refused:
            actions.widen_alert(made, to=Addressing(keys(("all-members",)), Tlp.AMBER), at=now())
        assert [p.field for p in refused.value.problems] == ["audience"]
        for tlp in (Tlp.RED, Tlp.AMBER_STRICT):
            with pytest.raises(Invalid):
                supplier_alert("Siemens", tlp=tlp)
        with pytest.raises(Invalid):
            audiences.build([topic("vendor", "siemens"), *keys(("all-members",))], Tlp.AMBER)
        with pytest.raises(Invalid):
            supplier_alert("Siemens", event="drone_over_port")
        assert set(Record.objects.get(id=made).audience) == before
        actions.widen_alert(made, to=Addressing((), Tlp.GREEN), at=now())  # the mark alone
        assert set(Record.objects.get(id=made).audience) == before
    with acting(RAISER), pytest.raises(Invalid):
        report(to=(topic("vendor", "siemens"),))


def test_a_withdrawn_one_is_gone_for_the_users_and_they_are_told(acting, client_for):
    with acting(USER):
        uses("Siemens")
    with acting(RAISER):
        made = supplier_alert("Siemens").record_id
        actions.withdraw_alert(made, reason="mistake", at=now())
    assert client_for(USER).get(f"/alerts/{made}/").status_code == 410
    assert client_for(OTHER).get(f"/alerts/{made}/").status_code == 404


def test_an_update_goes_to_the_users_and_stays_about_the_same(acting):
    with acting(USER):
        uses("Siemens")
    with acting(RAISER):
        made = supplier_alert("Siemens")
        other = replace(draft_of(made), systems=(), text="Patch is out.")
        after = actions.update_alert(made.record_id, draft=other, at=now())
        assert draft_of(after).systems == draft_of(made).systems
        assert set(Record.objects.get(id=after.record_id).audience) == set(
            Record.objects.get(id=made.record_id).audience
        )
    assert sees(acting, USER, after.record_id) and not sees(acting, OTHER, after.record_id)


def test_an_open_screen_holds_every_topic_of_its_register_before_anything_is_told(acting, owner, cast):
    """A stream keeps its keys while it is open: it must not have to be told when an alert is raised."""
    with acting(USER):
        uses("Siemens")
    member = cast[USER]
    (keys,) = owner.execute("select keys from members_sight(%s, %s)", [member.person, member.hat]).fetchone()
    assert topic("vendor", "siemens") in keys


def test_circles_and_topics_are_never_the_same_key(owner):
    for table in ("members_circle", "members_person"):
        (clashing,) = owner.execute(f"select count(*) from {table} where members_is_topic(id)").fetchone()
        assert clashing == 0
    assert not is_topic(new_id()) and is_topic(topic("vendor", "x"))
    assert Circle is not None
