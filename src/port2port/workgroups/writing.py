"""What every write of a group stands on: the audience, the envelope, the next version. Used by the actions only."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.finding.indexing import search_words
from port2port.members.data_files import LANGUAGES
from port2port.reports.addressing import terms_for
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.addressing import reporter
from port2port.sharing.audiences import Audience
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from port2port.workgroups import queries
from port2port.workgroups.models import Group

TERMS_OF = "other"  # no threat: the security of ports, on the basis open to the kind of organisation
ONLY_KEEPERS = _("Only the chair and the secretaries of the group do this.")
ONLY_MEMBERS = _("Only those who sit in the group do this.")
CHANGED = _("Somebody else changed this while you were writing. Load it again; your text is kept.")


def kept(group: UUID) -> Group:
    """Return a group that the actor keeps. Raises NotFound, Refused, Conflict when it is closed."""
    found = queries.group(group)
    if found.closed_at is not None:
        raise Conflict(_("This group is closed."))
    if not queries.keeps(found):
        raise Refused(ONLY_KEEPERS)
    return found


def sat_in(group: UUID) -> Group:
    """Return a group in which the actor sits under this hat. Raises NotFound, Refused, Conflict."""
    found = queries.group(group)
    if found.closed_at is not None:
        raise Conflict(_("This group is closed."))
    if not queries.sits(found):
        raise Refused(ONLY_MEMBERS)
    return found


def audience_of(group: Group, *, persons: Collection[UUID] = (), tlp: Tlp | None = None) -> Audience:
    """Return the whole group as an audience, or those named of it. Raises Invalid naming `persons` or `tlp`."""
    if not set(persons) <= {seat.person for seat in queries.seats(group)}:
        raise Invalid([Problem("persons", _("Choose people of the group."))])
    return audiences.build(
        tuple(persons) or (group.circle_id,), Tlp(group.tlp) if tlp is None else tlp, field="persons"
    )


def same_audience(record: Record) -> Audience:
    """Return the audience of a record of the group for another one: what is said under an item stays as narrow."""
    return audiences.build(record.addressed, Tlp(record.tlp), field="persons")


def published(kind: str, group: Group, audience: Audience, *, text: str, at: datetime) -> Record:
    """Make the envelope of something that a group writes."""
    return sharing.publish(
        kind, audience=audience, terms=terms_for(TERMS_OF, reporter()), at=at, text=text,
        provenance="invented" if group.invented else "member",
    )  # fmt: skip


def touch(record: Record, *, expected: int, at: datetime, text: str | None = None, act: str = "changed") -> None:
    """Make the next version, found by these words (None: as before). Raises NotFound, Refused, Conflict."""
    if record.version != expected:
        raise Conflict(CHANGED)
    with connection.cursor() as cursor:
        cursor.execute(
            "select workgroups_touch(%s, %s, %s)", [record.id, expected, None if text is None else search_words(text)]
        )
    journal.write(f"{record.kind}.{act}", kind=record.kind, record=record.id, at=at, version=expected + 1)


def language_problems(language: str) -> list[Problem]:
    """Return what is wrong with the language of a text."""
    return [] if language in LANGUAGES else [Problem("language", _("Choose a language."))]


def raise_for(problems: Collection[Problem]) -> None:
    """Raise Invalid when there is anything wrong."""
    if problems:
        raise Invalid(problems)


def found(row: queries.Row | None) -> queries.Row:
    """Return a row that is there. Raises NotFound."""
    if row is None:
        raise NotFound()
    return row
