"""Operations through their actions: plan, answer, run, count, end, evaluate; and who sees them when."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.measures.operations import actions, queries
from port2port.measures.operations.rules import Count
from port2port.members.acting import acting_as_system
from port2port.members.models import Port
from port2port.sharing.addressing import Addressing
from port2port.sharing.references import ZONE
from port2port.sharing.tlp import Tlp
from tests.measures.operations.writing import GUEST, OUTSIDER, PARTNER, accepts, part, plan, planned, running
from tests.measures.writing import OWNER
from tests.reports.writing import keys
from tests.reports.writing import report as shared


def sees(operation):
    try:
        queries.operation(operation, at=now())
    except NotFound:
        return False
    return True


def port(locode):
    return Port.objects.get(locode=locode).id


def test_a_plan_is_seen_by_who_takes_part_and_by_nobody_else(acting, cast):
    with acting(OWNER):
        made = planned(cast)
    seen = set()
    for email in cast:
        with acting(email):
            if sees(made):
                seen.add(email)
                assert [row.id for row in queries.operations(at=now(), states=("planned",))] == [made]
            else:
                assert queries.operations(at=now(), states=("planned",)) == []
    assert {OWNER, PARTNER} <= seen
    organisations = {cast[OWNER].organisation, cast[PARTNER].organisation}
    assert {cast[email].organisation for email in seen} <= organisations


def test_a_red_plan_is_for_the_named_alone(acting, cast):
    with acting(OWNER):
        made = planned(cast, tlp=Tlp.RED, persons=[PARTNER])
    for email in cast:
        with acting(email):
            assert sees(made) == (email in (OWNER, PARTNER)), email


def test_named_persons_belong_to_those_who_take_part(acting, cast):
    with acting(OWNER), pytest.raises(Invalid):
        planned(cast, tlp=Tlp.RED, persons=[PARTNER, GUEST])
    with acting(OWNER), pytest.raises(Invalid):
        planned(cast, tlp=Tlp.RED, persons=[OWNER])  # the partner takes part and nobody there would see it


def test_each_organisation_answers_for_itself_and_who_declines_sees_it_no_more(acting, cast):
    with acting(OWNER):
        made = planned(cast, parts=((OWNER, "BEANR"), (PARTNER, "BEGNE"), (GUEST, "BEOST")))
    with acting(PARTNER):
        accepts(made)
        with pytest.raises(NotFound):
            theirs = next(
                p for p in queries.operation(made, at=now()).parts if p.organisation_id != cast[PARTNER].organisation
            )
            actions.answer(theirs.id, accept=True, at=now())
    with acting(GUEST):
        accepts(made, accept=False)
    with acting(GUEST):
        assert not sees(made)
    with acting(OWNER):
        answers = {p.organisation_id: p.answer for p in queries.operation(made, at=now()).parts}
    assert answers == {
        cast[OWNER].organisation: "accepted", cast[PARTNER].organisation: "accepted",
        cast[GUEST].organisation: "declined",
    }  # fmt: skip


def test_more_can_be_asked_in_before_the_start_and_widened_after_it_alone(acting, cast):
    with acting(OWNER):
        made = planned(cast)
        with pytest.raises(Conflict):
            actions.widen_operation(made, to=Addressing(keys(("all-members",)), Tlp.GREEN), at=now())
        actions.ask_in(made, parts=[part(GUEST, cast, "BEOST")], at=now())
    with acting(GUEST):
        assert sees(made)
    started = running(acting, cast)
    with acting(GUEST):
        assert not sees(started)
    with acting(OWNER):
        actions.widen_operation(started, to=Addressing(keys(("all-members",)), Tlp.GREEN), at=now())
    with acting(GUEST):
        assert sees(started)


def test_nothing_runs_before_its_window_and_only_its_stewards_turn_it(acting, cast):
    with acting(OWNER):
        made = planned(cast)
        with pytest.raises(Conflict):
            actions.turn(made, to="running", at=now())
        with pytest.raises(Invalid):
            actions.turn(made, to="called_off", at=now())
    with acting(PARTNER), pytest.raises(Refused):
        actions.turn(made, to="called_off", said="Not ours (test).", at=now())
    with acting(OUTSIDER), pytest.raises(NotFound):
        actions.turn(made, to="called_off", said="Hidden (test).", at=now())
    with acting(OWNER):
        actions.turn(made, to="called_off", said="The list leaked (test).", at=now())
        with pytest.raises(Conflict):
            actions.turn(made, to="running", at=now())


def test_effort_is_counted_summed_and_told_by_month_after_the_end(acting, cast):
    made = running(acting, cast)
    today = now().astimezone(ZONE).date()
    until = today + timedelta(days=1)
    with acting(PARTNER):
        first = actions.count(
            made, port=port("BEGNE"), day=today, at=now(),
            counts=[Count("scans", Decimal(24)), Count("dog_hours", Decimal("1.5")), Count("drug_finds", Decimal(1))],
        )  # fmt: skip
        actions.count(made, port=port("BEGNE"), day=today, counts=[Count("scans", Decimal(6))], at=now())
        with pytest.raises(Refused):
            actions.count(made, port=port("BEANR"), day=today, counts=[Count("scans", Decimal(6))], at=now())
        with pytest.raises(Invalid):
            actions.count(
                made, port=port("BEGNE"), day=today - timedelta(days=9), counts=[Count("scans", Decimal(6))], at=now()
            )
        told = {(row.kind, row.amount) for row in queries.effort([port("BEGNE")], today, until)}
        assert told == {("scans", Decimal(30)), ("dog_hours", Decimal("1.5"))}  # a find is no effort
        assert queries.effort([port("BEANR")], today, until) == []
        assert {(s.kind, s.found) for s in queries.sums(made)} == {
            ("scans", False),
            ("dog_hours", False),
            ("drug_finds", True),
        }
        actions.take_back(first[1].id, at=now())
    with acting(OWNER), pytest.raises(Refused):
        actions.take_back(first[0].id, at=now())
    with acting(GUEST):
        assert queries.effort([], today, until) == []
    with pytest.raises(Refused), acting(GUEST):
        queries.monthly_effort(today, until)
    with acting_as_system("worker"):
        assert queries.monthly_effort(today, until) == []  # it runs
    with acting(OWNER):
        actions.turn(made, to="ended", at=now())
    with acting_as_system("worker"):
        [total] = queries.monthly_effort(today, until)
        ghent = port("BEGNE")
    assert (total.port, total.day, total.kind, total.amount) == (ghent, today.replace(day=1), "scans", 30)
    assert total.operation is None
    with acting(OWNER):
        actions.turn(made, to="evaluated", said="Begin at the cold stores (test).", at=now())
    with acting(PARTNER), pytest.raises(Conflict):
        actions.count(made, port=port("BEGNE"), day=today, counts=[Count("scans", Decimal(6))], at=now())


def test_overlapping_plans_of_one_port_are_shown_to_who_sees_both(acting, cast):
    with acting(OWNER):
        first = planned(cast)
        second = planned(cast, plan("The other night (test)", starts=50), parts=((OWNER, "BEANR"),))
        planned(cast, plan("Much later (test)", starts=500), parts=((OWNER, "BEANR"),))
        [(where, other)] = queries.overlapping(queries.operation(first, at=now()))
        assert (where, other.id) == (port("BEANR"), second)
    with acting(PARTNER):
        assert queries.overlapping(queries.operation(first, at=now())) == []


def test_a_link_to_a_report_is_seen_by_who_sees_both(acting, cast):
    made = running(acting, cast)
    with acting(OWNER):
        report = shared("port-beanr", tlp=Tlp.AMBER).record_id
        actions.link_report(made, report=report, at=now())
        assert [row.id for row in queries.reports(made)] == [report]
    with acting(PARTNER):
        assert queries.reports(made) == []
        with pytest.raises(Invalid):
            actions.link_report(made, report=report, at=now())


def test_the_database_alone_keeps_a_plan_to_those_who_take_part(acting, cast):
    with acting(OWNER):
        made = planned(cast)
    with pytest.raises(Invalid), acting(OWNER), connection.cursor() as cursor:
        cursor.execute(
            "select sharing_widen(%s, %s, %s, 1::smallint)",
            [made, list(keys(("all-members",))), list(keys(("all-members",)))],
        )
    with acting(GUEST):
        assert not sees(made)
