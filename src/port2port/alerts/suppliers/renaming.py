"""After each `migrate`: the topics of every register follow the alias file, so that none hears under an old name."""

from typing import Any

from port2port.alerts.suppliers.aliases import aliases
from port2port.alerts.suppliers.models import SupplierUse
from port2port.alerts.suppliers.names import System, heard_by


def refresh_topics(**_: Any) -> None:
    """Write the topics of the entries that a new alias file names otherwise, as the owner who migrates.

    The written names and the form stay: two entries that are one now both stand, which does no harm.
    """
    for use in SupplierUse.objects.all().iterator():
        topics = list(heard_by(System(use.vendor, use.product, use.version, use.cpe, use.package), aliases()))
        if topics and topics != use.topics:
            SupplierUse.objects.filter(id=use.id).update(topics=topics)
