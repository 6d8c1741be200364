"""The unnamed counts: against every world of port states, nobody is singled out, and they say what is so."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from port2port.base.clock import now
from port2port.measures import adoption_actions, adoption_queries
from port2port.members.acting import acting_as
from tests.measures.writing import agreed, tells

LONG_AGO = datetime(2026, 1, 10, tzinfo=UTC)
GROUPS = {"in_place": "in_place", "planned": "under_way", "in_progress": "under_way", "": "other", "suspended": "other",
          "not_applicable": "other"}  # fmt: skip
WATCHERS = ("director@antwerp.demo", "authority@ansm.demo", "pso@ostend.demo", "pfso@quay1.demo")


def rest_for(cast: dict[str, Any], email: str, measure: UUID) -> adoption_queries.Rest:
    with acting_as(cast[email].person, cast[email].hat):
        return adoption_queries.unnamed_rest([measure])[measure]


def place(owner: Any, cast: dict[str, Any], measure: UUID, states: dict[str, str]) -> None:
    """Write what each port said long ago, behind the back of the policy."""
    owner.execute("delete from measures_adoption")
    someone = cast["pso@antwerp.demo"]
    for locode, state in states.items():
        if state:
            owner.execute(
                "insert into measures_adoption (id, measure_id, port_id, published, organisation_id, person_id, at,"
                " state, due, progress, since, since_precision, coverage, evidence, reason, obstacles, help_needed,"
                " invented, source_name, source_url) values (new_uuid7(), %s,"
                " (select id from members_port where locode = %s), false, %s, %s, %s, %s, '2027-01-01', 50,"
                " '2025-01-01', 'day', 50, '', 'so', '', '', false, '', '')",
                [measure, locode, someone.organisation, someone.person, LONG_AGO, state],
            )


def test_nobody_is_singled_out_in_any_world(acting, owner, cast):
    made = agreed(acting)
    rows = owner.execute(
        "select p.locode, coalesce(min(o.slug), p.locode) from members_port p left join members_organisation_ports op"
        " on op.port_id = p.id left join members_organisation o on o.id = op.organisation_id and o.kind not in"
        " ('terminal_operator', 'company', 'local_maritime_security_committee') where p.member group by p.locode"
    ).fetchall()
    keeper = dict(rows)
    own = {
        "director@antwerp.demo": {p for p, k in keeper.items() if k == "port-of-antwerp-bruges"},
        "pso@ostend.demo": {"BEOST"}, "authority@ansm.demo": set(), "pfso@quay1.demo": set(),
    }  # fmt: skip
    told_something = []

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries({locode: st.sampled_from(sorted(GROUPS)) for locode in keeper}))
    def holds(states: dict[str, str]) -> None:
        place(owner, cast, made, states)
        for email in WATCHERS:
            rest = rest_for(cast, email, made)
            others = {port: GROUPS[state] for port, state in states.items() if port not in own[email]}
            assert rest.others == len(others)
            assert list(rest.cells) == ["in_place", "under_way", "other"]  # the order tells nothing
            counted = Counter(others.values())
            told = {cell: number for cell, number in rest.cells.items() if number is not None}
            for cell, number in told.items():
                ports = [port for port, group in others.items() if group == cell]
                assert number == counted[cell] >= 3, (states, email)
                assert len({keeper[port] for port in ports}) >= 2, (states, email)
            left = [port for port, group in others.items() if group not in told]
            if told:
                told_something.append(email)
                # what is kept back cannot be found by taking the told from the whole, and not all are in one group
                assert len(told) >= 2 if not left else len(left) >= 3 and len({keeper[p] for p in left}) >= 2
            # for each port there is another world that looks the same: two ports of different groups change places
            for port in others if told else ():
                assert any(group != others[port] for group in others.values()), (states, email, port)

    holds()
    assert set(told_something) == set(WATCHERS)


def test_a_change_is_counted_from_the_next_month_on(acting, cast, owner):
    made = agreed(acting)
    all_ports = [
        row[0] for row in owner.execute("select locode from members_port where member order by locode").fetchall()
    ]
    place(owner, cast, made, {port: "in_place" if n % 2 else "" for n, port in enumerate(all_ports)})
    before = rest_for(cast, "authority@ansm.demo", made)
    assert before.told
    with acting("pso@ostend.demo"):
        tells(made, "suspended", place="BEOST", at=now())
    after = rest_for(cast, "authority@ansm.demo", made)
    assert after.cells == before.cells and after.as_of < now() - timedelta(seconds=1)


def test_what_is_known_anyway_is_not_counted(acting, cast, owner):
    made = agreed(acting)
    ports = [row[0] for row in owner.execute("select locode from members_port where member").fetchall()]
    whole = rest_for(cast, "authority@ansm.demo", made).others
    assert whole == len(ports)
    owner.execute(
        "insert into measures_adoption (id, measure_id, port_id, published, at, state, since, since_precision,"
        " evidence, reason, obstacles, help_needed, invented, source_name, source_url) values (new_uuid7(), %s,"
        " (select id from members_port where locode = 'BELGG'), true, now(), 'in_place', '2025-01-01', 'day', '', '',"
        " '', '', false, 'News', 'https://n.example')",
        [made],
    )
    assert rest_for(cast, "authority@ansm.demo", made).others == whole - 1
    with acting("pso@northsea.demo"):
        tells(made, place="BEGNE")
    with acting("pso@ostend.demo"):
        asked = adoption_actions.ask_how(made, text="How?", at=now()).id
    with acting("pso@northsea.demo"):
        adoption_actions.answer_how(asked, text="So.", shared=True, at=now())
    assert rest_for(cast, "authority@ansm.demo", made).others == whole - 4  # North Sea Port has three


@pytest.mark.parametrize("email", ["officer@outside.demo", "contact@agent.demo", "operator@platform.demo"])
def test_who_is_of_no_member_is_told_nothing(acting, email):
    made = agreed(acting)
    with acting(email):
        assert adoption_queries.unnamed_rest([made]) == {}
