"""Reading the own register, and which alerts in force concern an entry. What one sees is the policy's business."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from port2port.alerts.shown import Shown, shown
from port2port.alerts.suppliers.aliases import aliases
from port2port.alerts.suppliers.models import SupplierUse
from port2port.base.errors import NotFound
from port2port.members.acting import current_actor

KIND = "supplieruse"
MOST_TOLD = 100


@dataclass(frozen=True)
class Told:
    """An entry of the register, and the alerts in force about it."""

    use: SupplierUse
    alerts: list[Shown]


def may_read() -> bool:
    """Tell whether the actor reads the register: who works at the desk of the own organisation."""
    return _asked("alerts_at_desk()")


def may_keep() -> bool:
    """Tell whether the actor may change it: of those, who looks after the organisation's records or administers it."""
    return _asked("alerts_keeps_register()")


def _asked(function: str) -> bool:
    if current_actor().organisation is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}")
        found: bool = cursor.fetchone()[0]
        return found


def register() -> list[SupplierUse]:
    """Return the own register by supplier, product and version; empty to who does not read it."""
    return sorted(
        SupplierUse.objects.all(), key=lambda one: (one.vendor.casefold(), one.product.casefold(), one.version)
    )


def use(identifier: UUID) -> SupplierUse:
    """Return one entry of the own register. Raises NotFound, the same for absent, hidden and others'."""
    found = SupplierUse.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound(kind=KIND, record=identifier)
    return found


def told(uses: list[SupplierUse], *, at: datetime) -> list[Told]:
    """Return these entries with the alerts in force about each, newest first."""
    keys = [key for one in uses for key in one.topics]
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT, [keys, at])
        topics = {record: frozenset(audience) for record, audience in cursor.fetchall()}
    alerts = shown(list(topics), at=at)
    return [
        Told(one, [alert for alert in alerts if not topics[alert.record.id].isdisjoint(one.topics)]) for one in uses
    ]


_ABOUT = (
    "select a.record_id, e.audience from alerts_alert a join sharing_record e on e.id = a.record_id"
    " where e.audience && %s::uuid[] and a.state = 'raised' and a.message <> 'Cancel' and a.valid_until > %s"
    f" and e.withdrawn_at is null order by e.at desc limit {MOST_TOLD}"
)


def known_names() -> list[str]:
    """Return the suppliers that a form may suggest: those of the public file, and those of the own register."""
    own = SupplierUse.objects.exclude(vendor="").values_list("vendor", flat=True)
    return sorted({*aliases().written.values(), *own}, key=str.casefold)
