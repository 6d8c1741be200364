"""What the organisation's own machines got: noted when it is sent, whatever its mark."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection

Form = Literal["stix", "misp", "cap", "geojson"]


def note(records: Iterable[UUID], form: Form, *, at: datetime) -> None:
    """Write down that the acting machine got these records; nothing for a person, who is no system."""
    wanted = sorted(set(records))
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute("select exchange_got(%s::uuid[], %s, %s)", [wanted, form, at])
