"""Following and ending it. Not journalled: what somebody wishes to hear of is nobody else's business."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, NotFound, Problem
from port2port.home.following.models import Follow
from port2port.home.following.subjects import RECORD, SUBJECTS
from port2port.members.acting import action, current_actor
from port2port.sharing.models import Record

MOST = 300  # what one person can follow


@action
def follow(subject: str, key: str, *, at: datetime) -> Follow:
    """Follow something as the actor; following it again changes nothing. Returns the row.

    Raises Invalid for what is no threat, port or subject and for too many, NotFound for a record one does not see.
    """
    key = _known(subject, key)
    person = current_actor().person
    # Not ON CONFLICT: it would need the right to change a row.
    row = Follow.objects.filter(subject=subject, key=key).first()
    if row is not None:
        return row
    if Follow.objects.count() >= MOST:
        raise Invalid([Problem("key", _("You follow as much as one can. End something first."))])
    row = Follow(person_id=person, subject=subject, key=key, since=at)
    Follow.objects.bulk_create([row])
    return row


@action
def unfollow(subject: str, key: str) -> None:
    """End following something; of what is not followed there is nothing to end."""
    Follow.objects.filter(subject=subject, key=key).delete()


@action
def end_follow(follow: UUID) -> None:
    """End a follow of the actor by its id. Raises NotFound, the same for absent and somebody else's."""
    if not Follow.objects.filter(id=follow).delete()[0]:
        raise NotFound


@action
def sweep() -> int:
    """For the worker: take away follows of records that their person sees no more. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("select home_sweep_follows()")
        swept: int = cursor.fetchone()[0]
        return swept


def _known(subject: str, key: str) -> str:
    """Return the key as it is kept. Raises Invalid, NotFound."""
    if subject == RECORD:
        try:
            identifier = UUID(key)
        except ValueError:
            raise NotFound from None
        if not Record.objects.filter(id=identifier).exists():
            raise NotFound
        return str(identifier)
    if subject not in SUBJECTS:
        raise Invalid([Problem("subject", _("This choice is not possible."))])
    known = SUBJECTS[subject].keys()
    if key not in known:
        raise Invalid([Problem("key", _("This code is not known here."))])
    return key
