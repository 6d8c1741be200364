"""What is done with how partners' files are read: kept by name, changed, forgotten."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.base.ids import new_id
from port2port.base.text import unreadable
from port2port.exchange.files.mapping import Mapping, head_digest, written
from port2port.exchange.files.models import FileMapping
from port2port.exchange.files.queries import KIND, file_mapping
from port2port.exchange.inbound.actions import receiver
from port2port.members.acting import action, current_actor
from port2port.sharing.rules import REASONS

LONGEST_NAME = 80
MOST = 100  # mappings of an organisation


@action
def keep_mapping(mapping: Mapping, *, name: str, at: datetime) -> FileMapping:
    """Keep a mapping for the own organisation under a name that is free. Raises Refused, Invalid."""
    organisation = receiver()
    name = _named(name, None)
    if FileMapping.objects.count() >= MOST:
        raise Invalid([Problem("name", _("Your organisation keeps enough of them. Delete one first."))])
    made = FileMapping(id=new_id(), organisation_id=organisation, **_values(mapping, name, at))
    made.save(force_insert=True)
    journal.write("file_mapping.made", kind=KIND, at=at, mapping=made.id)
    return made


@action
def change_mapping(
    identifier: UUID, mapping: Mapping | None, *, name: str | None = None, expected: int | None = None, at: datetime
) -> FileMapping:
    """Change what a mapping says, or its name; None: it stays. Raises NotFound, Refused, Conflict, Invalid."""
    receiver()
    row = file_mapping(identifier)
    if expected is not None and row.version != expected:
        raise Conflict(_("Somebody changed it since you read it. Read it again."))
    kept = row.name if name is None else _named(name, row)
    body = {} if mapping is None else {"head": _head(mapping), "body": written(mapping)}
    values = {
        "name": kept,
        "version": row.version + 1,
        "changed_by_id": current_actor().person,
        "changed_at": at,
    } | body
    changed = FileMapping.objects.filter(id=identifier, version=row.version).update(**values)
    if not changed:
        raise Conflict(_("Somebody changed it since you read it. Read it again."))
    journal.write("file_mapping.changed", kind=KIND, at=at, mapping=row.id)
    return file_mapping(identifier)


@action
def forget_mapping(identifier: UUID, *, at: datetime) -> None:
    """Delete a mapping; reports that were made by it stay. Raises NotFound, Refused."""
    receiver()
    row = file_mapping(identifier)
    if not rows.delete(FileMapping, row.id):
        raise Refused(REASONS["no-role"], kind=KIND, record=identifier)
    journal.write("file_mapping.deleted", kind=KIND, at=at, mapping=identifier)


def _named(name: str, row: FileMapping | None) -> str:
    """Return a name as it is kept. Raises Invalid when it is none, or another mapping's."""
    kept = " ".join(name.split())
    if not kept or len(kept) > LONGEST_NAME or unreadable(kept):
        raise Invalid([Problem("name", _("Give it a name of up to 80 characters."))])
    if any(one.name == kept and one != row for one in FileMapping.objects.all()):
        raise Invalid([Problem("name", _("There is one of this name."))])
    return kept


def _head(mapping: Mapping) -> str:
    return head_digest([one.name for one in mapping.columns])


def _values(mapping: Mapping, name: str, at: datetime) -> dict[str, object]:
    return {
        "name": name,
        "head": _head(mapping),
        "body": written(mapping),
        "version": 1,
        "changed_by_id": current_actor().person,
        "changed_at": at,
    }
