"""The serving role: each way of passing by the policy is found, and the program then does not start."""

from collections.abc import Iterator

import psycopg
import pytest

from port2port.config.roles import check_serving_role, failures

Tables = tuple[str, str]


@pytest.fixture
def admin(tables: Tables) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(tables[0], autocommit=True) as connection:
        connection.execute("drop table if exists thing")
        connection.execute("create table thing (id int)")
        connection.execute("alter table thing owner to ground_owner")
        connection.execute("grant select, insert, update, delete on thing to ground_app")
        yield connection


def test_the_role_as_it_is_made_may_serve(tables: Tables, admin: psycopg.Connection[tuple[object, ...]]) -> None:
    findings = check_serving_role(tables[1])
    assert failures(findings) == []
    assert {finding.topic for finding in findings} >= {"rights", "membership", "ownership", "owner closed"}


@pytest.mark.parametrize(
    ("unsafe", "safe", "topic"),
    [
        ("alter role ground_app superuser", "alter role ground_app nosuperuser", "rights"),
        ("alter role ground_app bypassrls", "alter role ground_app nobypassrls", "rights"),
        ("alter role ground_app createrole", "alter role ground_app nocreaterole", "rights"),
        ("grant ground_owner to ground_app", "revoke ground_owner from ground_app", "membership"),
        ("grant pg_read_all_data to ground_app", "revoke pg_read_all_data from ground_app", "membership"),
        ("alter table thing owner to ground_app", "alter table thing owner to ground_owner", "ownership"),
        ("grant truncate on thing to ground_app", "revoke truncate on thing from ground_app", "table rights"),
        ("grant references on thing to public", "revoke references on thing from public", "table rights"),
        ("grant create on schema public to public", "revoke create on schema public from public", "schema rights"),
        (
            "alter role ground_owner password 'serving'",
            "alter role ground_owner password 'owning'",
            "owner closed",
        ),
    ],
)
def test_each_way_past_the_policy_is_found(
    tables: Tables, admin: psycopg.Connection[tuple[object, ...]], unsafe: str, safe: str, topic: str
) -> None:
    admin.execute(unsafe)
    try:
        found = failures(check_serving_role(tables[1]))
    finally:
        admin.execute(safe)
    assert topic in {finding.topic for finding in found}
    assert all(finding.todo for finding in found)
    assert failures(check_serving_role(tables[1])) == []


def test_a_database_that_does_not_answer_is_a_finding() -> None:
    findings = check_serving_role("postgresql://nobody:nothing@127.0.0.1:1/none")
    assert [finding.topic for finding in failures(findings)] == ["database"]


def test_the_role_that_the_migrations_grant_to_may_serve(app_dsn: str) -> None:
    assert failures(check_serving_role(app_dsn)) == []


def test_the_owner_may_not_serve(owner_dsn: str) -> None:
    assert {"rights", "ownership", "table rights"} <= {one.topic for one in failures(check_serving_role(owner_dsn))}
