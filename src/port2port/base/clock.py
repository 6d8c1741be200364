"""The clock. Edges (pages, API, commands, tasks) read it once and hand the moment on; nothing deeper does."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)
