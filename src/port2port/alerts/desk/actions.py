"""What is done at the desk: hand a shift over, countersign it, keep the duty numbers. Each is one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import phonenumbers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.alerts.desk import queries
from port2port.alerts.desk.models import NOTE_LONGEST, REMARK_LONGEST, DutyNumber, Handover
from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.members.acting import action, current_actor
from port2port.members.models import Facility
from port2port.sharing.guardrails.markings import marking
from port2port.sharing.guardrails.text import findings
from port2port.site.reader import language

REGION = "BE"  # of a number that is written without its country
MOST_NUMBERS = 20  # of one organisation: the list must stay one sheet


@dataclass(frozen=True)
class Entry:
    """A duty number as somebody typed it."""

    label: str
    number: str
    hours: str
    position: int
    facility: UUID | None


@action
def give(*, text: str, at: datetime) -> Handover:
    """Write down what the next shift must know; what is open at this moment goes with it, as ids.

    Raises Refused for who does not work at the desk, Invalid for the text.
    """
    organisation = _at_desk()
    problems = [
        *([Problem("text", gettext_lazy("Say what the next shift must know."))] if not text.strip() else []),
        *_text_problems("text", text, NOTE_LONGEST),
    ]
    if problems:
        raise Invalid(problems)
    alerts, reports = queries.left_open(at=at)
    items = {"alerts": [str(row.record.id) for row in alerts], "reports": [str(row.record.id) for row in reports]}
    actor = current_actor()
    written = Handover(
        organisation_id=organisation, facility_id=queries.own_facility(), by_id=actor.person, at=at,
        text=text.strip(), open_items=items,
    )  # fmt: skip
    written.save(force_insert=True)
    journal.write("handover.given", kind="handover", record=written.id, at=at, alerts=len(alerts), reports=len(reports))
    return written


@action
def take(identifier: UUID, *, remark: str, at: datetime) -> Handover:
    """Countersign a page that somebody else wrote, once.

    Raises NotFound, Refused for who wrote it or does not work at the desk, Conflict when it was taken, Invalid.
    """
    _at_desk()
    page, actor = queries.handover(identifier), current_actor()
    if page.by_id == actor.person:
        raise Refused(gettext_lazy("Somebody else countersigns what you wrote."), kind="handover", record=identifier)
    if problems := _text_problems("remark", remark, REMARK_LONGEST):
        raise Invalid(problems)
    changed = Handover.objects.filter(id=identifier, taken_by=None).update(
        taken_by_id=actor.person, taken_at=at, remark=remark.strip()
    )
    if not changed:
        raise Conflict(gettext_lazy("Somebody has countersigned this already."))
    journal.write("handover.taken", kind="handover", record=identifier, at=at)
    page.refresh_from_db()
    return page


@action
def keep_number(entry: Entry, *, at: datetime, identifier: UUID | None = None) -> DutyNumber:
    """Add a number of the own organisation, or change one of them. Raises NotFound, Refused, Invalid."""
    organisation, actor = _keeper(), current_actor()
    row = queries.own_number(identifier) if identifier is not None else DutyNumber(organisation_id=organisation)
    number = canonical(entry.number)
    others = [one for one in queries.own_numbers() if one.id != row.id]
    problems = []
    if not number:
        problems.append(Problem("number", gettext_lazy("This is no number that exists. Write it with its country.")))
    if any((one.number, one.facility_id) == (number, entry.facility) for one in others):
        problems.append(Problem("number", gettext_lazy("This number stands there already.")))
    if identifier is None and len(others) >= MOST_NUMBERS:
        problems.append(Problem("number", gettext_lazy("There are 20 already. Remove one first.")))
    if entry.facility is not None and not Facility.objects.filter(id=entry.facility, operator_id=organisation).exists():
        problems.append(Problem("facility", gettext_lazy("This facility is not one of yours.")))
    if problems:
        raise Invalid(problems)
    row.label, row.hours = " ".join(entry.label.split()), " ".join(entry.hours.split())
    row.number, row.position, row.facility_id = number, entry.position, entry.facility
    row.changed_by_id, row.changed_at = actor.person, at
    if identifier is None:
        row.save(force_insert=True)
    else:
        row.save(update_fields=["label", "hours", "number", "position", "facility", "changed_by", "changed_at"])
    journal.write("duty_number.kept", kind="dutynumber", record=row.id, at=at)
    return row


@action
def remove_number(identifier: UUID, *, at: datetime) -> None:
    """Take a number of the own organisation off the list. Raises NotFound, Refused."""
    _keeper()
    queries.own_number(identifier).delete()
    journal.write("duty_number.removed", kind="dutynumber", record=identifier, at=at)


def canonical(written: str) -> str:
    """Return a number in E.164, read as a Belgian one when no country stands in it; "" when it is none that exists."""
    try:
        parsed = phonenumbers.parse(written, REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed) or parsed.extension:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _at_desk() -> UUID:
    """Return the organisation whose desk it is. Raises Refused."""
    organisation = current_actor().organisation
    if organisation is None or not queries.at_desk():
        raise Refused(gettext_lazy("Only who reports for the organisation and reads for it keeps the book of shifts."))
    return organisation


def _keeper() -> UUID:
    """Return the organisation whose numbers the actor keeps. Raises Refused."""
    organisation = current_actor().organisation
    if organisation is None or not queries.keeps_numbers():
        raise Refused(gettext_lazy("The organisation's administrators and those who look after its records do this."))
    return organisation


def _text_problems(field: str, text: str, longest: int) -> list[Problem]:
    """Return what of a text the book does not take: it stays within the organisation, so only what is never written."""
    problems = []
    if len(text) > longest:
        problems.append(Problem(field, _("Write at most %(n)d characters.") % {"n": longest}))
    marked = marking(text)
    if marked is not None:
        problems.append(Problem(field, f"{marked.reason(language())} {marked.direction(language())}"))
    never = [f"{one.about.label(language())} ({one.masked})" for one in findings(text) if one.blocking]
    if never:
        said = ", ".join(dict.fromkeys(never))
        problems.append(Problem(field, _("Identities are never written here: %(what)s. Take it out.") % {"what": said}))
    return problems
