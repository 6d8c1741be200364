"""What is written into a security file: an event, its correction, a person in a function, an organisation.

With each event what is owed is worked out again, in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.base.text import unreadable
from port2port.compliance import queries
from port2port.compliance.book import rules_in_force
from port2port.compliance.models import Happening, Subject
from port2port.compliance.obligations import Event, Rulebook, problems_of
from port2port.compliance.obligations import Subject as Owing
from port2port.compliance.queries import FACILITY, HOLDER, Place
from port2port.compliance.recomputing import recompute
from port2port.compliance.stored import narrow_kinds
from port2port.members.acting import action, current_actor

KIND = "obligation"
LONGEST = 80
EARLIEST, LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)  # what a day here may be
AHEAD = timedelta(minutes=10)  # clocks differ; what is to come is no event yet
FUNCTIONS: dict[str, str | Promise] = {
    "pfso": _("Port facility security officer (PFSO)"),
    "deputy_pfso": _("Deputy PFSO"),
    "pso": _("Port security officer (PSO)"),
}
ORGANISATIONS = ("company", "guarding_firm", "inland_operator")
NOT_YOURS = _("Only those whose file this is may write into it.")


@dataclass(frozen=True)
class Entry:
    """An event as it is written down. `reference`: of the notice elsewhere. `row`: in a file that is taken in."""

    kind: str
    at: datetime
    details: Mapping[str, str] = field(default_factory=dict)
    reference: str = ""
    source_id: str = ""
    row: int | None = None


WITH_TEXT = _("Record this at the clock of its report, with the text that was sent.")


def entry_problems(entry: Entry, kind: str, book: Rulebook, *, at: datetime, with_text: bool = False) -> list[Problem]:
    """Return what is wrong with an event of a subject of this kind; plain values.

    `with_text`: the text that was sent is kept beside it, which some kinds ask for.
    """
    found = [
        Problem(*_named(one), entry.row)
        for one in problems_of(Event(entry.kind, entry.at, entry.details), Owing(kind, "", {}), book)
    ]
    known = book.event_kinds.get(entry.kind)
    if known is not None and known.with_text and not with_text:
        found.append(Problem("kind", WITH_TEXT, entry.row))
    if entry.at.tzinfo is not None and entry.at > at + AHEAD:
        found.append(Problem("at", _("This lies ahead. Write down what has happened."), entry.row))
    if entry.at.tzinfo is not None and entry.at < EARLIEST:
        found.append(Problem("at", _("This lies too far back, or too far ahead."), entry.row))
    for name, text in entry.details.items():
        if _beyond(text):
            found.append(Problem(name, _("This lies too far back, or too far ahead."), entry.row))
    for name, text in {**entry.details, "reference": entry.reference, "source_id": entry.source_id}.items():
        if len(text) > LONGEST:
            found.append(Problem(name, _("At most %(n)d characters.") % {"n": LONGEST}, entry.row))
        elif unreadable(text) or "\n" in text:
            found.append(Problem(name, _("This holds characters that cannot be shown."), entry.row))
    return found


def _beyond(text: str) -> bool:
    """Whether a detail is a day with which nothing could be reckoned."""
    try:
        return not EARLIEST.year <= datetime.fromisoformat(text).year < LATEST.year
    except ValueError:  # no day at all, which most details are
        return False


def _named(problem: str) -> tuple[str, str | Promise]:
    """Return a problem of the pure rules as field and reason in the reader's words."""
    name, _sep, what = problem.partition(": ")
    if what == "is missing":
        return name, _("This is needed.")
    if what == "unknown":
        return name, _("This kind of event has no such detail.")
    if what.startswith("no day or moment"):
        return name, _("Write a day as 2026-11-28.")
    if what == "without a time zone":
        return "at", _("Say in which time zone this is.")
    return "kind", _("This cannot happen here: choose another kind of event.")


@action
def record_event(
    code: str, *, entry: Entry, at: datetime, origin: str = "reminder", with_text: bool = False
) -> Happening:
    """Write down what happened, and work out what is owed from it. Raises NotFound, Refused, Invalid."""
    return record_events(code, entries=[entry], at=at, origin=origin, with_text=with_text)[0]


@action
def record_events(
    code: str, *, entries: list[Entry], at: datetime, origin: str, with_text: bool = False
) -> list[Happening]:
    """Write down several events of one file, all or none; it is worked out once. Raises as `record_event`."""
    place = queries.place(code)
    rules = rules_in_force()
    problems = [
        one for entry in entries for one in entry_problems(entry, place.kind, rules.book, at=at, with_text=with_text)
    ]
    if problems:
        raise Invalid(problems)
    subject = _writable(place, invented=origin == "invented")
    made = [written(subject, entry, rules.book, origin, at) for entry in entries]
    Happening.objects.bulk_create(made)
    recompute([subject.id], at=at, rules=rules)
    for one in made:
        journal.write("obligation.event", kind=KIND, record=subject.id, at=at, event=one.id, what=one.kind)
    return made


def written(subject: Subject, entry: Entry, book: Rulebook, origin: str, at: datetime) -> Happening:
    """Return an entry of the actor's, not kept yet. Raises Refused for who acts for no organisation."""
    actor = current_actor()
    if actor.organisation is None:
        raise Refused(NOT_YOURS)
    return Happening(
        id=new_id(), subject=subject, kind=entry.kind, at=entry.at, details=dict(entry.details),
        reference=entry.reference.strip(), origin=origin, source_id=entry.source_id.strip(),
        narrow=entry.kind in narrow_kinds(book), organisation_id=actor.organisation, person_id=actor.person,
        entered_at=at,
    )  # fmt: skip


def _writable(place: Place, *, invented: bool) -> Subject:
    """Return the subject of a file that the actor may write into, made when nothing was written yet."""
    actor = current_actor()
    if not actor.may("report") or actor.organisation is None:
        raise Refused(NOT_YOURS)
    if place.subject is not None:
        if not queries.records(place.subject.id):
            raise Refused(NOT_YOURS)
        return place.subject
    if place.spot is None:
        raise NotFound()
    # Two may begin a file at the same moment: there is one.
    subject = Subject(kind=place.kind, invented=invented, **{f"{place.kind}_id": place.spot.id})
    Subject.objects.bulk_create([subject], ignore_conflicts=True)
    return Subject.objects.get(**{"kind": place.kind, place.kind: place.spot.id})


@action
def correct_event(identifier: UUID, *, at: datetime, entry: Entry | None = None, origin: str = "reminder") -> Happening:
    """Put another entry in the place of one, or say that it did not happen (`entry` None). The first one stays.

    Raises NotFound, Refused, Invalid; Conflict when it was corrected already.
    """
    wrong = queries.event(identifier)
    if getattr(wrong, "corrected_by", None) is not None or wrong.void:
        raise Conflict(_("This entry was corrected already."))
    if not queries.records(wrong.subject_id):
        raise Refused(NOT_YOURS)
    rules = rules_in_force()
    narrow = narrow_kinds(rules.book)
    if entry is not None:
        same = entry.kind == wrong.kind  # the text that was sent stays; when, may have been wrong
        problems = entry_problems(entry, wrong.subject.kind, rules.book, at=at, with_text=same)
        if (entry.kind in narrow) != wrong.narrow:
            problems.append(Problem("kind", _("Take this entry back, and write down the other one.")))
        if problems:
            raise Invalid(problems)
    kept = entry or Entry(wrong.kind, wrong.at, wrong.details, wrong.reference)
    made = written(wrong.subject, kept, rules.book, origin, at)
    made.corrects, made.void, made.narrow = wrong, entry is None, wrong.narrow
    made.save(force_insert=True)
    recompute([wrong.subject_id], at=at, rules=rules)
    journal.write("obligation.corrected", kind=KIND, record=wrong.subject_id, at=at, event=made.id, corrects=wrong.id)
    return made


@dataclass(frozen=True)
class NewSubject:
    """Who is to be followed beside facilities and ports. `person`: a member of the own organisation."""

    kind: str
    function: str = ""
    facility: str = ""
    person: UUID | None = None
    holder: str = ""
    activity: str = ""


@action
def follow(new: NewSubject, *, at: datetime, invented: bool = False) -> Subject:
    """Begin the file of a person in a function, or of the own organisation. Raises Refused, Invalid."""
    actor = current_actor()
    if actor.organisation is None or not actor.may("report"):
        raise Refused(NOT_YOURS)
    problems = []
    facility = None
    if new.kind == HOLDER:
        if new.function not in FUNCTIONS:
            problems.append(Problem("function", _("Choose a function.")))
        if (new.person is None) == (not new.holder.strip()):
            problems.append(Problem("holder", _("Choose a colleague, or write initials or a post: one of the two.")))
        if len(new.holder) > LONGEST // 2 or unreadable(new.holder):
            problems.append(Problem("holder", _("At most %(n)d characters.") % {"n": LONGEST // 2}))
        if new.facility:
            facility = _own_facility(new.facility, problems)
        elif new.function in queries.OFFICERS:
            problems.append(Problem("facility", _("Choose the facility.")))
    elif new.kind not in ORGANISATIONS:
        problems.append(Problem("kind", _("Facilities and ports have their files already.")))
    if problems:
        raise Invalid(problems)
    activity = {"activity": new.activity} if new.activity and new.kind in ("company", "inland_operator") else {}
    subject = Subject(
        kind=new.kind, organisation_id=actor.organisation, facility_id=facility,
        person_id=new.person if new.kind == HOLDER else None,
        function=new.function if new.kind == HOLDER else "", holder=new.holder.strip() if new.kind == HOLDER else "",
        attributes=activity, invented=invented,
    )  # fmt: skip
    subject.save(force_insert=True)
    journal.write("obligation.followed", kind=KIND, record=subject.id, at=at, what=new.kind)
    return subject


def _own_facility(code: str, problems: list[Problem]) -> UUID | None:
    try:
        place = queries.place(code)
    except NotFound:
        place = None
    if place is None or place.kind != FACILITY or place.spot is None:
        problems.append(Problem("facility", _("Choose a facility whose file is yours.")))
        return None
    return place.spot.id
