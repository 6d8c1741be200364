"""What the tests of the sharing pages need."""

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.core import mail


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
