"""A protected reporter acts under an alias: for one report, from its first moment (decision 0025)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from port2port.base import journal
from port2port.base.errors import NotFound
from port2port.members.acting import current_actor, entered, translated
from port2port.members.actor import actor_now
from port2port.members.models import Shield


@dataclass(frozen=True)
class Source:
    """Who stands behind an alias: their name and organisation."""

    name: str
    organisation: UUID


@contextmanager
def under_alias(may_know: Sequence[UUID] | None) -> Iterator[None]:
    """Let what is written inside be written by a new alias of the actor; with None, by the actor.

    `may_know` are persons and circles of persons. An error inside undoes all of it, the alias too.
    Raises Refused when the actor may not report or wears an alias already, Invalid for whoever cannot be addressed.
    """
    if may_know is None:
        yield
        return
    real = current_actor()
    with translated(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select person, hat, keys from members_shield(%s)", [list(may_know)])
            person, hat, keys = cursor.fetchone()
        actor_token = actor_now.set(replace(real, person=person, hat=hat, keys=frozenset(keys), name="", shielded=True))
        journal_token = journal.acting.set(journal.Acting(person, hat, real.organisation))
        try:
            yield
        finally:
            journal.acting.reset(journal_token)
            actor_now.reset(actor_token)
        entered(real.person, real.hat)


def source_of(author: UUID, *, kind: str, record: UUID, at: datetime) -> Source | None:
    """Return who stands behind the author of a record if the actor may know; the journal keeps that they looked."""
    with connection.cursor() as cursor:
        cursor.execute("select name, organisation from members_source(%s)", [author])
        row = cursor.fetchone()
    if row is None:
        return None
    journal.write("source.read", kind=kind, record=record, at=at)
    return Source(*row)


def shields() -> list[Shield]:
    """Return the actor's own protected reports, newest first: their hats, not what they say."""
    mine = Shield.objects.filter(behind__person_id=current_actor().person).select_related("behind")
    return list(mine.order_by("-made_at"))


def note_opened(hat: UUID, *, at: datetime) -> None:
    """Note that the actor opens one of the own protected reports now. Raises NotFound."""
    if not Shield.objects.filter(hat_id=hat, behind__person_id=current_actor().person).update(opened_at=at):
        raise NotFound()
