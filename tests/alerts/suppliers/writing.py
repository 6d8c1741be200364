"""Registering systems and raising alerts to whoever uses them, through the real actions."""

from typing import Any
from uuid import UUID

from port2port.alerts import actions
from port2port.alerts.models import Alert
from port2port.alerts.suppliers.actions import Entry, keep_use
from port2port.alerts.suppliers.names import System
from port2port.base.clock import now
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import draft


def uses(vendor: str, product: str = "", **more: Any) -> UUID:
    """Keep a system in the register of the actor's organisation."""
    return keep_use(Entry(System(vendor, product, **more)), at=now()).id


def supplier_alert(
    vendor: str, product: str = "", *, tlp: Tlp = Tlp.AMBER, report: UUID | None = None, **changes: Any
) -> Alert:
    """Raise an alert as the current actor to whoever uses this."""
    systems = changes.pop("systems", (System(vendor, product),))
    made = draft("supplier_compromised", areas=(), systems=systems, **changes)
    return actions.raise_alert(
        draft=made, to=Addressing((), tlp), terms=terms_for("cyber_attack", reporter()), at=now(), report=report
    )
