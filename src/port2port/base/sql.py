"""SQL kept in files of its own, run by migrations: policies and definer functions are read better as SQL."""

from pathlib import Path

from django.db.migrations.operations import RunSQL


def run_file(migration: str, *names: str) -> list[RunSQL]:
    """Return operations that run `<app>/sql/<name>.sql`; `migration` is the calling file's `__file__`."""
    folder = Path(migration).parent.parent / "sql"
    return [RunSQL((folder / f"{name}.sql").read_text(encoding="utf-8")) for name in names]
