"""Attacks with raw SQL as the serving role on notices, answers, checklists, declarations and their files."""

from typing import Any

import pytest

from port2port.base.clock import now
from port2port.levels import actions
from port2port.members.places import known_places
from tests.attacks import FORBIDDEN, refused
from tests.levels.given import ANSM, COMPANY, OTHER, OUTSIDER, PARTNER, PFSO, POLICE, PORT, PSO, QUAY, entered
from tests.levels.test_declarations import declared

NOTICE = (
    "insert into levels_notice (id, port_id, facilities, concerned, level, starts, reference, exercise, void, invented,"
    " organisation_id, person_id, entered_at) values (gen_random_uuid(), %s, %s, '{}', 3, now(), 'x', false, false,"
    " false, %s, %s, now())"
)
ANSWER = (
    "insert into levels_answer (id, notice_id, facility_id, relayed, organisation_id, person_id, at)"
    " values (gen_random_uuid(), %s, %s, %s, %s, %s, now())"
)
TICK = (
    "insert into levels_tick (id, notice_id, facility_id, number, done, organisation_id, person_id, at)"
    " values (gen_random_uuid(), %s, %s, %s, true, %s, %s, now())"
)
CHECKLIST = (
    "insert into levels_checklist (id, port_id, level, numbers, organisation_id, person_id, entered_at)"
    " values (gen_random_uuid(), %s, 2, '{1}', %s, %s, now())"
)
UNSEEN = "PP404"  # what one does not see is refused as what is not there
EXPORT = (
    "insert into sharing_export (id, person_id, organisation_id, at, kind, form, number, records)"
    " values (gen_random_uuid(), %s, %s, now(), %s, 'pdf', %s, %s)"
)


@pytest.fixture
def world(acting: Any) -> dict[str, Any]:
    """A level at the port with a checklist, answered by quay 1; a declaration of quay 1 and one of the port."""
    with acting(PSO):
        actions.set_checklist(PORT, level=2, numbers=[4], at=now())
        row = entered(2)
        mine = declared(PORT, facility_post="pso").record_id
    with acting(PFSO):
        actions.acknowledge(row.id, at=now())
        actions.tick(row.id, facility=QUAY, done={4: True}, at=now())
        his = declared().record_id
        places = known_places()
    return {
        "notice": row.id, "port": row.port_id, "quay": places.facilities[QUAY].id, "his": his, "mine": mine,
        "other": places.facilities[OTHER].id, "elsewhere": places.ports["BEGNE"].id,
    }  # fmt: skip


def test_who_reads_what(world, enter, cast):
    members = {PSO, PFSO, ANSM, PARTNER, POLICE}
    inner = {PSO, PFSO, ANSM}
    for email in (*members, COMPANY, OUTSIDER):
        app = enter(email)
        assert app.execute("select count(*) from levels_notice").fetchone() == (int(email in members),), email
        for table in ("order", "answer", "tick", "checklist"):
            found = app.execute(f"select count(*) from levels_{table}").fetchone()
            assert found == (int(email in inner),), (email, table)
        papers = {row[0] for row in app.execute("select record_id from levels_declaration").fetchall()}
        wanted = {world["his"], world["mine"]} if email in (PSO, ANSM) else {world["his"]} if email == PFSO else set()
        assert papers == wanted, email


def test_nobody_changes_or_deletes_what_was_said(world, enter):
    for email in (PSO, PFSO, ANSM):
        app = enter(email)
        for table in ("notice", "order", "answer", "tick", "checklist"):
            column = "notice_id" if table == "order" else "id"
            assert refused(app, f"update levels_{table} set {column} = {column}") == FORBIDDEN
            assert refused(app, f"delete from levels_{table}") == FORBIDDEN
        assert refused(app, "update levels_declaration set ends = now()") == FORBIDDEN
        assert refused(app, "delete from levels_declaration") == FORBIDDEN


def test_a_notice_is_entered_for_ones_own_port_and_in_ones_own_name(world, enter, cast):
    for email, port, facilities in (
        (PFSO, "port", []), (POLICE, "port", []), (PARTNER, "port", []), (PSO, "elsewhere", []), (OUTSIDER, "port", []),
    ):  # fmt: skip
        who = cast[email]
        assert refused(enter(email), NOTICE, world[port], facilities, who.organisation, who.person) == FORBIDDEN
    pso = cast[PSO]
    app = enter(PSO)
    assert refused(app, NOTICE, world["port"], [], pso.organisation, cast[ANSM].person) == FORBIDDEN
    foreign = next(spot.id for spot in known_places().facilities.values() if spot.port != PORT)
    assert refused(app, NOTICE, world["port"], [foreign], pso.organisation, pso.person) == FORBIDDEN


def test_nobody_answers_for_another_desk(world, enter, cast):
    pfso, pso, police = cast[PFSO], cast[PSO], cast[POLICE]
    app = enter(PFSO)
    for relayed in (False, True):
        values = (world["notice"], world["other"], relayed, pfso.organisation, pfso.person)
        assert refused(app, ANSWER, *values) == FORBIDDEN
    assert refused(app, TICK, world["notice"], world["other"], 4, pfso.organisation, pfso.person) == FORBIDDEN
    assert refused(app, TICK, world["notice"], world["quay"], 5, pfso.organisation, pfso.person) == FORBIDDEN
    assert refused(app, CHECKLIST, world["port"], pfso.organisation, pfso.person) == FORBIDDEN
    app = enter(PSO)
    # the port may say that it told a facility, never that the facility's desk acknowledged
    assert refused(app, ANSWER, world["notice"], world["other"], False, pso.organisation, pso.person) == FORBIDDEN
    assert refused(app, TICK, world["notice"], world["other"], 4, pso.organisation, pso.person) == FORBIDDEN
    app.execute(ANSWER, [world["notice"], world["other"], True, pso.organisation, pso.person])
    app = enter(POLICE)
    values = (world["notice"], world["quay"], True, police.organisation, police.person)
    assert refused(app, ANSWER, *values) == FORBIDDEN


def test_without_the_act_export_only_declarations_one_looks_after_leave(world, enter, cast):
    pfso = cast[PFSO]
    app = enter(PFSO)
    app.execute(EXPORT, [pfso.person, pfso.organisation, "declaration", 1, [world["his"]]])
    alert = app.execute("select record_id from alerts_alert limit 1").fetchone()[0]
    for kind, records in (
        ("declaration", [alert]), ("declaration", [world["his"], alert]), ("report", [world["his"]]),
        ("alert", [alert]), ("declaration", [world["mine"]]), ("declaration", []),
    ):  # fmt: skip
        code = refused(app, EXPORT, pfso.person, pfso.organisation, kind, len(records), records)
        assert code in (FORBIDDEN, UNSEEN), kind
