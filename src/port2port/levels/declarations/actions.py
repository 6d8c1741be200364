"""What is done with declarations: one is written, and the paper noted as signed. Who reads it, the law says."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.compliance import actions as compliance
from port2port.levels.alerting import AUTHORITY, BASIS, ELSEWHERE, PURPOSE
from port2port.levels.declarations import queries
from port2port.levels.declarations.models import Declaration
from port2port.levels.declarations.queries import KIND
from port2port.levels.declarations.rules import Draft, days_to_keep, problems_of, ship_number, signature_problems
from port2port.levels.declarations.vocabulary import words
from port2port.members.acting import action, current_actor
from port2port.members.models import Circle, Organisation, Port
from port2port.members.places import Spot
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.actions import Terms
from port2port.sharing.queries import envelope
from port2port.sharing.references import reference
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp


@action
def declare(*, draft: Draft, at: datetime, provenance: str = "member") -> Declaration:
    """Write a declaration's metadata, for the facility's desk, the port's committee and the national authority.

    Raises Refused without a place of one's own, Invalid with every problem.
    """
    places = queries.own_places()
    if not places or current_actor().organisation is None:
        raise Refused(_("Declarations are written by the desk of a facility, or by the port’s committee."))
    problems = problems_of(draft, words(), places=places, at=at)
    if problems:
        raise Invalid(problems)
    spot = places[draft.place]
    number = ship_number(draft.imo) or ""
    days = days_to_keep(draft.ends, years=words().head.keep_years, at=at)
    port = Port.objects.get(locode=spot.port)
    title, text = queries.indexed(draft.ship.strip(), number, spot.code)
    record = sharing.publish(
        KIND, audience=audiences.build(_addressed(spot, port.id), Tlp.AMBER),
        terms=Terms(PURPOSE, BASIS, keep_days=days), at=at, text=text, title=title, port=port.id, provenance=provenance,
    )  # fmt: skip
    made = Declaration(
        record=record, port=port, facility_id=spot.id if spot.kind == "facility" else None, ship=draft.ship.strip(),
        imo=number, flag=draft.flag.upper(), call_from=draft.call_from, call_until=draft.call_until,
        starts=draft.starts, ends=draft.ends, ship_level=draft.ship_level, facility_level=draft.facility_level,
        reason=draft.reason, activities=list(draft.activities), measures=dict(draft.measures),
        facility_post=draft.facility_post, ship_post=draft.ship_post,
    )  # fmt: skip
    made.save(force_insert=True)
    if made.facility_id is not None:
        entry = compliance.Entry("dos_occasion", at, {"occasion": reference(record), "reason": draft.reason})
        compliance.record_event(spot.code, entry=entry, at=at, origin=_origin(made))
    return made


def _addressed(spot: Spot, port: UUID) -> list[UUID]:
    """Return the circles that read a declaration of a place: the law's choice, not the writer's."""
    kinds = Q(kind=AUTHORITY) | Q(ports=port) & ~Q(kind__in=ELSEWHERE)
    wanted = set(Organisation.objects.filter(kinds, left_at=None).values_list("id", flat=True))
    facility = Circle.objects.filter(kind="facility", facility_id=spot.id, closed_at=None)
    own = Q(kind="organisation", organisation_id__in=wanted)
    if spot.kind == "facility" and spot.operator is not None and not facility.exists():
        own |= Q(kind="organisation", organisation_id=spot.operator)
    return [
        *facility.values_list("id", flat=True),
        *Circle.objects.filter(own, closed_at=None).values_list("id", flat=True),
    ]


def _origin(row: Declaration) -> str:
    return "invented" if row.record.provenance == "invented" else "reminder"


@action
def note_signed(identifier: UUID, *, signed_on: date, kept_at: str, at: datetime) -> Declaration:
    """Say that the paper was signed by both sides, when, and where it is kept. Once.

    Raises NotFound, Refused for others than who looks after it, Conflict when it was said before, Invalid.
    """
    row = queries.declaration(identifier, at=at)
    decision = decide(current_actor(), "withdraw", envelope(row.record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=KIND, record=identifier)
    problems = signature_problems(signed_on, kept_at, today=timezone.localdate(at))
    if problems:
        raise Invalid(problems)
    changed = Declaration.objects.filter(record_id=identifier, signed_on=None).update(
        signed_on=signed_on, kept_at=kept_at.strip()
    )
    if not changed:
        raise Conflict(_("It was noted before that this was signed."))
    code, _names = queries.place_of(row)
    title, text = queries.indexed(row.ship, row.imo, code)
    sharing.touch(
        row.record, expected=row.record.version, at=at, text=text, port=row.port_id, threat=row.record.threat,
        title=title,
    )  # fmt: skip
    if row.facility_id is not None:
        entry = compliance.Entry("dos_signed", at, {"occasion": reference(row.record)})
        compliance.record_event(code, entry=entry, at=at, origin=_origin(row))
    journal.write("declaration.signed", kind=KIND, record=identifier, at=at)
    row.signed_on, row.kept_at = signed_on, kept_at.strip()
    return row
