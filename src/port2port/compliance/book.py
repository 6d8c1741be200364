"""The rules that hold here: those that ship, and those that administrators wrote and switched on."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

import msgspec

from port2port.compliance.models import RuleChange
from port2port.compliance.obligations import Rulebook
from port2port.compliance.reading import document_of, extended, rulebook

NAME = "rules"
FINGERPRINT = 16


@dataclass(frozen=True)
class InForce:
    """The rules that hold, and what tells them from others: what was worked out by others is worked out again."""

    book: Rulebook
    fingerprint: str


def rules_in_force() -> InForce:
    """Return the rules that hold now. One query; the rulebook itself is kept until a rule is switched."""
    return _made(tuple(RuleChange.objects.filter(state="on").order_by("decided_at", "id").values_list("id", flat=True)))


@lru_cache(maxsize=4)
def _made(identifiers: tuple[UUID, ...]) -> InForce:
    changes = {one.id: one for one in RuleChange.objects.filter(id__in=identifiers)}
    book = with_changes(rulebook(), [changes[key] for key in identifiers if key in changes])
    return InForce(book, hashlib.sha256(msgspec.json.encode(document_of(book))).hexdigest()[:FINGERPRINT])


def with_changes(book: Rulebook, changes: Iterable[RuleChange]) -> Rulebook:
    """Return rules with more of them; a new version gives the one before its last day.

    Raises ValueError with a line per problem.
    """
    for change in changes:
        more = {"rules": [*_ended(book, change), change.entry], "events": change.events}
        book = extended(book, more, name=NAME)
    return book


def _ended(book: Rulebook, change: RuleChange) -> list[dict[str, object]]:
    """Return the version before, with its last day, where it had none."""
    older = [rule for rule in book.rules if rule.code == change.code and rule.version < change.version]
    if not older or older[-1].valid_until is not None:
        return []
    try:
        last = day_before(change.entry["valid_from"])
    except (KeyError, TypeError, ValueError, OverflowError):  # no day: the reader says so, by field
        return []
    document = {(one["code"], one["version"]): one for one in document_of(book)["rules"]}
    return [document[older[-1].code, older[-1].version] | {"valid_until": last}]


def day_before(day: str) -> str:
    """Return the day before one, both as ISO 8601; raises ValueError where that is none."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
