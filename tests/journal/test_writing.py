"""What goes into the journal, who may put it there and who may read it; attacks with raw SQL as the serving role."""

import json
from collections.abc import Callable
from contextvars import Context, copy_context
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from psycopg import errors

from port2port.base import journal as written
from port2port.base.ids import new_id
from port2port.base.journal import Acting, Happening, NotJournalled, acting, payload_of

from .conftest import ALICE, AUDITOR, BOB, GHENT, SEALER, Journal, acting_as, insert, row, session

RECORD = UUID(int=0xC0)
AT = datetime(2026, 11, 22, 3, 0, 0, 123456, tzinfo=UTC)


def test_an_entry_says_who_did_what_when_and_why(serving: Any) -> None:
    with acting_as(ALICE):
        entry = written.write(
            "report.read",
            kind="report",
            record=RECORD,
            reason="need-to-know",
            at=AT,
            count=25,
            seen=[RECORD],
            all=True,
        )
        (found,) = written.entries()
    assert found == written.Entry(
        id=entry,
        at=AT,
        place=None,
        act="report.read",
        actor=ALICE.person,
        hat=ALICE.hat,
        organisation=ALICE.organisation,
        kind="report",
        record=RECORD,
        reason="need-to-know",
        details={"count": 25, "seen": [str(RECORD)], "all": True},
    )


def test_many_entries_are_one_statement(serving: Any) -> None:
    with acting_as(ALICE):
        ran: list[str] = []

        def counting(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            ran.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(counting):
            ids = written.write_many([Happening("report.exported", record=new_id()) for _ in range(50)])
        assert len(ran) == 1
        assert [entry.id for entry in written.entries(limit=50)] == ids[::-1]
        assert [entry.id for entry in written.entries(before=ids[10], act="report.exported", limit=3)] == ids[7:10][
            ::-1
        ]
        assert written.write_many([]) == []


def test_a_rolled_back_action_leaves_no_entry(serving: Any) -> None:
    with pytest.raises(ZeroDivisionError), acting_as(ALICE):
        written.write("report.shared")
        raise ZeroDivisionError
    with acting_as(ALICE):
        assert written.entries() == []


def test_no_entry_outside_a_transaction(serving: Any) -> None:
    def alone() -> None:
        acting.set(ALICE)
        written.write("report.read")

    with pytest.raises(NotJournalled, match="transaction"):
        copy_context().run(alone)


def test_no_entry_with_nobody_acting(serving: Any) -> None:
    with transaction.atomic(), pytest.raises(NotJournalled, match="nobody"):
        Context().run(written.write, "report.read")


@pytest.mark.parametrize(
    "value",
    [
        "Jan Peeters",
        "jan peeters",
        "jan@haven.example",
        "Container",
        "gelekt: kade 7",
        "é",
        "",
        "a" * 65,
        "a\nb",
        1.5,
        2**53 + 1,
        None,
        b"bytes",
        {"a": 1},
        ["ok", "Not Ok"],
        [["nested"]],
        list(range(1001)),
        datetime(2026, 1, 1, tzinfo=UTC),
    ],
)
def test_details_that_may_be_content_are_refused(value: Any) -> None:
    with pytest.raises(NotJournalled) as refused:
        payload_of(new_id(), AT, ALICE, Happening("report.read", details={"detail": value}))
    assert not isinstance(value, str) or len(value) < 2 or value not in str(refused.value)


@pytest.mark.parametrize(
    "happening",
    [
        Happening("Report Read"),
        Happening(""),
        Happening("report.read", kind="Een Rapport"),
        Happening("report.read", reason="because he asked"),
        Happening("report.read", details={"Jan Peeters": 1}),
    ],
)
def test_codes_that_may_be_content_are_refused(happening: Happening) -> None:
    with pytest.raises(NotJournalled):
        payload_of(new_id(), AT, ALICE, happening)


def test_the_payload_is_canonical() -> None:
    entry = UUID(int=1)
    assert payload_of(entry, AT, SEALER, Happening("a.b", details={"z": [True, 2], "a": RECORD})) == (
        '{"act":"a.b","actor":"00000000-0000-0000-0000-000000000001","at":"2026-11-22T03:00:00.123456Z",'
        '"details":{"a":"00000000-0000-0000-0000-0000000000c0","z":[true,2]},"hat":null,'
        '"id":"00000000-0000-0000-0000-000000000001","kind":"","organisation":null,"reason":"","record":null}'
    )


@pytest.mark.parametrize(
    "forged",
    [
        BOB,
        Acting(BOB.person, ALICE.hat, ALICE.organisation),
        Acting(ALICE.person, BOB.hat, ALICE.organisation),
        Acting(ALICE.person, None, ALICE.organisation),
        Acting(ALICE.person, ALICE.hat, GHENT),
        Acting(ALICE.person, ALICE.hat, None),
    ],
)
def test_nobody_writes_anothers_entry(journal: Journal, forged: Acting) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="who acts in this session"), session(journal.app, ALICE):
        insert(journal.app, *row(forged, Happening("report.read")))


def test_the_owner_cannot_forge_either(journal: Journal) -> None:
    with pytest.raises(errors.InsufficientPrivilege), session(journal.owner, ALICE):
        insert(journal.owner, *row(BOB, Happening("report.read")))


def test_without_a_session_nothing_is_written_or_read(journal: Journal, app_dsn: str) -> None:
    journal.write()
    # a fresh connection never had the settings; one that had them holds them empty
    with psycopg.connect(app_dsn, autocommit=True) as fresh:
        with pytest.raises(errors.UndefinedObject):
            insert(fresh, *row(ALICE, Happening("report.read")))
        with pytest.raises(errors.UndefinedObject):
            fresh.execute("select count(*) from base_journal_entry")
    with pytest.raises(errors.InsufficientPrivilege):
        insert(journal.app, *row(ALICE, Happening("report.read")))
    with pytest.raises(errors.InvalidTextRepresentation):
        journal.app.execute("select count(*) from base_journal_entry")


@pytest.mark.parametrize(
    "change",
    [
        {"salt": b"short"},
        {"salt": None},
        {"payload": None},
        {"payload": "no json"},
        {"payload": "{}"},
        {"id": UUID(int=9)},
        {"at": AT},
        {"payload.act": None},
        {"payload.name": "jan"},
        {"payload.reason": "Jan Peeters"},
        {"payload.reason": "jan peeters"},
        {"payload.details": {"x": "a" * 70000}},
    ],
)
def test_rows_that_do_not_fit_are_refused(journal: Journal, change: dict[str, Any]) -> None:
    names = dict(zip(("id", "at", "salt", "payload"), row(ALICE, Happening("report.read")), strict=True))
    ((name, value),) = change.items()
    if name.startswith("payload."):
        said = json.loads(names["payload"]) | {name.removeprefix("payload."): value}
        names["payload"] = json.dumps(said, separators=(",", ":"))
    else:
        names[name] = value
    with pytest.raises(psycopg.Error), session(journal.app, ALICE):
        insert(journal.app, *names.values())
    assert journal.owner.execute("select count(*) from base_journal_entry").fetchone() == (0,)


def test_an_entry_is_read_by_its_actor_and_the_auditors_of_its_organisation(journal: Journal) -> None:
    (mine,) = journal.write()
    journal.seal()

    def seen(who: Acting, acts: str = "") -> list[int]:
        with session(journal.app, who, acts) as app:
            counts = [
                app.execute(f"select count(*) from {table}").fetchone()
                for table in ("base_journal_entry", "base_journal_leaf", "base_journal_head")
            ]
        return [count for (count,) in counts if count is not None]

    assert seen(ALICE) == [1, 1, 0]
    assert seen(AUDITOR) == [0, 0, 0]
    assert seen(AUDITOR, "read,audit") == [1, 1, 1]
    assert seen(BOB, "audit") == [0, 0, 1]
    assert seen(SEALER) == [0, 1, 1]
    assert mine


@pytest.mark.parametrize("table", ["base_journal_entry", "base_journal_leaf", "base_journal_head"])
@pytest.mark.parametrize("statement", ["update {} set {} = {}", "delete from {}", "truncate {}"])
@pytest.mark.parametrize("role", ["app", "owner"])
def test_append_only(journal: Journal, table: str, statement: str, role: str) -> None:
    journal.fill(1)
    column = {"base_journal_entry": "at", "base_journal_leaf": "leaf", "base_journal_head": "root"}[table]
    connection = getattr(journal, role)
    with pytest.raises(errors.InsufficientPrivilege), session(connection, ALICE, "audit,erase"):
        connection.execute("select set_config('p2p.erasing', 'on', true)")
        connection.execute(statement.format(table, column, column))


@pytest.mark.parametrize(
    "attack",
    [
        "insert into base_journal_leaf values (0, gen_random_uuid(), sha256(''))",
        "insert into base_journal_head values (1, sha256(''), now(), decode(repeat('00', 64), 'hex'), '')",
        "insert into base_journal_unsealed values (gen_random_uuid())",
        "delete from base_journal_unsealed",
        "select * from base_journal_unsealed",
        "insert into base_setting values ('demo', 'yes')",
        "alter table base_journal_entry disable trigger user",
        "update base_journal_entry set payload = null, salt = null",
    ],
)
def test_the_serving_role_has_no_way_round(journal: Journal, attack: str) -> None:
    journal.write()
    with pytest.raises(errors.InsufficientPrivilege), session(journal.app, ALICE, "audit,erase"):
        journal.app.execute(attack)


def test_functions_ask_for_their_act(journal: Journal) -> None:
    journal.fill(1)
    (entry,) = journal.write()
    journal.seal()
    for call in (
        "select journal_seal(10)",
        "select journal_add_head(6, sha256(''), now(), decode(repeat('00', 64), 'hex'), '')",
        f"select journal_erase('{{{entry}}}', gen_random_uuid(), now(), sha256(''), '{{}}')",
    ):
        with (
            pytest.raises(errors.InsufficientPrivilege, match="may not do that to the journal"),
            session(journal.app, ALICE, "audit"),
        ):
            journal.app.execute(call)


def test_a_second_insert_of_an_entry_does_not_jam_the_sealer(journal: Journal) -> None:
    one = row(ALICE, Happening("report.read"))
    for _ in range(2):
        with session(journal.app, ALICE):
            journal.app.execute(
                "insert into base_journal_entry (id, at, salt, payload) values (%s, %s, %s, %s) on conflict do nothing",
                one,
            )
        journal.seal()
    assert journal.verify().findings == []
    assert journal.verify().entries == 1


def test_idempotency_keys_are_each_actors_own(journal: Journal) -> None:
    add = (
        "insert into base_idempotency (actor, key, method_path, request_hash, at) values (%s, 'k', 'POST /', '', now())"
    )
    with session(journal.app, ALICE):
        journal.app.execute(add, [ALICE.person])
    with session(journal.app, BOB):
        journal.app.execute(add, [BOB.person])  # no conflict that would tell of Alice's
        assert journal.app.execute("select actor from base_idempotency").fetchall() == [(BOB.person,)]
        assert journal.app.execute("delete from base_idempotency where actor = %s", [ALICE.person]).rowcount == 0
    for forged in (add, "update base_idempotency set actor = %s"):
        with pytest.raises(errors.InsufficientPrivilege), session(journal.app, BOB):
            journal.app.execute(forged, [ALICE.person])
    later = "update base_idempotency set at = now() - interval '25 hours' where actor = %s"
    journal.owner.execute(later, [ALICE.person])
    with session(journal.app, SEALER):
        assert journal.app.execute("select idempotency_expire()").fetchone() == (1,)
