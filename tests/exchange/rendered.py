"""Rendering for tests, as the worker does it, and what somebody then sees of it."""

from typing import Any

import msgspec
from django.db import connection

from port2port.base.clock import now
from port2port.exchange.store.rendering import render_due
from port2port.members.acting import acting_as_system


def render() -> int:
    """Work off all that is due."""
    done = 0
    while True:
        with acting_as_system("worker"):
            round_ = render_due(at=now())
        done += round_
        if not round_:
            return done


def objects(condition: str = "record_id is not null", *arguments: Any) -> list[dict[str, Any]]:
    """The objects that the current actor may read in the table, as they are stored."""
    with connection.cursor() as cursor:
        cursor.execute(f"select body from exchange_object where {condition} order by added", arguments)
        return [msgspec.json.decode(row[0]) for row in cursor.fetchall()]


def kinds(found: list[dict[str, Any]]) -> set[str]:
    return {one["type"] for one in found}
