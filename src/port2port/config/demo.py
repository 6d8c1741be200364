"""Whether demo mode is safe here. In demo mode anyone who reaches the program signs in as anyone."""

import os

import psycopg

from .options import LOOPBACK, Options, load
from .roles import connect


def seeded_as_demo(url: str) -> bool:
    """Say whether the seed marked this database as a demo (base_setting: demo). No such table: no demo.

    Raises psycopg.OperationalError when the database does not answer.
    """
    with connect(url) as connection:
        if connection.execute("select to_regclass('base_setting') is null").fetchone() == (True,):
            return False
        row = connection.execute("select value from base_setting where key = 'demo'").fetchone()
    return row is not None and row[0] not in {"", "0", "false", "no"}


def why_not_demo(options: Options) -> str:
    """Return why demo mode must stay off with these settings, or nothing if it may be on.

    Beside a database that somebody named (DATABASE_URL) it is off whatever the settings say, unless the seed itself
    marked that database as a demo.
    """
    if options.host not in LOOPBACK:
        return f"PORT2PORT_HOST={options.host} can be reached from other machines"
    if options.embedded:
        return ""
    try:
        marked = seeded_as_demo(options.database_url)
    except psycopg.Error as problem:
        return f"DATABASE_URL names a real database, which does not answer ({str(problem).strip()})"
    return "" if marked else "DATABASE_URL names a real database that was not seeded as a demo"


def mark_as_demo() -> None:
    """Write into the database, as its owner, that its data is the demo's. The seed calls it last.

    Raises psycopg.Error, BadOption.
    """
    owner = load({**os.environ, "PORT2PORT_AS": "owner"}).database_owner_url
    with connect(owner) as connection:
        connection.execute(
            "insert into base_setting (key, value) values ('demo', 'yes') "
            "on conflict (key) do update set value = excluded.value"
        )
