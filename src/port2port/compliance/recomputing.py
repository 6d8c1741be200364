"""Working out what is owed and writing it: one subject with each event, all whose state turns by the day, or all."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from port2port.compliance import stored
from port2port.compliance.book import InForce, rules_in_force
from port2port.compliance.deadlines import computed
from port2port.compliance.models import Subject

AT_ONCE = 40  # subjects: what their histories take in memory, and how long their rows stay locked


def recompute(subjects: Sequence[UUID], *, at: datetime, rules: InForce | None = None) -> int:
    """Work out these subjects whole and write what differs, within the caller's transaction. Returns the rows written.

    Whole, though one event changes little: it takes a few milliseconds, and nothing can be left behind.
    """
    rules = rules_in_force() if rules is None else rules
    known = rules.book.for_subject
    held = [
        (one.id, computed(one.subject, one.events, rules.book, at=at))
        for one in stored.histories(subjects, rules.book.zone)
        if one.subject.kind in known
    ]
    return stored.keep(held, rules.book, fingerprint=rules.fingerprint, at=at)


def stale(*, at: datetime) -> list[UUID]:
    """Return the subjects whose state turns by now, or that other rules worked out, the longest waiting first."""
    rules = rules_in_force()
    found = Subject.objects.filter(Q(wakes__lte=at) | ~Q(book=rules.fingerprint))
    return list(found.order_by("wakes", "id").values_list("id", flat=True))


def every() -> list[UUID]:
    """Return all subjects that one sees."""
    return list(Subject.objects.order_by("id").values_list("id", flat=True))


def batches(subjects: Sequence[UUID]) -> list[tuple[UUID, ...]]:
    """Return subjects in parts that are worked out in a transaction each."""
    return [tuple(subjects[start : start + AT_ONCE]) for start in range(0, len(subjects), AT_ONCE)]
