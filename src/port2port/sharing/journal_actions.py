"""Writes about the journal and the glass that pages need: erase entries, tell that the glass was broken, confirm."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.members.acting import action, current_actor
from port2port.sharing.actions import approve_glass
from port2port.sharing.journal_words import ERASURES
from port2port.sharing.models import Glass

NO_DATA_FOUND = "P0002"


def may_erase() -> None:
    """Raise Refused without the act `erase`."""
    if not current_actor().may("erase"):
        raise Refused(_("Only the data-protection officer erases entries."))


@action
def erase_entries(entries: Sequence[UUID], *, reason: str, at: datetime) -> int:
    """Erase what these entries of the own organisation say, all or none; proofs stay valid. Returns how many.

    Raises Refused without the act `erase`, Invalid for the choice, Conflict when one cannot be erased (yet).
    """
    may_erase()
    problems = []
    if not entries:
        problems.append(Problem("entries", _("Choose the entries to erase.")))
    if reason not in ERASURES:
        problems.append(Problem("reason", _("Choose a reason.")))
    if problems:
        raise Invalid(problems)
    try:
        with transaction.atomic():
            journal.erase(entries, reason=reason, at=at)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) != NO_DATA_FOUND:
            raise
        raise Conflict(
            _("One of these cannot be erased: it is not sealed yet, was erased before, or is an erasure itself.")
        ) from error
    return len(entries)


@action
def approve_and_tell(request: UUID, *, at: datetime) -> None:
    """Approve breaking the glass as the second person, and queue the mail to the owner's people."""
    approve_glass(request, at=at)
    app.configure_task("sharing.tell_glass").defer(request=str(request))


@action
def confirm_seen(request: UUID, *, at: datetime) -> None:
    """Confirm for the own organisation that it was noticed. Raises NotFound for what is not ours."""
    actor = current_actor()
    seen = Glass.objects.filter(
        id=request, owner_id=actor.organisation, approved_at__isnull=False, seen_by_owner_at=None
    ).update(seen_by_owner_at=at)
    if not seen:
        raise NotFound()
    journal.write("glass.seen", kind="glass", at=at, request=request)
