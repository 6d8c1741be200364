"""Histories as one tells them: local moments of Brussels, a subject, and what is owed."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from port2port.compliance.deadlines import Held, computed
from port2port.compliance.obligations import Event, Rulebook, Subject
from port2port.compliance.owed import Obligation
from port2port.compliance.reading import rulebook

BRUSSELS = ZoneInfo("Europe/Brussels")
Told = tuple[str, str] | tuple[str, str, Mapping[str, str]]


def local(text: str, *, second: bool = False) -> datetime:
    """Return a moment on the clock of Brussels, in UTC; `second`: of an hour that comes twice, the later one."""
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS, fold=int(second)).astimezone(UTC)


def shown(moment: datetime | None) -> str:
    """Return a moment as the clock of Brussels shows it."""
    return "" if moment is None else f"{moment.astimezone(BRUSSELS):%Y-%m-%d %H:%M:%S}"


def events(told: Iterable[Told]) -> list[Event]:
    """Return a history from (kind, local moment) or (kind, local moment, details)."""
    return [Event(kind, local(at), rest[0] if rest else {}) for kind, at, *rest in told]


def held(
    kind: str,
    told: Iterable[Told],
    at: str,
    attributes: Mapping[str, str] | None = None,
    book: Rulebook | None = None,
) -> Held:
    """Return what a subject owes at a local moment."""
    return computed(Subject(kind, "s", attributes or {}), events(told), book or rulebook(), at=local(at))


def of(held: Held, code: str) -> tuple[Obligation, ...]:
    """Return what one rule obliges to."""
    return held.owed.get(code, ())
