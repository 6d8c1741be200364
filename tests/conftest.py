"""The ground of all tests: a real PostgreSQL of their own, the serving role, the cast, everything put back after each.

The server is the embedded one in a temporary folder. Roles, facts and cast are loaded once and copied aside; a test
that touches the database (`db`) gets them back as they were. No test runs inside a transaction of the harness: that
would hide a setting that leaks from one actor to the next.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import hypothesis
import psycopg
import pytest

# A superuser's address of an empty server to test on instead of the embedded one, as PostgreSQL 15.
ELSEWHERE = os.environ.pop("TEST_DATABASE_URL", "")
DATA = Path(tempfile.mkdtemp(prefix="p2p-test-"))
for name in [n for n in os.environ if n.startswith("PORT2PORT_") or n.startswith("DATABASE_")]:
    del os.environ[name]
os.environ |= {"PORT2PORT_DATA_DIR": str(DATA), "DJANGO_SETTINGS_MODULE": "port2port.config.settings"}
os.environ["PORT2PORT_PACKAGES_URL"] = "http://packages.example"  # a name that nobody has (RFC 2606)
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # as the command line sets it

from port2port.config import embedded, options, roles  # noqa: E402 - the environment comes first


def server_elsewhere(admin_url: str) -> embedded.Database:
    """Make roles and database on another server, new each time, and let the program find them."""
    with roles.connect(admin_url) as admin:
        admin.execute("drop database if exists port2port with (force)")
    roles.create_roles_and_database(admin_url, app_password="serving", owner_password="owning")
    host = admin_url.rpartition("@")[2].replace("/postgres", "/port2port")
    found = embedded.Database(
        f"postgresql://port2port_app:serving@{host}", f"postgresql://port2port_owner:owning@{host}", admin_url, False
    )
    os.environ |= {"DATABASE_URL": found.app_url, "DATABASE_OWNER_URL": found.owner_url}
    return found


if ELSEWHERE:
    SERVER = server_elsewhere(ELSEWHERE)
    OPTIONS = options.load()
else:
    OPTIONS = options.load()
    SERVER = embedded.ensure(OPTIONS)

import django  # noqa: E402
from django.conf import settings  # noqa: E402

django.setup()
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core import mail  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.utils import translation  # noqa: E402

from port2port.members.acting import Actor, acting_as, acting_as_system  # noqa: E402
from port2port.members.models import Account  # noqa: E402
from port2port.members.sessions import SessionStore  # noqa: E402
from tests import prepared  # noqa: E402

setup_test_environment(debug=False)
# No test is about time: neither an example nor the making of one may take "too long" on a busy machine.
hypothesis.settings.register_profile("here", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("here")

# Copied aside after loading and put back after each test; every other table is emptied.
KEPT = (
    "members_role",
    "members_port",
    "members_waterway",
    "members_landmark",
    "members_organisation",
    "members_organisation_ports",
    "members_facility",
    "members_person",
    "members_account",
    "members_membership",
    "members_circle",
    "members_circlemember",
    "helpdesk_desk",
    "governance_text",
    "governance_exemption",
    "governance_acceptance",
    "base_setting",
    "sharing_kind",
    "training_edition",
)
# Filled by the migrations and written by nobody since.
FIXED = ("django_migrations", "django_content_type", "auth_permission")

RESET = """
create schema kept;
do $$ declare t text; emptied text[]; looks text; begin
  foreach t in array %(kept)s loop execute format('create table kept.%%I as table public.%%I', t, t); end loop;
  select array_agg(c.relname) into emptied from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and c.relname <> all(%(kept)s || %(fixed)s);
  select string_agg(format('select %%L where exists (select 1 from public.%%I)', e, e), ' union all ') into looks
    from unnest(emptied) e;
  -- one statement looks into all tables, so that it is planned once
  execute format('create function kept.filled() returns setof text language plpgsql as %%L',
    'begin return query ' || looks || '; end');
end $$;
create function kept.reset() returns void language plpgsql as $$
declare t text;
begin
  set local session_replication_role = replica;
  for t in select kept.filled() loop
    if t = 'sharing_searchable' then  -- the decoy of the index stays (decision 0026)
      delete from public.sharing_searchable where record_id <> '00000000-0000-0000-0000-000000000000';
    else execute format('delete from public.%%I', t); end if;
  end loop;
  foreach t in array %(kept)s loop
    execute format('delete from public.%%I', t);
    execute format('insert into public.%%I select * from kept.%%I', t, t);
  end loop;
end $$;
"""


@dataclass(frozen=True)
class CastMember:
    """One of the cast: ids to act as, and the address to sign in with."""

    email: str
    person: UUID
    hat: UUID
    organisation: UUID
    account: UUID


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the server and take the folder away."""
    connections.close_all()
    embedded.stop(OPTIONS)
    shutil.rmtree(DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def admin_dsn() -> str:
    """The superuser of the test server, on the test database: only the harness and the attacks on privileges use it."""
    return SERVER.admin_url.replace("/postgres?", "/port2port?")


@pytest.fixture(scope="session")
def owner_dsn(loaded: None) -> str:
    return SERVER.owner_url


@pytest.fixture(scope="session")
def app_dsn(loaded: None) -> str:
    return SERVER.app_url


@pytest.fixture(scope="session")
def loaded(admin_dsn: str) -> None:
    """Migrations, roles, facts and cast, once."""
    if ELSEWHERE:
        prepared.as_owner(prepared.LOAD, os.environ)
    else:
        prepared.fill(SERVER.admin_url, os.environ)
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute("alter system set fsync = off")
        admin.execute("select pg_reload_conf()")
        kept, fixed = (f"array{list(names)}::text[]" for names in (KEPT, FIXED))
        admin.execute(RESET.replace("%(kept)s", kept).replace("%(fixed)s", fixed).replace("%%", "%"))
        admin.execute("select kept.reset()")  # the cast accepted the charter: its journal does not stay


@pytest.fixture(scope="session")
def _admin(loaded: None, admin_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        yield admin


@pytest.fixture(autouse=True)
def begun_anew() -> None:
    """Every test begins with an empty outbox and in English, whatever the one before it left behind."""
    mail.outbox = []
    translation.activate("en")


@pytest.fixture
def db(_admin: psycopg.Connection[Any]) -> Iterator[None]:
    """The database with the cast and nothing else; put back afterwards, and no setting may have leaked."""
    yield
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.connection.closed:
            assert not connection.in_atomic_block, "a transaction was left open"
            left = connection.connection.execute("select coalesce(current_setting('p2p.keys', true), '')").fetchone()
            assert left == ("",), "keys outlived their transaction"
    _admin.execute("select kept.reset()")


@pytest.fixture(scope="session")
def cast(_admin: psycopg.Connection[Any]) -> dict[str, CastMember]:
    """The cast by e-mail address, each with the first membership."""
    rows = _admin.execute(
        "select distinct on (a.email) a.email, a.person_id, m.id, m.organisation_id, a.id from members_account a"
        " join members_membership m on m.person_id = a.person_id order by a.email, m.since"
    ).fetchall()
    return {row[0]: CastMember(*row) for row in rows}


@pytest.fixture
def acting(db: None, cast: dict[str, CastMember]) -> Callable[[str], AbstractContextManager[Actor]]:
    """`with acting("pso@antwerp.demo") as actor:` acts as one of the cast."""
    return lambda email: acting_as(cast[email].person, cast[email].hat)


@pytest.fixture
def statements() -> Callable[[Client, str], int]:
    """`statements(client, path)` opens a page and returns how many statements that took.

    How it stands with the platform is not counted: a process asks that anew every few seconds, whatever is opened.
    """

    def counted(client: Client, path: str) -> int:
        with CaptureQueriesContext(connections["default"]) as asked:
            client.get(path)
        return sum("platform_state()" not in one["sql"] for one in asked.captured_queries)

    return counted


@pytest.fixture
def client_for(db: None, cast: dict[str, CastMember]) -> Callable[[str], Client]:
    """`client_for("pso@antwerp.demo")` is a browser where that person is signed in with a second factor."""

    def signed_in(email: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        with acting_as_system("identity"):
            account = Account.objects.get(pk=cast[email].account)
            session = SessionStore()
            session[SESSION_KEY] = str(account.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = account.get_session_auth_hash()
            session["strong"] = True
            session["hat"] = str(cast[email].hat)
            session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
        return client

    return signed_in


@pytest.fixture
def bearer_for(db: None, cast: dict[str, CastMember], _admin: psycopg.Connection[Any]) -> Callable[..., dict[str, str]]:
    """`bearer_for("pso@antwerp.demo")` are the headers of a client with that person's token."""

    def headers(email: str, scopes: tuple[str, ...] = ("read", "report", "export")) -> dict[str, str]:
        secret = f"p2p_test_{email}_{'_'.join(scopes)}"
        member = cast[email]
        _admin.execute(
            "insert into members_token (id, person_id, hat_id, name, secret_hash, scopes, made_by_id, made_at,"
            " expires_at) values (new_uuid7(), %s, %s, 'test', %s, %s, %s, now(), now() + interval '1 day')"
            " on conflict do nothing",
            [member.person, member.hat, hashlib.sha256(secret.encode()).digest(), list(scopes), member.person],
        )
        return {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}

    return headers


@pytest.fixture
def owner(db: None, owner_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the owner of the tables, who passes by the policies: to look, and to cause faults."""
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def app(db: None, app_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    """A raw connection as the serving role: what an attacker with SQL injection would have."""
    with psycopg.connect(app_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def enter(app: psycopg.Connection[Any], cast: dict[str, CastMember]) -> Iterator[Callable[..., Any]]:
    """`enter("pso@antwerp.demo")` begins a transaction in which the raw connection acts as that person."""

    def entered(email: str, connection: psycopg.Connection[Any] = app) -> psycopg.Connection[Any]:
        connection.execute("rollback")
        connection.execute("begin")
        connection.execute("select * from members_enter(%s, %s)", [cast[email].person, cast[email].hat])
        return connection

    yield entered
    app.execute("rollback")


@pytest.fixture
def outbox(db: None) -> list[Any]:
    """Mail that was sent."""
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def journalled(owner: psycopg.Connection[Any]) -> Callable[[str], list[dict[str, Any]]]:
    """The journal's entries of an act, as what they say."""

    def entries(act: str) -> list[dict[str, Any]]:
        rows = owner.execute("select payload from base_journal_entry where act = %s order by id", [act]).fetchall()
        return [json.loads(row[0]) for row in rows]

    return entries
