"""SQL kept in files of its own, run by migrations: policies and definer functions are read better as SQL."""

from pathlib import Path
from typing import Any

from django.db.migrations.operations import RunSQL
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
    return [*files, DeleteAlong()]


class DeleteAlong(Operation):
    """Give each foreign key of this app the `on delete` of its model, but those to members.

    It reads the state of the models as it is written down: making classes of them all, as `RunPython` does, takes
    longer than the rest of a migration.
    """

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing that Django knows of."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Alter the constraints that do nothing yet."""
        for (app, name), model in to_state.models.items():
            if app != app_label:
                continue
            table = model.options.get("db_table", f"{app}_{name}")
            for attribute, field in model.fields.items():
                does = (
                    IN_THE_DATABASE.get(field.remote_field.on_delete) if field.many_to_one or field.one_to_one else None
                )
                if does and _app_of(field.remote_field.model) != ENDED_NOT_DELETED:
                    _alter(schema_editor, table, field.db_column or f"{attribute}_id", does)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Leave them: the tables go with their own migration."""

    def describe(self) -> str:
        """Return what `migrate --plan` says of it."""
        return "Delete in the database what the models delete along"


def _app_of(target: Any) -> str:
    return str(target).partition(".")[0].lower() if isinstance(target, str) else str(target._meta.app_label)


def _alter(editor: Any, table: str, column: str, does: str) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, [table, column])
        found = cursor.fetchall()
    for name, definition in found:
        kept = definition.split(" DEFERRABLE")[0]
        editor.execute(f'alter table "{table}" drop constraint "{name}"')
        editor.execute(
            f'alter table "{table}" add constraint "{name}" {kept} on delete {does} deferrable initially deferred'
        )
