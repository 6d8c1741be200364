"""Sharing a practice or a question with more: what both decide alike, and what may be chosen on their pages."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Conflict, Invalid
from port2port.reports.small_forms import AudienceForm
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.addressing import Addressing, circles_to_address, named, people_to_address
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp


def widen(record: Record, *, to: Addressing, at: datetime, expected: int | None) -> None:
    """Let more circles or persons see a record, or lower its TLP; nobody loses it. Inside an action.

    `expected`: the version it was read in; None: whatever it is. Raises Conflict, Invalid; Refused by the database
    without the act `share`.
    """
    if expected is not None and expected != record.version:
        raise Conflict(_("This was changed in the meantime."))
    # Those who have it are named again when only the TLP changes, for it must go with them too.
    sharing.widen(record, more=audiences.wider(record, to.addressed or record.addressed, to.tlp), at=at)


def asked_by_api(circles: list[str], persons: list[Any], tlp: str | None, record: Record) -> Addressing:
    """Return what a client names; without a TLP it stays. Raises Invalid."""
    return named(circles, persons, Tlp.parse(tlp) if tlp else Tlp(record.tlp))


def audience_form(data: Any, record: Record) -> AudienceForm:
    """Return the form that offers those who do not have it yet. `data`: what was sent, or None."""
    there = {str(key) for key in record.addressed}
    many, single = circles_to_address()
    return AudienceForm(
        data, record=record, widen=True,
        circles=([one for one in many if one[0] not in there], [one for one in single if one[0] not in there]),
        persons=[(key, name) for key, name in people_to_address() if key not in record.audience],
        initial={"version": record.version, "tlp": Tlp(record.tlp).name},
    )  # fmt: skip


def put(form: AudienceForm, error: Invalid) -> None:
    """Put each problem beside the field it is about."""
    for problem in error.problems:
        name = {"audience": "circles"}.get(problem.field, problem.field)
        form.add_error(name if name in form.fields else None, str(problem.message))
