"""A report as a subject: what began its clocks is kept as the report says it, until a person corrects an entry."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection

from port2port.base import journal
from port2port.base.ids import new_id
from port2port.compliance import queries
from port2port.compliance.actions import KIND, Entry, written
from port2port.compliance.book import InForce, rules_in_force
from port2port.compliance.models import Happening, Subject
from port2port.compliance.queries import REPORT
from port2port.compliance.recomputing import recompute
from port2port.members.acting import action, current_actor

ORIGIN = "report"


@action
def follow_report(
    record: UUID,
    *,
    attributes: Mapping[str, str],
    events: Mapping[str, datetime],
    met: Mapping[str, datetime],
    at: datetime,
    invented: bool = False,
) -> Subject | None:
    """Let the clocks of the actor's organisation on a report begin as it says now.

    `events`: what began them, by kind, with its moment; `met`: what it did by itself, written once and left as it is.

    What a report no longer says did not happen; what a person corrected stays as that person has it. None: there is
    no clock, or it is not for the actor (whose clocks they are, the policy says).
    """
    organisation = current_actor().organisation
    if organisation is None or not queries.keeps_clocks(record, organisation):
        return None
    subject = queries.clocks_of(record, organisation)
    if subject is None and not events:
        return None
    if subject is None:
        made = Subject(
            id=new_id(), kind=REPORT, record_id=record, organisation_id=organisation, attributes=dict(attributes),
            invented=invented,
        )  # fmt: skip
        Subject.objects.bulk_create([made], ignore_conflicts=True)  # two may begin it at the same moment
        subject = Subject.objects.get(kind=REPORT, record_id=record, organisation_id=organisation)
        journal.write("obligation.followed", kind=KIND, record=subject.id, at=at, what=REPORT)
    changed = bool(attributes) and subject.attributes != dict(attributes)
    if changed:
        known = msgspec.json.encode(dict(attributes)).decode()
        with connection.cursor() as cursor:
            cursor.execute("select compliance_report_is(%s, %s)", [subject.id, known])
    rules = rules_in_force()
    if _brought_up(subject, events, met, rules, at) or changed or subject.computed_at is None:
        recompute([subject.id], at=at, rules=rules)
    return subject


def _brought_up(
    subject: Subject, events: Mapping[str, datetime], met: Mapping[str, datetime], rules: InForce, at: datetime
) -> bool:
    """Append what a report says now where that differs from what stands. Returns whether anything did."""
    newest = list(Happening.objects.filter(subject=subject, corrected_by=None))
    own = {one.kind: one for one in newest if one.origin == ORIGIN and not one.void}
    settled = {one.kind for one in newest if one.origin != ORIGIN}  # by a person, also that it did not happen
    there = {one.kind for one in newest}
    made = [
        written(subject, Entry(kind, moment), rules.book, ORIGIN, at)
        for kind, moment in met.items()
        if kind not in there
    ]
    kept = settled | set(met) | (set(own) - rules.book.beginning(REPORT))
    for kind in sorted({*own, *events} - kept):
        was, moment = own.get(kind), events.get(kind)
        if was is not None and was.at == moment:
            continue
        entry = Entry(kind, moment or (was.at if was is not None else at))
        one = written(subject, entry, rules.book, ORIGIN, at)
        one.corrects, one.void = was, moment is None
        made.append(one)
    Happening.objects.bulk_create(made)
    for one in made:
        journal.write("obligation.event", kind=KIND, record=subject.id, at=at, event=one.id, what=one.kind)
    return bool(made)
