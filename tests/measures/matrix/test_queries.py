"""The matrix on a real database: the fold in SQL is the fold of the rules, the queries stay few, nobody sees more."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from port2port.base.clock import now
from port2port.base.errors import Refused
from port2port.base.ids import new_id
from port2port.measures.matrix import countries, queries
from port2port.measures.matrix.queries import Chosen
from port2port.measures.matrix.rules import Word, fold, summed
from port2port.measures.models import Consultation
from port2port.members.acting import acting_as
from port2port.members.models import Circle
from tests.measures.writing import OWNER, PORT_OF, agreed, objective, tells

IN_CIRCLE = {*PORT_OF, "analyst@commissioner.demo", "director@commissioner.demo"}
SINCE = date(2026, 3, 1)
STATES = {
    "in_place": ("in_place", None, None, SINCE, 60),
    "in_progress": ("in_progress", None, 40, None, None),
    "planned": ("planned", date(2027, 1, 1), None, None, None),
    "suspended": ("suspended", None, None, None, None),
    "not_applicable": ("not_applicable", None, None, None, None),
}


def put(owner: Any, cast: dict[str, Any], measure: UUID, locode: str, state: str, facility: UUID | None = None) -> None:
    """Write a cell behind the back of the policy."""
    who, (code, due, progress, since, coverage) = cast[OWNER], STATES[state]
    owner.execute(
        "insert into measures_adoption (id, measure_id, port_id, facility_id, published, organisation_id, person_id,"
        " at, state, due, progress, since, since_precision, coverage, evidence, reason, obstacles, help_needed,"
        " invented, source_name, source_url) values (new_uuid7(), %s, (select id from members_port where locode = %s),"
        " %s, false, %s, %s, now(), %s, %s, %s, %s, 'day', %s, '', 'so', '', '', false, '', '')",
        [measure, locode, facility, who.organisation, who.person, code, due, progress, since, coverage],
    )


def word(state: str) -> Word:
    code, due, progress, since, coverage = STATES[state]
    return Word(code, coverage, progress, since, "day", due)


def cell_at(found: queries.Matrix, measure: UUID, code: str) -> Any:
    n = next(n for n, place in enumerate(found.places) if place.code == code)
    return next(row.cells[n] for row in found.rows if row.shown.id == measure)


def test_the_fold_in_the_database_is_the_fold_of_the_rules(acting, cast, owner):
    made = agreed(acting)
    at_antwerp = [
        row[0]
        for row in owner.execute(
            "select f.id from members_facility f join members_port p on p.id = f.port_id where p.locode = 'BEANR'"
            " order by f.slug"
        ).fetchall()
    ]
    assert len(at_antwerp) > 1
    choice = st.sampled_from(["", *STATES])

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(choice, st.lists(choice, min_size=len(at_antwerp), max_size=len(at_antwerp)))
    def holds(own: str, told: list[str]) -> None:
        owner.execute("delete from measures_adoption")
        if own:
            put(owner, cast, made, "BEANR", own)
        for facility, state in zip(at_antwerp, told, strict=True):
            if state:
                put(owner, cast, made, "BEANR", state, facility)
        with acting_as(cast[OWNER].person, cast[OWNER].hat):
            found = cell_at(queries.matrix(at=now()), made, "BEANR")
        expected = fold(word(own) if own else None, summed((word(state) for state in told if state), len(at_antwerp)))
        assert (found.state, found.by, found.facilities.states) == (
            expected.state, expected.by, expected.facilities.states,
        )  # fmt: skip
        assert found.share.low == pytest.approx(expected.share.low)
        assert found.share.high == pytest.approx(expected.share.high)

    holds()


@contextmanager
def counted() -> Iterator[list[int]]:
    result: list[int] = []
    with CaptureQueriesContext(connection) as seen:
        yield result
    result.append(len(seen))


@pytest.mark.parametrize("email", ["director@commissioner.demo", "pso@ostend.demo", "authority@ansm.demo"])
def test_the_number_of_queries_does_not_grow(acting, cast, owner, email):
    made = [agreed(acting)]
    put(owner, cast, made[0], "BEANR", "in_place")

    def number(what: Any) -> int:
        with acting(email):
            what(at=now())
        with acting(email), counted() as one:
            what(at=now())
        return one[0]

    before = [number(what) for what in (queries.matrix, queries.coverage)]
    made += [agreed(acting) for _ in range(3)]
    for measure in made:
        for locode in ("BEGNE", "BELGG", "BEOST", "BEBRU"):
            put(owner, cast, measure, locode, "in_place")
    assert [number(what) for what in (queries.matrix, queries.coverage)] == before


def test_who_sees_whom_by_name(acting, cast, owner):
    made = agreed(acting)
    for email, locode in PORT_OF.items():
        with acting(email):
            tells(made, place=locode)
    for email, who in cast.items():
        with acting_as(who.person, who.hat):
            found = queries.matrix(at=now())
            told = {place.code for n, place in enumerate(found.places) for row in found.rows if row.cells[n].by}
            assert found.named == (email in IN_CIRCLE), email
            if email in IN_CIRCLE:
                assert told >= set(PORT_OF.values()) and all(row.rest is None for row in found.rows)
            else:
                assert all(place.own for place in found.places), email
                own = {"director@antwerp.demo": {"BEANR"}}
                assert told == own.get(email, set()), email
                with pytest.raises(Refused):
                    countries.by_country(at=now())


def test_a_gap_stands_out_when_neighbours_have_closed_theirs(acting, cast, owner):
    made = agreed(acting)
    with acting("director@commissioner.demo"):
        around = queries.neighbours()
        found = queries.matrix(at=now())
        ports = {place.code: place.id for place in found.places}
        codes = {key: code for code, key in ports.items()}
    near = [codes[key] for key in around[ports["BELGG"]] if key in codes]
    assert "BEANR" in near and "BEGNK" in near  # the Albert Canal joins them
    for locode in near:
        put(owner, cast, made, locode, "in_place")
    with acting("director@commissioner.demo"):
        found, countered = queries.coverage(at=now())
        n = next(n for n, place in enumerate(found.places) if place.code == "BELGG")
        assert found.rows[0].gaps[n] == SINCE
        assert countered[0].code == "DR02" and countered[0].gaps[n] == SINCE
    put(owner, cast, made, "BELGG", "not_applicable")
    with acting("director@commissioner.demo"):
        found, countered = queries.coverage(at=now())
        assert found.rows[0].gaps[n] is None and countered[0].covers[n].asked == 0


def test_it_is_narrowed_to_what_a_working_group_works_on(acting, cast):
    with acting(OWNER):
        aim = objective().record_id
        police = Circle.objects.get(slug="ports-and-police").id
    agreed(acting)
    special = agreed(acting, "ports-and-police")
    with acting(OWNER):
        assert len(queries.matrix(at=now()).rows) == 2
        assert [row.shown.id for row in queries.matrix(Chosen(circle=police), at=now()).rows] == [special]
        asked = Consultation.objects.get(measure=special)
        assert {row.shown.id for row in queries.matrix(Chosen(group=asked.group_id), at=now()).rows} == set(
            Consultation.objects.filter(group=asked.group_id).values_list("measure_id", flat=True)
        )
        assert queries.matrix(Chosen(group=new_id()), at=now()).rows == ()
        assert queries.matrix(Chosen(objective=aim), at=now()).rows == ()
        assert len(queries.matrix(Chosen(threat="drug_smuggling", phase="extract"), at=now()).rows) == 2
        assert queries.matrix(Chosen(threat="cyber_attack"), at=now()).rows == ()


def test_by_country_the_ports_are_counted_by_their_own_word(acting, cast, owner):
    made = agreed(acting)
    put(owner, cast, made, "BEANR", "in_place")
    put(owner, cast, made, "BEOST", "not_applicable")
    put(owner, cast, made, "NLVLI", "planned")
    with acting("analyst@commissioner.demo"):
        found = countries.by_country(at=now())
    ((_shown, cells),) = found.rows
    by = dict(zip(found.codes, cells, strict=True))
    assert by["BE"].states == {"in_place": 1, "not_applicable": 1} and by["BE"].apply == by["BE"].ports - 1
    assert by["BE"].low == pytest.approx(0.6 / by["BE"].apply)
    assert by["NL"].states == {"planned": 1} and by["NL"].low == 0
