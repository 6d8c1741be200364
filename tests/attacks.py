"""Raw SQL as the serving role, which must be refused; the fixture `enter` says as whom it is tried."""

from typing import Any

import psycopg
import pytest

FORBIDDEN = "42501"  # insufficient privilege; a policy's check says the same


def refused(connection: psycopg.Connection[Any], sql: str, *arguments: Any) -> str:
    """Run a statement that must fail, and return the code of the error."""
    connection.execute("savepoint attack")
    with pytest.raises(psycopg.Error) as error:
        connection.execute(sql, arguments)
    connection.execute("rollback to savepoint attack")
    return error.value.sqlstate or ""
