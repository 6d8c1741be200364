"""Pictures of an organisation's own course, as they are read from the vault."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from port2port.reports.attachments import vault
from port2port.training.courses.models import CourseMedium


@dataclass(frozen=True)
class KeptMedium:
    """A picture in the vault: where, and for which organisation it was sealed."""

    address: str
    kept_for: UUID

    def read_bytes(self) -> bytes:
        """Return the file. Raises Damaged."""
        return vault.unseal(self.address, self.kept_for)


def media_of(slug: str, *, until: datetime | None = None) -> dict[str, KeptMedium]:
    """Return the pictures of an own course by name, as far as one sees them; those that were there at a moment."""
    rows = CourseMedium.objects.filter(slug=slug)
    if until is not None:
        rows = rows.filter(added_at__lte=until)
    found = rows.order_by("name").values_list("name", "address", "organisation_id")
    return {name: KeptMedium(address, organisation) for name, address, organisation in found}
