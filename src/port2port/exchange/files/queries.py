"""Reading how the own organisation takes partners' files, under the policy."""

from collections.abc import Sequence
from uuid import UUID

from port2port.base.errors import NotFound
from port2port.exchange.files.mapping import Mapping, as_mapping, head_digest
from port2port.exchange.files.models import FileMapping

KIND = "file_mapping"


def file_mappings() -> list[FileMapping]:
    """Return the mappings of the own organisation, by name."""
    return list(FileMapping.objects.order_by("name"))


def file_mapping(identifier: UUID) -> FileMapping:
    """Return one of them. Raises NotFound."""
    found = FileMapping.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound(kind=KIND, record=identifier)
    return found


def body_of(row: FileMapping) -> Mapping:
    """Return what a row says; whether it still goes with the fields that there are is asked when it is used."""
    return as_mapping(row.body)


def mappings_for(head: Sequence[str]) -> list[FileMapping]:
    """Return the mappings from which one for these columns is proposed: of the same columns first, then the newest."""
    digest = head_digest(head)
    return sorted(FileMapping.objects.order_by("-changed_at"), key=lambda row: row.head != digest)
