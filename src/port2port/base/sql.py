"""SQL kept in files of its own, run by migrations: policies and definer functions are read better as SQL."""

from pathlib import Path
from typing import Any

from django.db.migrations.operations import RunPython, RunSQL
from django.db.migrations.operations.base import Operation
from django.db.models import CASCADE, SET_NULL

ENDED_NOT_DELETED = "members"  # people, organisations and places: nothing goes with them
IN_THE_DATABASE = {CASCADE: "cascade", SET_NULL: "set null"}

_CONSTRAINTS = """select c.conname, pg_get_constraintdef(c.oid) from pg_constraint c
  join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum]
  where c.contype = 'f' and c.confdeltype = 'a' and c.conrelid = %s::regclass and a.attname = %s"""


def run_file(migration: str, *names: str) -> list[Operation]:
    """Return operations that run `<app>/sql/<name>.sql`; `migration` is the calling file's `__file__`.

    After them the database deletes along, or lets go, what the app's models do: Django does it in Python, and what
    expires is deleted in the database.
    """
    app = Path(migration).parent.parent
    files = [RunSQL((app / "sql" / f"{name}.sql").read_text(encoding="utf-8")) for name in names]
    return [*files, RunPython(lambda apps, editor: _delete_along(app.name, apps, editor), RunPython.noop)]


def _delete_along(app: str, apps: Any, editor: Any) -> None:
    """Give each foreign key of this app the `on delete` of its model, but those to members."""
    fields = (field for model in apps.get_app_config(app).get_models() for field in model._meta.local_concrete_fields)
    for field in fields:
        does = IN_THE_DATABASE.get(field.remote_field.on_delete) if field.remote_field else None
        if does is None or field.related_model._meta.app_label == ENDED_NOT_DELETED:
            continue
        table = field.model._meta.db_table
        with editor.connection.cursor() as cursor:
            cursor.execute(_CONSTRAINTS, [table, field.column])
            found = cursor.fetchall()
        for name, definition in found:
            kept = definition.split(" DEFERRABLE")[0]
            editor.execute(f'alter table "{table}" drop constraint "{name}"')
            editor.execute(
                f'alter table "{table}" add constraint "{name}" {kept} on delete {does} deferrable initially deferred'
            )
