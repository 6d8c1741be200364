"""The two database roles: made here, and checked here before anything is served.

The policy (row-level security) holds only for a role that is no superuser, has no BYPASSRLS, owns nothing and cannot
TRUNCATE: row-level security does not apply to owners, and TRUNCATE and foreign keys pass by it (PostgreSQL manual,
"Row Security Policies").
"""

from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

OLDEST, NEWEST = 15, 18
CONNECT_SECONDS = 5
Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it stands, what it is, and what to do about it."""

    level: Level
    topic: str
    text: str
    todo: str = ""


def connect(url: str, **changes: Any) -> psycopg.Connection[tuple[Any, ...]]:
    """Open an autocommit connection. Raises psycopg.OperationalError."""
    settings: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "application_name": "port2port ground"}
    settings |= changes
    return psycopg.connect(make_conninfo(url, **settings), autocommit=True)


def create_roles_and_database(
    admin_url: str,
    *,
    app_password: str,
    owner_password: str,
    database: str = "port2port",
    owner: str = "port2port_owner",
    app: str = "port2port_app",
) -> None:
    """Make both roles and the database, or set them right; may be repeated. For an external server too.

    `owner` owns the database and its schema; `app` may connect, make temporary tables (bulk loading) and use the
    schema, nothing else: each migration grants what it may do, table by table. Raises psycopg.Error.
    """
    with connect(admin_url) as admin:
        for role, password, rights in (
            (owner, owner_password, "LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"),
            (app, app_password, "LOGIN NOINHERIT NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"),
        ):
            known = admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
            verb = sql.SQL("ALTER ROLE {} WITH " if known else "CREATE ROLE {} WITH ").format(sql.Identifier(role))
            if not (known and accepts(admin_url, role, password)):
                verb += sql.SQL("PASSWORD {} ").format(sql.Literal(password))
            admin.execute(verb + sql.SQL(rights))
        if not admin.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
            # Template 0 and "C": the order of text does not depend on the server's machine.
            admin.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE {} LC_CTYPE {}"
                ).format(sql.Identifier(database), sql.Identifier(owner), "C", character_type(admin))
            )
        for statement in (
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
        ):
            admin.execute(
                sql.SQL(statement).format(
                    database=sql.Identifier(database), owner=sql.Identifier(owner), app=sql.Identifier(app)
                )
            )
    with connect(admin_url, dbname=database) as admin:
        for statement in (
            "ALTER SCHEMA public OWNER TO {owner}",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE ON SCHEMA public TO {app}",
            "REVOKE CREATE ON SCHEMA public FROM {app}",
        ):
            admin.execute(sql.SQL(statement).format(owner=sql.Identifier(owner), app=sql.Identifier(app)))


def character_type(admin: psycopg.Connection[tuple[Any, ...]]) -> str:
    """Return a character type that knows letters beyond ASCII, if the server has one."""
    known = admin.execute("select 1 from pg_collation where lower(replace(collcollate, '-', '')) = 'c.utf8'").fetchone()
    return "C.UTF-8" if known else "C"


def accepts(url: str, role: str, password: str) -> bool:
    """Say whether the database of this address lets a role in with a password."""
    try:
        connect(url, user=role, password=password).close()
    except psycopg.OperationalError:
        return False
    return True


def check_version(connection: psycopg.Connection[Any]) -> Finding:
    """Say whether the server is one we work with (PostgreSQL 15 to 18)."""
    major = connection.info.server_version // 10_000
    text = f"PostgreSQL {major}"
    if OLDEST <= major <= NEWEST:
        return Finding("ok", "database version", text)
    return Finding("fail", "database version", text, f"Use PostgreSQL {OLDEST} to {NEWEST}.")


# Each question answers with what is wrong, one row per thing; no row is good.
QUESTIONS: tuple[tuple[str, str, str], ...] = (
    (
        "rights",
        """select format('the role %s has %s', rolname, what) from pg_roles,
           lateral (values (rolsuper, 'SUPERUSER'), (rolbypassrls, 'BYPASSRLS'), (rolcreaterole, 'CREATEROLE'),
                           (rolreplication, 'REPLICATION'), (rolcreatedb, 'CREATEDB')) as rights (held, what)
           where rolname = current_user and held""",
        "Take the right away: ALTER ROLE ... NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB.",
    ),
    (
        "membership",
        """select format('the role %s is a member of %s', current_user, r.rolname)
           from pg_auth_members m join pg_roles r on r.oid = m.roleid join pg_roles me on me.oid = m.member
           where me.rolname = current_user
           union select format('the role %s can become %s, which owns tables', current_user, r.rolname)
           from pg_roles r where r.rolname <> current_user and pg_has_role(current_user, r.oid, 'MEMBER')
             and exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                         where c.relowner = r.oid and n.nspname !~ '^pg_' and n.nspname <> 'information_schema')""",
        "REVOKE that role from the serving role: it needs no membership at all.",
    ),
    (
        "ownership",
        """select format('the serving role owns %s %s', kind, name) from (
             select 'table', c.oid::regclass::text, c.relowner from pg_class c join pg_namespace n
               on n.oid = c.relnamespace where n.nspname !~ '^pg_(toast|temp)' and c.relkind <> 'i'
             union all select 'function', p.oid::regprocedure::text, p.proowner from pg_proc p
             union all select 'schema', nspname, nspowner from pg_namespace where nspname !~ '^pg_(toast_)?temp'
             union all select 'database', datname, datdba from pg_database
           ) as things (kind, name, owner) where owner = current_user::regrole limit 10""",
        "Give it to the owner: ALTER ... OWNER TO port2port_owner, then migrate as the owner.",
    ),
    (
        "table rights",
        """select format('the serving role has %s on %s', wanted, c.oid::regclass)
           from pg_class c join pg_namespace n on n.oid = c.relnamespace,
             unnest(array['TRUNCATE', 'TRIGGER', 'REFERENCES']) wanted
           where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
             and has_table_privilege(c.oid, wanted) limit 10""",
        "REVOKE it: TRUNCATE, triggers and foreign keys pass by row-level security.",
    ),
    (
        "schema rights",
        """select format('the serving role may create things in schema %s', nspname) from pg_namespace
           where nspname !~ '^pg_' and nspname <> 'information_schema' and has_schema_privilege(oid, 'CREATE')""",
        "REVOKE CREATE ON SCHEMA ... FROM PUBLIC and from the serving role.",
    ),
)

OWNERS = """select distinct pg_get_userbyid(owner) from (
    select c.relowner from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    union all select datdba from pg_database where datname = current_database()
) as owners (owner) where pg_get_userbyid(owner) <> current_user"""


def check_owner_closed(url: str, owner: str) -> Finding:
    """Try to sign in as the owner with the serving role's own credentials, which must fail."""
    password = conninfo_to_dict(url).get("password") or ""
    if accepts(url, owner, str(password)):
        return Finding(
            "fail",
            "owner closed",
            f"the serving role's credentials also let in {owner}",
            "Give the owner another password and let pg_hba.conf ask for it (scram-sha-256, never trust).",
        )
    return Finding("ok", "owner closed", f"signing in as {owner} with our own credentials was refused")


def check_serving_role(url: str) -> list[Finding]:
    """Look whether the role of this address may serve. Nothing is served while a finding says `fail`.

    Never raises for what it finds; a database that does not answer is a finding.
    """
    try:
        with connect(url) as connection:
            findings = [check_version(connection)]
            for topic, question, todo in QUESTIONS:
                rows = connection.execute(question).fetchall()
                findings += [Finding("fail", topic, str(row[0]), todo) for row in rows]
                if not rows:
                    findings.append(Finding("ok", topic, "as it must be"))
            owners = [str(row[0]) for row in connection.execute(OWNERS).fetchall()]
    except psycopg.OperationalError as problem:
        reason = str(problem).strip().splitlines()[-1]
        return [Finding("fail", "database", f"it does not answer: {reason}", "Is it running, is DATABASE_URL right?")]
    return findings + [check_owner_closed(url, owner) for owner in owners]


def failures(findings: list[Finding]) -> list[Finding]:
    """Return the findings for which the program does not start."""
    return [finding for finding in findings if finding.level == "fail"]
