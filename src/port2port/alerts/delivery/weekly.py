"""The weekly digest: the day one wishes it, and each digest on its way. What stands in it is made by `home.news`.

One digest for a person and week: the row is made once, its id is the message id of every try. A try is claimed and
committed, sent outside any transaction, and settled; whoever was killed in between sends the same message id again,
which mail readers drop (RFC 5322 section 3.6.4), as with notices of alerts.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Literal
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import connection

from port2port.alerts.delivery.models import Weekly
from port2port.alerts.delivery.rules import Quiet, digest_due
from port2port.base.errors import NotFound
from port2port.members.acting import action, current_actor

SALT = "port2port.weekly"
Outcome = Literal["sent", "empty", "failed"]


@dataclass(frozen=True)
class Claimed:
    """A digest to write: for whom, in which language, under which hats they read, about which time."""

    id: UUID
    person: UUID
    email: str
    language: str
    hats: tuple[UUID, ...]
    since: datetime
    until: datetime


def weekday() -> int:
    """Return on which day the actor wishes the digest (Monday is 1); 0: not at all."""
    row = Weekly.objects.first()
    return row.weekday if row else 0


@action
def choose_weekday(day: int, *, on: date) -> None:
    """Set on which day the actor wishes the digest; 0: not at all. `on`: today, where they are."""
    person = current_actor().person
    if not day:
        Weekly.objects.filter(person_id=person).delete()
    elif weekday() != day:  # chosen again it stays as old as it is: what was due stays due
        Weekly.objects.update_or_create(person_id=person, defaults={"weekday": day, "chosen_on": on})


# For the worker: each is one transaction as the principal "worker".


@action
def plan_digests(*, at: datetime, zone: tzinfo) -> int:
    """Make and queue the digests that are due and fall into nobody's quiet hours. Returns how many are new."""
    today = at.astimezone(zone).date()
    with connection.cursor() as cursor:
        cursor.execute("select person, quiet_from, quiet_to from alerts_digests_due(%s)", [today])
        rows = cursor.fetchall()
        people = [person for person, *ends in rows if digest_due(_quiet(*ends), at=at, zone=zone)]
        cursor.execute("select alerts_digests_plan(%s, %s, %s)", [people, today, at])
        made: int = cursor.fetchone()[0]
        return made


@action
def claim_digest(digest: UUID) -> Claimed | None:
    """Begin a try; nothing when it was sent, or is wanted no more."""
    with connection.cursor() as cursor:
        cursor.execute("select person, email, language, hats, since, until from alerts_digest_claim(%s)", [digest])
        row = cursor.fetchone()
    if row is None:
        return None
    person, email, language, hats, since, until = row
    return Claimed(digest, person, email, language, tuple(hats), since, until)


@action
def settle_digest(digest: UUID, outcome: Outcome) -> None:
    """Write down what became of it."""
    with connection.cursor() as cursor:
        cursor.execute("select alerts_digest_settle(%s, %s)", [digest, outcome])


def ending_token(person: UUID) -> str:
    """Return what the link in a person's digest is signed with: it ends that digest and opens nothing."""
    return Signer(salt=SALT).sign(str(person))


@action
def end_by_token(token: str) -> None:
    """End the digest of whom a link is for; as the principal "identity". Raises NotFound for one that is not ours."""
    try:
        person = UUID(Signer(salt=SALT).unsign(token))
    except (BadSignature, ValueError):
        raise NotFound from None
    with connection.cursor() as cursor:
        cursor.execute("select alerts_digest_stop(%s)", [person])


def _quiet(start: time | None, end: time | None) -> Quiet | None:
    return None if start is None or end is None else Quiet(start, end, urgent_overrides=False, digest=False)
