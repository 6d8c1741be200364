"""What a session may read of the journal: its own entries, and its organisation's with the act `audit`.

By time only. Nothing here counts or compares who reads what: that would make the journal a tool against colleagues.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.base import journal
from port2port.base.errors import Refused
from port2port.base.journal import Entry
from port2port.base.models import JournalEntry, JournalLeaf
from port2port.members.acting import current_actor
from port2port.members.models import Person

PAGE = 50
MOST_EXPORTED = 10_000


@dataclass(frozen=True)
class Wanted:
    """Which entries: mine or my organisation's, one act, from a day to a day (both included)."""

    organisation: bool = False
    act: str = ""
    since: date | None = None
    until: date | None = None
    before: UUID | None = None


def entries(wanted: Wanted, *, most: int = PAGE) -> list[Entry]:
    """Return the newest entries that fit. Raises Refused for the organisation's without the act `audit`."""
    actor = current_actor()
    if wanted.organisation:
        if actor.organisation is None or not actor.may("audit"):
            raise Refused(_("The organisation's journal is read by its administrators and data-protection officers."))
        chosen = JournalEntry.objects.filter(organisation=actor.organisation)
    else:
        chosen = JournalEntry.objects.filter(actor=actor.person)
    if wanted.act:
        chosen = chosen.filter(act=wanted.act)
    if wanted.since:
        chosen = chosen.filter(at__gte=_midnight(wanted.since), id__gte=_about(_midnight(wanted.since)))
    if wanted.until:
        chosen = chosen.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    if wanted.before:
        chosen = chosen.filter(id__lt=wanted.before)
    rows = list(chosen.order_by("-id")[:most])
    places = dict(JournalLeaf.objects.filter(entry__in=[row.id for row in rows]).values_list("entry", "place"))
    return [journal.read(row.id, row.at, places.get(row.id), row.payload) for row in rows]


def names_of_own(found: Iterable[Entry]) -> dict[UUID, str]:
    """Return the names of people of the own organisation who stand in these entries; all others stay ids."""
    actor = current_actor()
    ids: set[UUID] = set()
    for entry in found:
        ids.update(key for key in (entry.actor, *_ids(entry.details.values())) if key)
    names: dict[UUID, str] = {}
    if actor.organisation is not None:
        own = Person.objects.filter(id__in=ids, memberships__organisation_id=actor.organisation)
        names = dict(own.values_list("id", "name"))
    if actor.person in ids:
        names[actor.person] = actor.name
    return names


def details_words(entry: Entry, names: dict[UUID, str]) -> str:
    """Return an entry's details as one line: codes, numbers, ids; own people by name."""
    parts = []
    for name, value in entry.details.items():
        values = value if isinstance(value, list) else [value]
        shown = [names.get(key, _short(key)) if (key := _id(one)) else str(one) for one in values[:10]]
        more = f" +{len(values) - len(shown)}" if len(values) > len(shown) else ""
        parts.append(f"{name.replace('_', ' ')}: {', '.join(shown)}{more}")
    return "; ".join(parts)


def _ids(values: Iterable[Any]) -> Iterable[UUID]:
    for value in values:
        for one in value if isinstance(value, list) else [value]:
            key = _id(one)
            if key:
                yield key


def _id(value: Any) -> UUID | None:
    if not isinstance(value, str) or len(value) != len("00000000-0000-0000-0000-000000000000"):
        return None
    try:
        return UUID(value)
    except ValueError:
        return None


def _short(key: UUID) -> str:
    return f"…{str(key)[-12:]}"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _about(at: datetime) -> UUID:
    """Return a UUIDv7 that no entry of this moment precedes: an hour earlier, since `at` may come from the caller."""
    milliseconds = max(0, int((at - timedelta(hours=1)).timestamp() * 1000))
    return UUID(int=milliseconds << 80)
