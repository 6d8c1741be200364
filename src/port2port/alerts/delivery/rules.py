"""When somebody is told: quiet hours, the daily digest, what is urgent. Plain values only."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from uuid import UUID

DELIVER = "deliver"  # the queue of its own: a receiver that hangs keeps no mail and no seal waiting
URGENT = "Immediate"
WEBHOOKS_MOST = 10
SUBSCRIPTIONS_MOST = 20
CONTACTS_MOST = 5
ONE_DAY = timedelta(days=1)
FIRST_HOUR = 6  # no digest before, by the clock on the wall


@dataclass(frozen=True)
class Quiet:
    """The quiet hours of a person, by the clock on the wall; equal ends mean none."""

    start: time
    end: time
    urgent_overrides: bool
    digest: bool


@dataclass(frozen=True)
class Candidate:
    """A way in which somebody who may see an alert can be told of it."""

    channel: str
    target: str
    person: UUID | None
    urgent_only: bool = False
    quiet: Quiet | None = None


def quiet_until(quiet: Quiet, *, at: datetime, zone: tzinfo) -> datetime | None:
    """Return when the quiet hours end that `at` (aware) falls into, or nothing when it falls into none.

    They are meant by the clock on the wall. On the night in which the clock goes back they end at the second of two
    equal times when the first has passed; an end that the clock leaps over is the same moment an hour later by it.
    """
    local = at.astimezone(zone)
    now = local.time()
    if quiet.start <= quiet.end:
        within, days = quiet.start <= now < quiet.end, 0
    else:
        within, days = now >= quiet.start or now < quiet.end, int(now >= quiet.start)
    return _moment(local, quiet.end, days, at=at) if within else None


def digest_due(quiet: Quiet | None, *, at: datetime, zone: tzinfo) -> bool:
    """Tell whether a weekly digest may go now, on its day: not before the morning, not in quiet hours."""
    if at.astimezone(zone).hour < FIRST_HOUR:
        return False
    return quiet is None or quiet_until(quiet, at=at, zone=zone) is None


def next_digest(quiet: Quiet, *, at: datetime, zone: tzinfo) -> datetime:
    """Return the next moment after `at` at which a person who asked for a digest is told."""
    local = at.astimezone(zone)
    return _moment(local, quiet.end, int(local.time() >= quiet.end), at=at)


def _moment(local: datetime, end: time, days: int, *, at: datetime) -> datetime:
    # Compared as moments: two times of one zone compare by the wall clock, which stands twice at some of them.
    moment = datetime.combine(local.date() + timedelta(days=days), end, tzinfo=local.tzinfo)
    if moment.timestamp() <= at.timestamp():
        moment = moment.replace(fold=1)
    return moment


def told_at(candidate: Candidate, *, urgent: bool, at: datetime, zone: tzinfo) -> datetime | None:
    """Return when a candidate is told of an alert: now, later, or never (nothing) when they want urgent ones only."""
    if candidate.urgent_only and not urgent:
        return None
    quiet = candidate.quiet
    if quiet is None or (urgent and quiet.urgent_overrides):
        return at
    if quiet.digest and not urgent:
        return next_digest(quiet, at=at, zone=zone)
    return quiet_until(quiet, at=at, zone=zone) or at
