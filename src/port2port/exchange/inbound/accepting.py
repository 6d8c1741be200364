"""Making a report of an incident that was sent: a person of the organisation reads it and says what it is about.

It stays within the organisation, as narrow as it was marked; whoever looks after it shares it on as any report. What
another node sent is not projected as STIX again: its own node does that.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.exchange.inbound.actions import receiver
from port2port.exchange.inbound.reading import draft_of, observables_of
from port2port.exchange.misp.groups import Limit, limit_of
from port2port.exchange.models import Bound, Inbound
from port2port.members.acting import action
from port2port.members.models import Circle
from port2port.reports.actions import Provenance, share_report
from port2port.reports.addressing import terms_for
from port2port.reports.models import Report
from port2port.reports.vocabulary import vocabulary
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp

INCIDENT = "incident"
MOST_TIED = 200


def incident(identifier: UUID) -> Inbound:
    """Return an incident that was sent to the own organisation. Raises NotFound."""
    found = Inbound.objects.filter(id=identifier, kind=INCIDENT).first()
    if found is None:
        raise NotFound(kind="inbound")
    return found


def tied(row: Inbound) -> list[Mapping[str, Any]]:
    """Return the objects that were sent too and that a relationship ties to an incident."""
    ties = Inbound.objects.filter(kind="relationship", body__contains=row.stix_id)[:MOST_TIED]
    ends: set[str] = set()
    for tie in ties:
        found = msgspec.json.decode(tie.body)
        pair = [found.get("source_ref"), found.get("target_ref")]
        if row.stix_id in pair:
            ends |= {one for one in pair if isinstance(one, str)}
    rows = Inbound.objects.filter(stix_id__in=ends - {row.stix_id}).order_by("added")
    return [msgspec.json.decode(one.body) for one in rows]


def _origin(row: Inbound, limit: Limit | None) -> str:
    """Return where a report comes from: what says how far it may go is held by the database (`reports.actions`)."""
    if row.peer_id is not None:
        return "node"
    return "group" if limit is not None else "stix"


@action
def make_report(identifier: UUID, *, threat: str, port: str, at: datetime, with_circle: bool = False) -> Report:
    """Make a report of an incident, for the own organisation, with its origin and what was observed.

    `with_circle`: for the circle, too, that the sharing group is here for which it came.

    Raises NotFound, Refused without the act `report` or for TLP:RED, Conflict when there is one, Invalid.
    """
    row = incident(identifier)
    organisation = receiver()
    if row.report_id is not None:
        raise Conflict(_("There is a report of it."))
    if row.revoked:
        raise Conflict(_("It was withdrawn there."))
    if row.tlp == Tlp.RED:
        raise Refused(_("TLP:RED goes to named persons. Report it yourself, to them."))
    words = vocabulary()
    if threat not in {one.code for one in words.threats}:
        raise Invalid([Problem("threat", _("Choose what it is about."))])
    limit = limit_of(row)
    wider = limit.circle if limit is not None and with_circle else None
    if with_circle and wider is None:
        raise Invalid([Problem("with_circle", _("It did not come for a sharing group that is a circle here."))])
    own = Circle.objects.get(kind="organisation", organisation_id=organisation)
    made = share_report(
        draft=draft_of(msgspec.json.decode(row.body), threat=threat, port=port, words=words, at=at),
        to=Addressing((own.id, *((wider.id,) if wider is not None else ())), Tlp(row.tlp)),
        terms=terms_for(threat, reporter()),
        at=at,
        provenance=Provenance(origin=_origin(row, limit), origin_id=row.stix_id),
        observables=observables_of(tied(row)),
    )
    if limit is not None:
        Bound(record_id=made.record_id, circle=limit.circle).save(force_insert=True)
    Inbound.objects.filter(stix_id=row.stix_id).update(report_id=made.record_id)
    journal.write("stix.accepted", kind="report", record=made.record_id, at=at, inbound=row.id)
    return made
