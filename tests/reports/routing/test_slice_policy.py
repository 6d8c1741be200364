"""Attacks with raw SQL as the serving role: on signatures, on what was done, on what an organisation says of itself."""

from uuid import UUID

import psycopg
import pytest
from django.db import connection

from port2port.base.clock import now
from port2port.base.errors import Refused
from port2port.base.ids import new_id
from port2port.members.acting import translated
from port2port.reports.routing import actions, queries
from port2port.reports.routing.models import OrganisationFact, Routing, RuleTrust
from port2port.reports.shown import shown
from tests.reports.writing import report

ROUTED = (
    "insert into reports_routing (id, report_id, rule, version, recipient, organisation_id, step, form, state, by_id,"
    " reference, note) values (%s, %s, 'drone', 1, 'port_police', null, 'report', %s, 'not_needed', %s, '', '')"
)
SIGNED = (
    "insert into reports_ruletrust (id, rule, version, organisation_id, role, signed_by_id, signed_at)"
    " values (%s, 'drugs', 1, %s, %s, %s, now())"
)


def run(sql: str, *values: object) -> int:
    with translated(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


@pytest.fixture
def drone(acting) -> UUID:
    """A report of Antwerp to ports and police, about which something was noted."""
    with acting("pso@antwerp.demo"):
        made = report("ports-and-police").record_id
        about = next(one for one in queries.plan(shown([made])[0]).proposals if one.organisation is None)
        actions.note_sent(made, token=about.token, sent_at=now(), at=now(), reference="AIR-42")
    return made


@pytest.mark.parametrize("email", ["pso@northsea.demo", "analyst@police.demo", "admin@antwerp.demo", "pso@liege.demo"])
def test_what_was_done_is_not_read_nor_forged_by_others(acting, cast, drone, email):
    with acting(email) as actor:
        assert Routing.objects.count() == 0
        assert run("update reports_routing set note = 'x', by_id = %s", actor.person) == 0
        with pytest.raises(Refused):
            run("delete from reports_routing")
    with acting(email) as actor, pytest.raises(Refused):
        run(ROUTED, new_id(), drone, "x", actor.person)
    with acting(email):
        assert queries.received(drone) == []


def test_nobody_writes_in_anothers_name_or_moves_a_row(acting, cast, drone):
    other = cast["director@antwerp.demo"].person
    with acting("pso@antwerp.demo"), pytest.raises(Refused):
        run(ROUTED, new_id(), drone, "x", other)
    with acting("pso@antwerp.demo"), pytest.raises(Refused):
        run("update reports_routing set by_id = %s", other)
    for column in ("report_id = %s", "rule = %s", "recipient = %s", "organisation_id = %s", "form = %s"):
        with acting("pso@antwerp.demo"), pytest.raises(Refused):
            run(f"update reports_routing set {column}", str(drone))
    with acting("pso@antwerp.demo"):
        assert [row.reference for row in Routing.objects.all()] == ["AIR-42"]


def test_the_receiver_learns_of_itself_alone(acting, cast, drone, owner):
    owner.execute(
        "insert into reports_routing (id, report_id, rule, version, recipient, organisation_id, step, form, state,"
        " sent_at, by_id, reference, note)"
        " select new_uuid7(), %s, 'drone', 1, r, o, 'report', '', 'sent', now(), %s, 'secret', 'secret'"
        " from (values ('a', %s::uuid), ('b', %s::uuid), ('c', %s::uuid)) as v(r, o)",
        [
            drone,
            cast["pso@antwerp.demo"].person,
            *(cast[email].organisation for email in ("analyst@police.demo", "pso@liege.demo", "contact@agent.demo")),
        ],
    )
    for email in ("analyst@police.demo", "pso@liege.demo"):
        with acting(email):
            assert [(one.rule, one.step) for one in queries.received(drone)] == [("drone", "report")]
    with acting("contact@agent.demo"):
        assert queries.received(drone) == [], "who does not see the report learns nothing, whatever the row says"


def test_nobody_signs_for_another_or_as_another(acting, cast):
    antwerp, customs = cast["pso@antwerp.demo"], cast["officer@customs.demo"]
    for organisation, person in (
        (customs.organisation, antwerp.person),
        (antwerp.organisation, customs.person),
    ):
        with acting("pso@antwerp.demo"), pytest.raises(Refused):
            run(SIGNED, new_id(), organisation, "receiver", person)
    with acting("admin@antwerp.demo") as actor, pytest.raises(Refused):  # does not speak for it
        run(SIGNED, new_id(), antwerp.organisation, "sender", actor.person)
    with acting("pso@antwerp.demo"):
        assert RuleTrust.objects.count() == 0


def test_a_withdrawn_signature_stays_withdrawn(acting, owner):
    with acting("pso@antwerp.demo"):
        actions.sign_rule("drugs", version=1, role="sender", at=now())
    for email in ("pso@northsea.demo", "admin@antwerp.demo"):
        with acting(email):
            assert run("update reports_ruletrust set withdrawn_at = now()") == 0
    for column in ("organisation_id = organisation_id", "role = 'receiver'", "version = 2", "signed_at = now()"):
        with acting("pso@antwerp.demo"), pytest.raises(Refused):
            run(f"update reports_ruletrust set {column}")
    with acting("pso@antwerp.demo"):
        actions.withdraw_signature("drugs", version=1, role="sender", at=now())
        assert run("update reports_ruletrust set withdrawn_at = null") == 0
    with acting("pso@antwerp.demo"), pytest.raises(Refused):
        run("delete from reports_ruletrust")


def test_what_an_organisation_says_of_itself_stays_with_it(acting, cast):
    antwerp = cast["pso@antwerp.demo"]
    with acting("admin@antwerp.demo"):
        actions.say_of_ourselves(nis2_scope=True, critical_entity=False, at=now())
    with acting("pso@northsea.demo") as actor:
        assert OrganisationFact.objects.count() == 0
        assert run("update reports_organisationfact set nis2_scope = false, set_by_id = %s", actor.person) == 0
    with acting("dpo@antwerp.demo") as actor:
        assert run("update reports_organisationfact set nis2_scope = false, set_by_id = %s", actor.person) == 0
        with pytest.raises(Refused):
            actions.say_of_ourselves(nis2_scope=False, critical_entity=None, at=now())
    with acting("pso@northsea.demo") as actor, pytest.raises(Refused):
        run(
            "insert into reports_organisationfact (organisation_id, set_by_id, set_at) values (%s, %s, now())",
            cast["pso@liege.demo"].organisation,
            actor.person,
        )
    with acting("pso@antwerp.demo"):
        assert OrganisationFact.objects.get().organisation_id == antwerp.organisation
        actions.say_of_ourselves(nis2_scope=None, critical_entity=False, at=now())
        assert OrganisationFact.objects.get().nis2_scope is None


def test_nothing_is_read_without_acting(acting, drone, app):
    with acting("pso@antwerp.demo"):
        actions.sign_rule("drugs", version=1, role="sender", at=now())
        actions.say_of_ourselves(nis2_scope=True, critical_entity=None, at=now())
    for table in ("reports_routing", "reports_ruletrust", "reports_organisationfact"):
        with pytest.raises(psycopg.errors.UndefinedObject):
            app.execute(f"select * from {table}")


def test_an_expired_report_takes_it_along(drone, owner):
    owner.execute("delete from sharing_record where id = %s", [drone])
    assert owner.execute("select count(*) from reports_routing").fetchone() == (0,)
