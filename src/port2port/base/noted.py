"""What commands that the owner runs leave in the database for members to read: that a restore was tested, and so on.

Only the owner writes `base_setting`; each fact is one row, a JSON object, and the newest takes the place of the last.
Knows no models: backup and restore run without Django's tables.
"""

import json
from datetime import datetime
from typing import Any

from django.db import connection

RESTORE_TESTED, JOURNAL_VERIFIED = "restore_tested", "journal_verified"
WRITE = "insert into base_setting (key, value) values (%s, %s) on conflict (key) do update set value = excluded.value"


def note(key: str, *, at: datetime, **facts: Any) -> None:
    """Leave a fact, as the owner."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [key, said(at=at, **facts)])


def said(*, at: datetime, **facts: Any) -> str:
    """Return a fact as it is kept."""
    return json.dumps({"at": at.isoformat(), **facts}, sort_keys=True)


def noted(key: str) -> dict[str, Any]:
    """Return a fact with its moment `at`, or nothing. What is no fact of ours counts as none."""
    with connection.cursor() as cursor:
        cursor.execute("select value from base_setting where key = %s", [key])
        row = cursor.fetchone()
    try:
        found = json.loads(row[0]) if row is not None else {}
        return {**found, "at": datetime.fromisoformat(found["at"])} if found else {}
    except (ValueError, KeyError, TypeError):
        return {}
