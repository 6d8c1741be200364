"""The annex of a report for what stays within the organisation: what identifies somebody indirectly."""

from datetime import datetime
from uuid import UUID

from port2port.base import rows
from port2port.members.acting import current_actor
from port2port.members.models import Circle, Person
from port2port.reports.models import Annex
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.actions import Terms
from port2port.sharing.audiences import Audience
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp


def annex_of(record: Record, *, terms: Terms, at: datetime, words: str = "") -> UUID:
    """Return the annex of a report that the actor may put something into, made when there is none.

    `words` is what the search finds a new one by. Part of an action.
    """
    actor = current_actor()
    there = Annex.objects.filter(report_id=record.id, answers=None, record__owner_id=record.owner_id)
    if not actor.may("steward"):  # who only reports looks after what they wrote
        there = there.filter(record__author_id=actor.person)
    found = there.values_list("record_id", flat=True).first()
    if found is not None:
        return found
    envelope = sharing.publish(
        "annex",
        audience=_own_part(record),
        terms=Terms(terms.purpose, terms.legal_basis, terms.pap, "indirect"),
        at=at,
        text=words,
        threat=record.threat,
    )
    rows.insert(Annex(record=envelope, report_id=record.id))
    return envelope.id


def _own_part(record: Record) -> Audience:
    """Return the part of a report's audience that lies within the owner's organisation.

    TLP:RED went to persons: of those, the colleagues. All else is for the organisation, and seen with the report only.
    """
    if record.tlp == Tlp.RED:
        own = Person.objects.filter(
            id__in=record.audience, memberships__organisation_id=record.owner_id, memberships__until=None
        ).values_list("id", flat=True)
        return audiences.build({*own, current_actor().person}, Tlp.RED, personal_data="indirect")
    circle = Circle.objects.get(kind="organisation", organisation_id=record.owner_id)
    return audiences.build([circle.id], Tlp.AMBER_STRICT, personal_data="indirect")
