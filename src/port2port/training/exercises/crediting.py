"""What of an exercise stands in the security file of where it took place: by itself once it is closed, or written by
who keeps that file, who can take it back.

The file works out what is owed from it (`compliance`); nothing is counted here. A notice and a report are proven by the
authority's form that was sent: on which day, under which reference of theirs.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.compliance.actions import Entry, correct_event, record_event
from port2port.compliance.queries import Sight, records, sight
from port2port.compliance.recomputing import recompute
from port2port.measures.actions import guarded
from port2port.measures.rules import text_problems
from port2port.members.acting import action, current_actor
from port2port.sharing.references import ZONE
from port2port.training.exercises import queries
from port2port.training.exercises.models import Part, Sent
from port2port.training.exercises.queries import KIND, Shown
from port2port.training.exercises.rules import AFTER, LONGEST, OPEN, TOLD
from port2port.training.exercises.standing import NOT_NOW

NOT_YOURS = _("Only those whose file this is may write into it.")


@action
def credit(part: UUID, *, what: str, at: datetime, on: date | None = None, reference: str = "") -> UUID:
    """Write an exercise into the security file of where it took place, as who may write there: `planned` and `notified`
    before it (a yearly exercise), `held` once it has ended, `reported` once it is closed.

    `on`, `reference`: when the authority's form was sent (left out: today), and what the authority calls it; for
    `notified` and `reported`, of which they are the proof. Returns the exercise's id.
    Raises NotFound, Refused, Invalid, Conflict.
    """
    row = Part.objects.select_related("facility", "port").prefetch_related("sent").filter(id=part).first()
    if row is None:
        raise NotFound()
    found = queries.seen(row.exercise_id)
    if what not in credits_for(found, row):
        raise Conflict(NOT_NOW)
    day = on or timezone.localdate(at)
    if what in TOLD and (problems := _sent_problems(found, what, day, reference, at)):
        raise Invalid(problems)
    entry = _entry(found, what, at, day if what in TOLD else None, reference.strip())
    try:
        event = record_event(code_of(row), entry=entry, at=at, origin=_origin(found))
    except NotFound:
        raise Refused(NOT_YOURS, kind=KIND, record=row.exercise_id) from None
    if what == "held":
        Part.objects.filter(id=part).update(credited_at=at, event=event, checked_at=at)
    elif what in TOLD:
        made = Sent(
            part=row, what=what, on=day, reference=reference.strip(), by_id=current_actor().person, at=at
        )  # fmt: skip
        made.save(force_insert=True)
    journal.write("exercise.credited", kind=KIND, record=row.exercise_id, at=at, part=part, what=what)
    return found.id


def credit_closed(found: Shown, *, at: datetime) -> None:
    """Write that it was held into the file of each that keeps one and had somebody in a seat, within the transaction
    that closes it; whoever keeps the file is told of it (`waiting`).

    What the actor may work out is worked out at once, the rest by the worker within minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("select subject from training_credit_closed(%s, %s)", [found.id, found.reference])
        written = [row[0] for row in cursor.fetchall()]
    if own := [one for one in written if records(one)]:
        recompute(own, at=at)
    if len(own) < len(written):
        app.configure_task("compliance.rework").defer(timestamp=0)
    if written:
        journal.write("exercise.credited_at_close", kind=KIND, record=found.id, at=at, count=len(written))


@action
def take_back(part: UUID, *, at: datetime) -> UUID:
    """Take back that it was held, as who keeps the file; it can be written again. Returns the exercise's id.

    Raises NotFound, Refused, Conflict once the report was sent, or when it does not stand there.
    """
    found, row = _kept(part)
    if row.event_id is None or sent(row, "reported") is not None:
        raise Conflict(NOT_NOW)
    try:
        correct_event(row.event_id, at=at)
    except NotFound:
        raise Refused(NOT_YOURS, kind=KIND, record=found.id) from None
    Part.objects.filter(id=part).update(credited_at=None, event=None, checked_at=None)
    journal.write("exercise.credit_taken_back", kind=KIND, record=found.id, at=at, part=part)
    return found.id


@action
def check_credit(part: UUID, *, at: datetime) -> UUID:
    """Say that what the close wrote is right, as who keeps the file: it is told no more. Returns the exercise's id.

    Raises NotFound, Refused, Conflict when there is nothing to say.
    """
    found, row = _kept(part)
    if not to_check(row):
        raise Conflict(NOT_NOW)
    Part.objects.filter(id=part).update(checked_at=at)
    journal.write("exercise.credit_checked", kind=KIND, record=found.id, at=at, part=part)
    return found.id


def to_check(part: Part) -> bool:
    """Tell whether the close wrote it and nobody who keeps the file has said yet that it is right."""
    return part.credited_at is not None and part.checked_at is None


def _kept(part: UUID) -> tuple[Shown, Part]:
    """Return a part of an exercise whose file the actor keeps. Raises NotFound, Refused."""
    of = Part.objects.filter(id=part).values_list("exercise_id", flat=True).first()
    if of is None:
        raise NotFound(kind=KIND)
    found = queries.seen(of)
    row = next(one for one in found.parts if one.id == part)
    if not current_actor().may("report") or not keeps(row, sight()):
        raise Refused(NOT_YOURS, kind=KIND, record=of)
    return found, row


def to_tell(part: UUID, tells: str, *, at: datetime) -> tuple[Shown, Part]:
    """Return a part whose file the actor keeps and of which this may be told now. Raises NotFound, Refused,
    Conflict."""
    of = Part.objects.filter(id=part).values_list("exercise_id", flat=True).first()
    if of is None or tells not in TOLD:
        raise NotFound(kind=KIND, record=of)
    found = queries.exercise(of, at=at)
    row = next(one for one in found.parts if one.id == part)
    if not keeps(row, sight()):
        raise Refused(NOT_YOURS, kind=KIND, record=of)
    if tells not in credits_for(found, row):
        raise Conflict(NOT_NOW)
    return found, row


@action
def note_form_taken(found: Shown, part: Part, *, tells: str, at: datetime) -> None:
    """Write into the journal that the authority's form was taken out."""
    journal.write("exercise.form_taken", kind=KIND, record=found.id, at=at, form=tells, part=part.id)


def code_of(part: Part) -> str:
    """Return the code of the security file: the facility's number, or the port's UN/LOCODE."""
    number = part.facility.number if part.facility is not None else None
    return number or part.port.locode


def keeps(part: Part, own: Sight) -> bool:
    """Tell whether the file of a part is one that the actor keeps, for whoever `own` was asked."""
    return part.facility_id in own.facilities if part.facility_id is not None else part.port_id in own.ports


def credits_for(found: Shown, part: Part) -> list[str]:
    """Return what may be written into the file of a part now. Of parts with one file it is written for the planner's,
    or for the first."""
    same = [one for one in found.parts if code_of(one) == code_of(part)]
    if part.id != min(same, key=lambda one: (one.organisation_id != found.record.owner_id, one.id)).id:
        return []
    row, yearly = found.exercise, found.exercise.size == "exercise"
    if not yearly and part.facility_id is None:
        return []  # drills are a facility's
    offered = ["planned", "notified"] if yearly and row.state in OPEN else []
    held = any(one.credited_at is not None for one in same)
    if row.state in AFTER and not held:
        offered.append("held")
    if yearly and row.state == "closed" and held and sent(part, "reported") is None:
        offered.append("reported")
    return offered


def sent(part: Part, what: str) -> Sent | None:
    """Return the last time that the authority's form of a part was sent, or None."""
    found = [one for one in part.sent.all() if one.what == what]
    return max(found, key=lambda one: (one.on, one.at)) if found else None


def _planned_at(found: Shown) -> datetime:
    """Return since when the plan is as it is: what is told of it before that, was told of another plan."""
    return found.record.updated_at


def _sent_problems(found: Shown, what: str, on: date, reference: str, at: datetime) -> list[Problem]:
    problems = [
        *text_problems({"reference": reference}, LONGEST), *guarded({"reference": reference}),
    ]  # fmt: skip
    if on > timezone.localdate(at):
        problems.append(Problem("on", _("This day is still to come.")))
    begins = _planned_at(found) if what == "notified" else queries.clock_at(found.id, at=at).ended_at
    if begins is not None and on < timezone.localdate(begins):
        problems.append(Problem("on", _("It cannot have been sent before what it tells.")))
    return problems


def _entry(found: Shown, what: str, at: datetime, sent_on: date | None, reference: str) -> Entry:
    """Return the event as `compliance` knows it (`obligations.v1.toml`)."""
    row, name = found.exercise, found.reference
    if row.size == "drill":
        return Entry("drill_held", _ended_at(found, at), {"drill": name}, name)
    details: Mapping[str, str] = {"exercise": name}
    moment = at
    if what == "planned":
        details = {"exercise": name, "on": timezone.localtime(row.starts_at).date().isoformat()}
        moment = min(_planned_at(found), at)
    elif what == "held":
        moment = _ended_at(found, at)
    elif sent_on is not None:
        moment = min(datetime.combine(sent_on, time.max, tzinfo=ZONE), at)
    return Entry(f"exercise_{what}", moment, details, reference or name)


def _ended_at(found: Shown, at: datetime) -> datetime:
    """Return when it was over by its clock: that it was closed later changes nothing of the day it was held."""
    return queries.clock_at(found.id, at=at).ended_at or at


def _origin(found: Shown) -> str:
    return "invented" if found.record.provenance == "invented" else "reminder"
