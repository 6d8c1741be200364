"""Rows to and from tables on the paths that count: the statement is written once per process, not once per call.

The query compiler takes longer to write an INSERT of thirty columns than PostgreSQL to run it. Everything else (guards,
policies, conversions of the fields) is the same, since it is the same connection and the same fields.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)
Converter = Callable[[Any, Any, Any], Any]
Arguments = Sequence[Any] | Mapping[str, Any]


@cache
def columns(model: type[models.Model], alias: str) -> str:
    """Return all columns of a table, under an alias, as they stand in a select."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


@cache
def _read(model: type[models.Model]) -> tuple[list[str], list[tuple[int, Converter]]]:
    fields = model._meta.concrete_fields
    converters = [(i, one) for i, field in enumerate(fields) for one in field.get_db_converters(connection)]
    return [field.attname for field in fields], converters


def width(model: type[models.Model]) -> int:
    """Return how many columns a table has."""
    return len(model._meta.concrete_fields)


def read(model: type[Row], values: Sequence[Any]) -> Row:
    """Return the row of a model from the values of `columns`, in that order."""
    names, converters = _read(model)
    if converters:
        values = list(values)
        for index, convert in converters:
            values[index] = convert(values[index], None, connection)
    row = made(model, dict(zip(names, values, strict=True)))
    row._state.adding, row._state.db = False, connection.alias
    return row


def made(model: type[Row], values: Mapping[str, Any]) -> Row:
    """Return a row that is not there yet, from the values of all its columns by the names of their attributes.

    As Model(**values), without its walk through every field, which takes longer than all else that is done with a row.
    """
    row = model.__new__(model)
    row._state = ModelState()
    row.__dict__.update(values)
    return row


def select(model: type[Row], condition: str, arguments: Sequence[Any]) -> list[Row]:
    """Return the rows `t` of a model that fulfil a condition (SQL with %s; never text from outside)."""
    with connection.cursor() as cursor:
        cursor.execute(f'select {columns(model, "t")} from "{model._meta.db_table}" t where {condition}', arguments)
        return [read(model, row) for row in cursor.fetchall()]


def check_now(*constraints: str) -> None:
    """Let the database check deferred constraints (names of ours) now: its answer comes here, not with the commit.

    They are deferred again after it.
    """
    named = ", ".join(constraints)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set constraints {named} immediate")
        cursor.execute(f"set constraints {named} deferred")


@cache
def _insert(model: type[models.Model]) -> str:
    fields = model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    return f'insert into "{model._meta.db_table}" ({names}) values ({", ".join(["%s"] * len(fields))})'


@contextmanager
def together() -> Iterator[None]:
    """Send the statements within one after the other without waiting for each: libpq's pipeline mode.

    They run in this order, each under its policies and triggers. What one of them raises is raised here at the end, or
    where something is read within.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def planned(statement: str, arguments: Arguments) -> list[tuple[Any, ...]]:
    """Return what a statement selects, by one plan for all that it is ever asked with, in one trip to the database.

    For what looks up few rows by index in any case, under policies that take longer to plan than to run: PostgreSQL
    would plan it each time, since it cannot know that (its manual, `plan_cache_mode`). Tables that are analysed since
    let it plan once more.
    """
    [found] = planned_together([statement], arguments)
    return found


def planned_together(statements: Sequence[str], arguments: Arguments) -> list[list[tuple[Any, ...]]]:
    """Return what each of these statements selects with the same arguments: as `planned`, in one trip for all."""
    with together(), ExitStack() as opened:
        mode, *cursors = [opened.enter_context(connection.cursor()) for _cursor in range(len(statements) + 1)]
        mode.execute("set local plan_cache_mode = force_generic_plan")
        for cursor, statement in zip(cursors, statements, strict=True):
            cursor.execute(statement, arguments)
        mode.execute("set local plan_cache_mode = auto")
        return [cursor.fetchall() for cursor in cursors]


def insert(row: models.Model) -> None:
    """Insert a row whose every column is known here, its key too."""
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in row._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(_insert(type(row)), values)
    row._state.adding, row._state.db = False, connection.alias


@cache
def _insert_many(model: type[models.Model], *, if_new: bool) -> str:
    fields = model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    # Without its length: a cast would cut a text short, the column refuses it. Binary (%b): as text, each quote within
    # a body of JSON is found and escaped by itself, which takes longer than all the rest.
    types = ((field.db_type(connection) or "").partition("(")[0] for field in fields)
    columns_of = ", ".join(f"%b::{kind}[]" for kind in types)
    unless = " on conflict do nothing" if if_new else ""
    return f'insert into "{model._meta.db_table}" ({names}) select * from unnest({columns_of}){unless}'


def insert_many(found: Sequence[models.Model], *, if_new: bool = False) -> None:
    """Insert rows of one model in one statement, a parameter for each column: ten times as fast as a list of rows.

    Every column is known here, and holds one value as the driver takes it: no lists, no JSON. `if_new`: a row that is
    there already, seen or not, stays as it is.
    """
    if found:
        model = type(found[0])
        values = [[getattr(row, field.attname) for row in found] for field in model._meta.concrete_fields]
        with connection.cursor() as cursor:
            cursor.execute(_insert_many(model, if_new=if_new), values)


def delete(model: type[models.Model], identifier: Any) -> int:
    """Delete the row of an id in one statement, and return how many that was: 0 for one that the policy keeps.

    What hangs on it goes along in the database (`base.sql.DeleteAlong`). Django would first delete in Python what it
    sees of that, and is refused where nobody but the database may touch it.
    """
    with connection.cursor() as cursor:
        cursor.execute(f'delete from "{model._meta.db_table}" where id = %s', [identifier])
        return int(cursor.rowcount)
