"""Attacks with raw SQL as the serving role: what somebody with an injection in our own queries could try."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from port2port.base.ids import new_id
from port2port.sharing.tlp import Tlp
from tests.sharing.sharing import TERMS, keys, share

ANTWERP, NORTHSEA, QUAY1 = "pso@antwerp.demo", "pso@northsea.demo", "pfso@quay1.demo"
OUTSIDE = "officer@outside.demo"


@pytest.fixture
def as_(app: psycopg.Connection[Any], cast: dict[str, Any]) -> Callable[[str], Any]:
    """`with as_(email) as sql:` is a raw session of the serving role that has put on that person's hat."""

    @contextmanager
    def entered(email: str) -> Iterator[psycopg.Connection[Any]]:
        with app.transaction():
            app.execute("select * from members_enter(%s, %s)", [cast[email].person, cast[email].hat])
            yield app

    return entered


@pytest.fixture
def shared(acting: Any) -> UUID:
    """A record of Antwerp that North Sea Port sees and the outsider does not."""
    with acting(ANTWERP):
        return share(["ports-and-police"], Tlp.AMBER).id


@pytest.fixture
def hidden(acting: Any) -> UUID:
    """A record that only Antwerp sees."""
    with acting(ANTWERP):
        return share(["organisation-port-of-antwerp-bruges"], Tlp.AMBER_STRICT).id


def rows(sql: psycopg.Connection[Any], query: str, *arguments: Any) -> list[Any]:
    return sql.execute(query, arguments).fetchall()


def test_sight_follows_the_audience_and_nothing_else(as_, shared, hidden):
    with as_(NORTHSEA) as sql:
        assert rows(sql, "select id from sharing_record") == [(shared,)]
        assert rows(sql, "select record_id from sharing_posting group by 1") == [(shared,)]
        assert rows(sql, "select record from sharing_event") == [(shared,)]
        assert rows(sql, "select record_id from sharing_searchable") == [(shared,)]
    with as_(OUTSIDE) as sql:
        for table in ("sharing_record", "sharing_posting", "sharing_event", "sharing_searchable"):
            assert rows(sql, f"select 1 from {table}") == []


def test_owning_gives_no_sight(as_, acting, cast):
    with acting(ANTWERP):
        record = share(["Demo PSO North Sea Port"], Tlp.RED)
    with as_("admin@antwerp.demo") as sql:
        assert rows(sql, "select id from sharing_record where id = %s", record.id) == []
        with pytest.raises(psycopg.Error) as refused:
            rows(sql, "select sharing_withdraw(%s, 'mistake')", record.id)
        assert refused.value.sqlstate == "PP404"


@pytest.mark.parametrize(
    "change",
    [
        "owner_id = (select organisation_id from members_membership where person_id = acting_person() limit 1)",
        "audience = audience || acting_person()",
        "tlp = 0",
        "author_id = acting_person()",
        "kind = 'alert'",
        "expires_at = expires_at + interval '1 year'",
        "withdrawn_at = now()",
        "at = now()",
    ],
)
def test_nobody_changes_owner_audience_tlp_or_retention_directly(as_, shared, change):
    for email in (ANTWERP, NORTHSEA):
        with as_(email) as sql, pytest.raises(psycopg.errors.InsufficientPrivilege), sql.transaction():
            sql.execute(f"update sharing_record set {change} where id = %s", [shared])


def test_a_recipient_changes_nothing(as_, shared):
    with as_(NORTHSEA) as sql:
        assert sql.execute("update sharing_record set purpose = 'training' where id = %s", [shared]).rowcount == 0
        assert sql.execute("update sharing_searchable set words = '' where record_id = %s", [shared]).rowcount == 0


@pytest.mark.parametrize("table", ["sharing_record", "sharing_posting", "sharing_event", "sharing_tombstone"])
@pytest.mark.parametrize("verb", ["delete from {}", "truncate {} cascade", "drop table {} cascade"])
def test_nothing_is_deleted(as_, shared, table, verb):
    with as_(ANTWERP) as sql, pytest.raises(psycopg.errors.InsufficientPrivilege), sql.transaction():
        sql.execute(verb.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "insert into sharing_posting (key, record_id, kind, sensitive, at, threat, tlp, expires_at)"
        " select acting_person(), id, 'report', true, now(), '', 0, now() + interval '1 day' from sharing_record",
        "insert into sharing_event (id, at, kind, act, record, keys, tlp, expires_at)"
        " values (new_uuid7(), now(), 'report', 'shared', new_uuid7(), acting_keys(), 0, now())",
        "insert into sharing_tombstone (record, kind, owner, keys, tlp, at, why, reason, expires_at)"
        " values (new_uuid7(), 'report', new_uuid7(), acting_keys(), 0, now(), 'withdrawn', '', now())",
        "insert into sharing_kind (kind, holds) values ('report2', 'members_account')",
        "update sharing_posting set key = acting_person()",
        "alter table sharing_record disable row level security",
        "create table stolen as select * from sharing_record",
        "set session_replication_role = replica",
        "set role port2port_owner",
        "set session authorization port2port_owner",
        "select members_sight(acting_person(), null)",
        "select * from members_holders(acting_keys())",
        "select sharing_bury(array[acting_person()])",
        "select sharing_emit(r, 'shared', acting_keys()) from sharing_record r",
        "select sharing_stewarded(id, 'share') from sharing_record",
        "select * from sharing_expire(10)",
        "select * from live_events(array[acting_person()])",
        "select * from live_replay(acting_keys(), 4::smallint, acting_person(), 100)",
        "select * from live_resolve('x')",
        "select * from sharing_event_people(acting_person())",
        "copy sharing_record to program 'true'",
        "copy sharing_record from stdin",
    ],
)
def test_there_is_no_way_round(as_, shared, statement):
    with as_(NORTHSEA) as sql, pytest.raises(psycopg.Error) as refused, sql.transaction():
        sql.execute(statement)
    assert refused.value.sqlstate in ("42501", "PP403", "0A000", "42P17")


def record_row(email: str, cast: dict[str, Any], audience: list[UUID], **changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    row = {
        "id": new_id(),
        "kind": "report",
        "owner_id": cast[email].organisation,
        "author_id": cast[email].person,
        "audience": audience,
        "addressed": audience,
        "tlp": int(Tlp.AMBER),
        "pap": int(Tlp.AMBER),
        "purpose": TERMS.purpose,
        "legal_basis": TERMS.legal_basis,
        "personal_data": "none",
        "provenance": "member",
        "origin": "",
        "origin_id": "",
        "threat": "",
        "at": now,
        "updated_at": now,
        "expires_at": now + timedelta(days=30),
        "version": 1,
    }
    return row | changed


def insert(sql: psycopg.Connection[Any], row: dict[str, Any]) -> None:
    names = ", ".join(row)
    places = ", ".join(["%s"] * len(row))
    with sql.transaction():
        sql.execute(f"insert into sharing_record ({names}) values ({places})", list(row.values()))


def test_nobody_writes_in_anothers_name(as_, cast):
    with as_(NORTHSEA) as sql:
        for changed in ({"owner_id": cast[ANTWERP].organisation}, {"author_id": cast[ANTWERP].person}):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                insert(sql, record_row(NORTHSEA, cast, [cast[NORTHSEA].person], **changed))


def test_the_guard_holds_for_raw_inserts(as_, acting, cast):
    with acting(NORTHSEA):
        everyone, community, own = keys(["everyone", "all-members", "organisation-north-sea-port"])
    with as_(NORTHSEA) as sql:
        for audience, tlp, personal in [
            ([], Tlp.AMBER, "none"),
            ([everyone], Tlp.GREEN, "none"),
            ([community], Tlp.RED, "none"),
            ([community], Tlp.AMBER_STRICT, "none"),
            ([own, community], Tlp.AMBER, "direct"),
            ([new_id()], Tlp.AMBER, "none"),
        ]:
            with pytest.raises(psycopg.Error) as refused:
                insert(sql, record_row(NORTHSEA, cast, audience, tlp=int(tlp), personal_data=personal))
            assert refused.value.sqlstate == "PP422", (audience, tlp)
        insert(sql, record_row(NORTHSEA, cast, [own], tlp=int(Tlp.AMBER_STRICT), personal_data="direct"))


def test_a_confidential_circle_cannot_be_addressed_or_felt_from_outside(as_, acting, cast, owner):
    with acting(ANTWERP):
        (desk,) = keys(["insider-desk"])
    owner.execute("update members_circle set addressed_by = 'members' where id = %s", [desk])
    with as_(QUAY1) as sql:
        assert rows(sql, "select 1 from members_circle where id = %s", desk) == []
        with pytest.raises(psycopg.Error) as unknown:
            insert(sql, record_row(QUAY1, cast, [new_id()]))
        with pytest.raises(psycopg.Error) as confidential:
            insert(sql, record_row(QUAY1, cast, [desk]))
    assert str(unknown.value).splitlines()[0] == str(confidential.value).splitlines()[0]


def test_members_of_a_confidential_circle_are_not_listed(as_, acting, cast):
    with acting(ANTWERP):
        (desk,) = keys(["insider-desk"])
    with as_(QUAY1) as sql:
        assert rows(sql, "select person_id from members_circlemember where circle_id = %s", desk) == []
        assert rows(sql, "select people, hidden from sharing_preview(%s, 2::smallint)", [desk]) == [(0, True)]
    with as_(NORTHSEA) as sql:  # in it, and still sees only itself
        assert rows(sql, "select person_id from members_circlemember where circle_id = %s", desk) == [
            (cast[NORTHSEA].person,)
        ]


def test_recipients_of_red_do_not_learn_who_else(as_, acting, cast):
    with acting(ANTWERP):
        record = share(["insider-desk"], Tlp.RED)
    assert cast[NORTHSEA].person not in record.audience
    with as_(NORTHSEA) as sql:
        assert rows(sql, "select 1 from sharing_record where id = %s", record.id)
        assert rows(sql, "select * from sharing_readers(%s)", record.id) in (
            [],
            [(cast[ANTWERP].person, record.owner_id)],
        )
    with as_("pso@ostend.demo") as sql:
        assert rows(sql, "select 1 from sharing_record where id = %s", record.id)
    with as_("analyst@commissioner.demo") as sql:
        assert rows(sql, "select 1 from sharing_record where id = %s", record.id) == []


def test_who_joins_later_does_not_read_earlier_red(as_, acting, cast, owner):
    with acting(ANTWERP):
        record = share(["insider-desk"], Tlp.RED)
        (desk,) = keys(["insider-desk"])
    owner.execute(
        "insert into members_circlemember (id, circle_id, person_id, since) values (new_uuid7(), %s, %s, now())",
        [desk, cast["analyst@commissioner.demo"].person],
    )
    with as_("analyst@commissioner.demo") as sql:
        assert rows(sql, "select 1 from sharing_record where id = %s", record.id) == []


def test_without_confirmed_verification_nothing_from_amber_on(as_, acting, cast, owner):
    with acting(ANTWERP):
        amber = share(["ports-and-police"], Tlp.AMBER).id
        green = share(["all-members"], Tlp.GREEN).id
    owner.execute("update members_membership set verified_until = '2020-01-01' where id = %s", [cast[NORTHSEA].hat])
    with as_(NORTHSEA) as sql:
        assert rows(sql, "select id from sharing_record") == [(green,)]
        assert rows(sql, "select record_id from sharing_posting group by 1") == [(green,)]
        assert rows(sql, "select record from sharing_find('fence', array['report'], 10)") == [(green,)]
        assert amber


def test_stewardship_functions_ask_for_owner_role_and_sight(as_, shared, hidden):
    for call in (
        "sharing_widen(%s, acting_keys(), acting_keys(), 2::smallint)",
        "sharing_narrow(%s, array[acting_person()], array[acting_person()], 2::smallint)",
        "sharing_withdraw(%s, 'mistake')",
        "sharing_hand_over(%s, acting_organisation())",
    ):
        with as_(NORTHSEA) as sql:
            states = []
            for record in (shared, hidden, new_id()):
                with pytest.raises(psycopg.Error) as refused, sql.transaction():
                    sql.execute(f"select {call}", [record])
                states.append((refused.value.sqlstate, str(refused.value).splitlines()[0]))
        assert states[0][0] == "PP403", call
        assert states[1] == states[2], "hidden and absent must be the same answer"


def test_widening_cannot_break_the_rules(as_, acting, shared, hidden):
    with acting(ANTWERP):
        everyone, community = keys(["everyone", "all-members"])
    with as_(ANTWERP) as sql:
        for record, key, tlp in [(shared, everyone, Tlp.GREEN), (hidden, community, Tlp.AMBER_STRICT)]:
            with pytest.raises(psycopg.Error) as refused, sql.transaction():
                sql.execute("select sharing_widen(%s, %s, %s, %s::smallint)", [record, [key], [key], int(tlp)])
            assert refused.value.sqlstate == "PP422"


def test_constraints_of_identifiers_are_no_oracle(as_, cast):
    """The same origin id at two organisations: neither learns of the other's."""
    for email in (ANTWERP, NORTHSEA):
        with as_(email) as sql:
            insert(sql, record_row(email, cast, [cast[email].person], origin="misp", origin_id="42"))


def test_people_accounts_and_tokens_are_closed(as_, cast):
    with as_(OUTSIDE) as sql:
        assert rows(sql, "select person_id from members_account") == [(cast[OUTSIDE].person,)]
        assert rows(sql, "select person_id from members_membership") == [(cast[OUTSIDE].person,)]
        assert rows(sql, "select id from members_person") == [(cast[OUTSIDE].person,)]
        for table in (
            "members_session",
            "members_token",
            "members_invitation",
            "mfa_authenticator",
            "account_emailaddress",
        ):
            assert rows(sql, f"select 1 from {table}") == []


def test_a_leaver_is_out_at_once(as_, acting, cast, app):
    with acting(NORTHSEA):
        share(["ports-and-police"], Tlp.AMBER)
    with as_("admin@antwerp.demo") as sql:
        sql.execute("select members_leave(%s, %s)", [cast[ANTWERP].person, cast["director@antwerp.demo"].person])
    with app.transaction(), pytest.raises(psycopg.Error) as out:
        app.execute("select * from members_enter(%s, %s)", [cast[ANTWERP].person, cast[ANTWERP].hat])
    assert out.value.sqlstate == "PP401"


def test_the_last_administrator_stays(as_, cast):
    with as_("admin@antwerp.demo") as sql, pytest.raises(psycopg.Error) as refused, sql.transaction():
        sql.execute("update members_membership set roles = '{contact}' where id = %s", [cast["admin@antwerp.demo"].hat])
        sql.execute("set constraints all immediate")
    assert refused.value.sqlstate == "PP409"


def test_an_administrator_makes_no_operators(as_, cast):
    with as_("admin@antwerp.demo") as sql, pytest.raises(psycopg.Error) as refused, sql.transaction():
        sql.execute(
            "update members_membership set roles = roles || 'operator'::varchar where id = %s", [cast[ANTWERP].hat]
        )
        sql.execute("set constraints all immediate")
    assert refused.value.sqlstate == "PP422"
