"""What the gate means for the actor: told before one writes, and written down where it let something pass.

The gate is the database's (`sql/charter.sql`). Nothing here decides.
"""

from datetime import datetime
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext as _

from port2port.base import journal
from port2port.governance.charter import queries
from port2port.governance.charter.register import Exempt, register
from port2port.members.acting import current_actor
from port2port.members.data_files import label
from port2port.sharing.gates import Hindrance
from port2port.sharing.models import Record
from port2port.site import words
from port2port.site.reader import language

KIND = "charter"


def hindrance() -> list[Hindrance]:
    """Return what the actor's organisation must accept, if anything; one query."""
    if current_actor().organisation is None:
        return []
    owed = queries.owed()
    holding = [one for one in owed if one.holds]
    href, link = reverse("governance:home"), _("Read and accept")
    if holding:
        names = ", ".join(label(one.titles, language()) for one in holding)
        text = _(
            "Until somebody entitled accepts for your organisation: %(texts)s, it shares up to TLP:GREEN only."
            " Alerts, and what protects somebody's life or safety, are never held back."
        )
        return [Hindrance(text % {"texts": names}, href, link, holds=True)]
    if owed:
        until = min(one.accept_by for one in owed)
        names = ", ".join(label(one.titles, language()) for one in owed)
        text = _("There are texts for your organisation to accept: %(texts)s. At the latest on %(day)s.")
        said = text % {"texts": names, "day": words.day(until, language())}
        return [Hindrance(said, href, link, holds=False, until=until)]
    return []


def passed(record: Record, at: datetime) -> None:
    """Write down that a record went by an exemption while its organisation was held back."""
    by = next((one for one in _kept() if _fits(one, record)), None)
    if by is not None and any(one.holds for one in queries.owed()):
        journal.write("charter.exempted", kind=record.kind, record=record.id, reason=by.code, at=at, tlp=record.tlp)


@cache
def _kept() -> tuple[Exempt, ...]:
    return register().exempt


def _fits(one: Exempt, record: Record) -> bool:
    return (
        one.kind in ("", record.kind)
        and one.threat in ("", record.threat)
        and one.tlp in (None, record.tlp)
        and one.legal_basis in ("", record.legal_basis)
    )
