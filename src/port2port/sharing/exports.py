"""Files that left: remembered with what was in them, so that whoever holds one is told when its record is withdrawn.

TLP:RED is for the eyes of named persons (FIRST, TLP 2.0) and leaves only by two of them (`pairs`): the database
holds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.base import journal, rows
from port2port.base.errors import NotFound, Refused
from port2port.members.acting import action, current_actor
from port2port.members.models import Organisation
from port2port.members.queries import called
from port2port.sharing.models import Export, Record
from port2port.sharing.sheets import Mark
from port2port.sharing.tlp import Tlp

SHOWN = 200
OWN_PAPERS = frozenset({"declaration"})  # kinds whose stewards take out their own: forms that are signed on paper
COLUMNS = ("id", "person", "organisation", "at", "kind", "form", "number", "recalled_at", "deleted_at")


@dataclass(frozen=True)
class File:
    """A file that leaves: its name, its bytes, how many records are in it."""

    name: str
    body: bytes
    number: int


def taker(kind: str = "") -> Organisation:
    """Return the organisation for which the actor takes a file out.

    Raises Refused without the act `export`, unless `kind` is a form that its stewards print: the database looks.
    """
    actor = current_actor()
    own = kind in OWN_PAPERS and actor.may("report")
    if actor.organisation is None or not (actor.may("export") or own):
        raise Refused(_("None of your roles in this organisation may export."))
    return Organisation.objects.get(id=actor.organisation)


def mark(export: UUID, number: int, *, at: datetime, red: bool = False, kind: str = "") -> Mark:
    """Return what a file of the actor's says about itself. Names no person: their id is enough for who must know.

    Raises Refused without the act `export`.
    """
    actor = current_actor()
    handling = _("TLP:RED: for you alone.") if red else _("TLP as marked; not to be passed on beyond it.")
    lines = (
        (_("Number of this file"), str(export)),
        (_("Taken out on"), timezone.localtime(at).isoformat(timespec="seconds")),
        (_("For the organisation"), called(taker(kind).names)),
        (_("By the person with the number"), str(actor.person)),
        (_("Records"), str(number)),
        (_("Handling"), handling),
        (_("Left out"), "" if red else _("TLP:RED is left out: it leaves by two persons.")),
        (_("When it is withdrawn"), _("Delete this file when you are told that something in it was withdrawn.")),
    )
    return Mark(export, lines, handling)


def may_leave(record: Record) -> bool:
    """Say whether a record may stand in a file at all."""
    return record.tlp < Tlp.RED


@action
def remember(
    export: UUID, *, kind: str, form: str, records: Sequence[UUID], at: datetime, circle: UUID | None = None
) -> None:
    """Remember and journal that the actor takes these records out, under a number that stands in the file.

    `circle`: it holds what only this circle of persons sees. TLP:RED needs an approved pair, which is used up.
    Raises Refused without the act `export`, NotFound for what one does not see and for TLP:RED without a pair.
    """
    rows.insert(
        Export(
            id=export, person_id=current_actor().person, organisation=taker(kind), at=at, kind=kind, form=form,
            number=len(records), records=list(records), circle=circle, recalled_at=None, deleted_at=None,
        )
    )  # fmt: skip
    journal.write(f"{kind}.exported", kind=kind, at=at, count=len(records), form=form, export=export)


@action
def confirm_deleted(export: UUID, *, at: datetime) -> None:
    """Confirm that one has deleted a file that was recalled. Raises NotFound for any other file."""
    actor = current_actor()
    own = Export.objects.filter(id=export, person_id=actor.person, recalled_at__isnull=False, deleted_at=None)
    if not own.update(deleted_at=at):
        raise NotFound()
    journal.write("export.deleted", kind="export", at=at, export=export)


def own() -> list[Export]:
    """Return what the actor exported, newest first."""
    return list(Export.objects.only(*COLUMNS).filter(person_id=current_actor().person).order_by("-at")[:SHOWN])


def of_organisation() -> list[Export]:
    """Return what others of the own organisation exported, newest first; nothing without the act `audit`."""
    actor = current_actor()
    if actor.organisation is None or not actor.may("audit"):
        return []
    found = Export.objects.only(*COLUMNS).filter(organisation_id=actor.organisation).exclude(person_id=actor.person)
    return list(found.order_by("-at")[:SHOWN])


def recalled(person: UUID) -> int:
    """Return how many files of a person hold something that was withdrawn and are not deleted yet."""
    return Export.objects.filter(person_id=person, recalled_at__isnull=False, deleted_at=None).count()
