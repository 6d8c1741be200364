"""What the desk does with requests: write down, check, search, decide, extend, hand over, answer.

Each is one transaction. A step is never changed; what may follow what `rules.step_allowed` says.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem
from port2port.base.ids import new_id
from port2port.governance.desk import queries
from port2port.governance.desk.catalogue import requests as file
from port2port.governance.desk.clocks import due_if, request_clock
from port2port.governance.desk.models import Request, RequestStep, Trace
from port2port.governance.desk.queries import RequestShown, officer
from port2port.governance.desk.rules import (
    CLOSED,
    ENDS,
    LONGEST_TEXT,
    OPEN,
    NewRequest,
    request_problems,
    search_problems,
    step_allowed,
    text_problems,
)
from port2port.governance.desk.sealing import Asked, seal, seal_asked
from port2port.members.acting import action, current_actor
from port2port.reports.marks import marks_of
from port2port.reports.observables.kinds import kinds
from port2port.reports.observables.normal import normalised
from port2port.reports.observables.refused import Unrecognised
from port2port.sharing.guardrails.text import findings

KIND = "request"
MOST_TRACES = 500
NOT_NOW = _("This does not follow what was done so far.")


def national_number(text: str) -> bool:
    """Say whether a text holds a national register number, which is kept nowhere here (law of 8 August 1983)."""
    return any(one.kind == "national_number" for one in findings(text))


def _without_numbers(**texts: str) -> list[Problem]:
    return [
        Problem(name, _("A national register number is not kept here. Take it out."))
        for name, text in texts.items()
        if national_number(text)
    ]


@action
def receive(new: NewRequest, *, at: datetime, invented: bool = False) -> Request:
    """Write down a request that came in. Raises Refused for anybody but the officer, Invalid."""
    organisation = officer()
    problems = request_problems(new, file(), at=at) + _without_numbers(
        name=new.name, contact=new.contact, wish=new.wish
    )
    if problems:
        raise Invalid(problems)
    key = new_id()
    asked = Asked(new.name.strip(), new.contact.strip(), new.wish.strip())
    clock = due_if(new.kind, new.received_at, key, extended=None, at=at)
    made = Request(
        id=key, organisation_id=organisation, kind=new.kind, language=new.language, received_at=new.received_at,
        sealed=seal_asked(asked, key), state=OPEN, due=clock.due if clock else None, invented=invented,
    )  # fmt: skip
    made.save(force_insert=True)
    _step(made, "received", at=at)
    return made


@action
def check_identity(request: UUID, *, how: str, at: datetime) -> RequestStep:
    """Write down how the identity was checked; no copy of anything. Raises NotFound, Conflict, Invalid."""
    found = _open(request, "identity", at)
    if how not in {one.code for one in file().identities}:
        raise Invalid([Problem("how", _("Choose how it was checked."))])
    return _step(found.row, "identity", at=at, code=how)


@action
def search(request: UUID, *, terms: Sequence[str], at: datetime) -> int:
    """Look where the own organisation holds something of the person, and return in how many places.

    The terms are written down nowhere; the journal has the number of the request and how much was found. Raises
    NotFound, Conflict, Invalid.
    """
    found = _open(request, "searched", at)
    if "identity" not in found.acts or not file().kind(found.row.kind).searched:
        raise Conflict(NOT_NOW)
    problems = search_problems(terms, refused=[one for one in terms if national_number(one)])
    if problems:
        raise Invalid(problems)
    marks, needles = _marks_and_needles(terms)
    with connection.cursor() as cursor:
        cursor.execute("select governance_search(%s, %s, %s, %s)", [request, needles, marks, MOST_TRACES])
        (number,) = cursor.fetchone()
    rows = [UUID(row) for row in Trace.objects.filter(request_id=request).exclude(row="").values_list("row", flat=True)]
    # named as a list that was read: the watch on unusual reading counts it with all else (docs/misuse.md)
    journal.write(
        "trace.listed", kind=KIND, record=request, at=at, records=rows[: journal.LONGEST_LIST], terms=len(terms)
    )
    _step(found.row, "searched", at=at, number=number)
    return int(number)


def _marks_and_needles(terms: Sequence[str]) -> tuple[list[bytes], list[str]]:
    """Return what is compared with blinded marks, and what is looked for in texts: as typed and in its normal form."""
    marks: dict[bytes, None] = {}
    needles: dict[str, None] = {}
    for term in terms:
        needles[term.casefold()] = None
        for kind in kinds():
            try:
                one = normalised(kind.code, term)
            except Unrecognised:
                continue
            marks[marks_of(one)[0].key] = None
            if kind.code in ("phone", "email", "plate") and len(one.value) >= len(term) // 2:
                needles[one.value.casefold()] = None
    return list(marks), list(needles)


@action
def decide(request: UUID, *, traces: Sequence[UUID], decision: str, ground: str = "", at: datetime) -> int:
    """Give, withhold (on a ground) or ask the keeper about what was found. Returns how many. Raises as `search`."""
    found = _open(request, "noted", at)
    problems = []
    if decision not in ("given", "withheld", "asked"):
        problems.append(Problem("decision", _("Choose what is to be done with it.")))
    if decision == "withheld" and ground not in {one.code for one in file().grounds_for(found.row.kind)}:
        problems.append(Problem("ground", _("Choose a ground.")))
    if not traces:
        problems.append(Problem("traces", _("Choose at least one.")))
    if problems:
        raise Invalid(problems)
    number = Trace.objects.filter(request_id=request, id__in=traces).update(
        decision=decision, ground=ground if decision == "withheld" else "", decided_by_id=current_actor().person,
        decided_at=at,
    )  # fmt: skip
    if number != len(set(traces)):
        raise NotFound()
    journal.write(f"trace.{decision}", kind=KIND, record=request, at=at, count=number, reason=ground)
    return number


@action
def extend(request: UUID, *, reason: str, at: datetime) -> RequestStep:
    """Extend the time for the answer, with the reason that is told to whoever asked, within the first time.

    GDPR, article 12(3): the person is told within one month, with the reasons. Raises NotFound, Conflict, Invalid.
    """
    found = _open(request, "extended", at)
    if found.clock is None or found.clock.state == "late":
        raise Conflict(_("The first time is over: it can no longer be extended."))
    problems = text_problems("reason", reason, longest=LONGEST_TEXT) + _without_numbers(reason=reason)
    if problems:
        raise Invalid(problems)
    return _step(found.row, "extended", at=at, text=reason.strip())


@action
def hand_over(request: UUID, *, organisation: UUID, at: datetime) -> None:
    """Hand a request to the desk of a joint controller (GDPR, article 26); this desk reads it no more.

    Raises NotFound, Conflict, Invalid where there is no other desk.
    """
    found = _open(request, "handed", at)
    _step(found.row, "handed", at=at)
    journal.write("request.handed", kind=KIND, record=request, at=at, to=organisation)
    with connection.cursor() as cursor:
        cursor.execute("select governance_hand_request(%s, %s)", [request, organisation])


@action
def close(request: UUID, *, act: str, at: datetime, ground: str = "", text: str = "") -> RequestStep:
    """Answer, refuse on a ground, pass on to the supervisory body, or write down that it was taken back.

    `text`: the letter as it was sent; sealed like the name, and erased with it. Raises NotFound, Conflict, Invalid.
    """
    if act not in ENDS:
        raise Invalid([Problem("act", _("This is not possible here."))])
    found = _open(request, act, at)
    problems = text_problems("text", text, longest=LONGEST_TEXT, needed=act != "withdrawn") + _without_numbers(
        text=text
    )
    if act == "refused" and ground not in {one.code for one in file().grounds_for(found.row.kind)}:
        problems.append(Problem("ground", _("Choose a ground.")))
    if act == "answered" and Trace.objects.filter(request_id=request, decision__in=("", "asked")).exists():
        problems.append(Problem("act", _("Decide first what of the places found is given and what is withheld.")))
    if problems:
        raise Invalid(problems)
    return _step(found.row, act, at=at, code=ground if act == "refused" else "", text=text.strip())


def _open(request: UUID, act: str, at: datetime) -> RequestShown:
    """Return an open request on which this may be done now. Raises NotFound, Conflict."""
    Request.objects.select_for_update().filter(id=request).first()  # two of the desk do not end it twice
    found = queries.request(request, at=at)
    if found.row.state != OPEN or not step_allowed(act, found.acts, regime=file().kind(found.row.kind).regime):
        raise Conflict(NOT_NOW)
    return found


def _step(
    request: Request, act: str, *, at: datetime, code: str = "", number: int | None = None, text: str = ""
) -> RequestStep:
    made = RequestStep(
        id=new_id(), request=request, at=at, act=act, code=code, number=number, person_id=current_actor().person,
        sealed=seal(text, request.id) if text else None, organisation_id=officer(),
    )  # fmt: skip
    made.save(force_insert=True)
    _wind(request, at=at)
    journal.write(f"request.{act}", kind=KIND, record=request.id, at=at, reason=code)
    return made


def _wind(request: Request, *, at: datetime) -> None:
    """Keep with the request by when it is due, and when it is closed until when names and the rest are kept."""
    steps = list(request.steps.order_by("at", "id"))
    if steps[-1].act in ENDS:
        head = file().head
        request.state, request.closed_at, request.due = CLOSED, at, None
        request.erase_at, request.kept_until = at + timedelta(days=head.erase_days), at + timedelta(days=head.keep_days)
    else:
        clock = request_clock(request, steps, at=at)
        request.due = clock.due if clock is not None else None
    changed = ("state", "closed_at", "due", "erase_at", "kept_until")
    request.save(update_fields=changed)
