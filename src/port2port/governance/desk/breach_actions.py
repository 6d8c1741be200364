"""What is done about a breach of personal data on the platform. Each is one transaction; a step is never changed."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem
from port2port.base.ids import new_id
from port2port.governance.desk import queries
from port2port.governance.desk.actions import NOT_NOW, national_number
from port2port.governance.desk.catalogue import breaches as file
from port2port.governance.desk.clocks import breach_clock
from port2port.governance.desk.models import Breach, BreachStep
from port2port.governance.desk.queries import BreachShown, recorder
from port2port.governance.desk.rules import (
    BREACH_ACTS,
    LONGEST_TEXT,
    NewBreach,
    breach_problems,
    breach_step_allowed,
    text_problems,
)
from port2port.members.acting import action, current_actor

KIND = "breach"
LARGEST_NUMBER = 2**31 - 1  # what the column takes


@action
def record_breach(new: NewBreach, *, at: datetime, invented: bool = False) -> Breach:
    """Write down a breach; its 72 hours run from when it was known. Raises Refused, Invalid."""
    organisation = recorder()
    problems = breach_problems(new, [one.code for one in file().natures], at=at)
    if national_number(f"{new.title} {new.what}"):
        problems.append(Problem("what", _("A national register number is not kept here. Take it out.")))
    if problems:
        raise Invalid(problems)
    made = Breach(
        id=new_id(), organisation_id=organisation, title=new.title.strip(), nature=list(new.nature),
        what=new.what.strip(), happened_at=new.happened_at, aware_at=new.aware_at, invented=invented,
    )  # fmt: skip
    clock = breach_clock(made, [], at=at)
    made.due = clock.due if clock is not None else None
    made.save(force_insert=True)
    _step(made, "opened", at=at)
    return made


@action
def describe(
    breach: UUID,
    *,
    persons: int | None,
    records: int | None,
    processings: list[str],
    consequences: str,
    measures: str,
    at: datetime,
) -> None:
    """Write down what the authority asks for (GDPR, article 33(3)). Raises NotFound, Conflict, Invalid."""  # fmt: skip
    found = _open(breach, "noted", at)
    problems = text_problems("consequences", consequences, longest=LONGEST_TEXT, needed=False)
    problems += text_problems("measures", measures, longest=LONGEST_TEXT, needed=False)
    for name, number in (("persons", persons), ("records", records)):
        if number is not None and not 0 <= number <= LARGEST_NUMBER:
            problems.append(Problem(name, _("Write a number.")))
    if national_number(f"{consequences} {measures}"):
        problems.append(Problem("measures", _("A national register number is not kept here. Take it out.")))
    if problems:
        raise Invalid(problems)
    row = found.row
    row.persons, row.records, row.processings = persons, records, processings
    row.consequences, row.measures = consequences.strip(), measures.strip()
    row.save(update_fields=("persons", "records", "processings", "consequences", "measures"))
    _step(row, "noted", at=at)


@action
def take_step(breach: UUID, *, act: str, at: datetime, code: str = "", text: str = "") -> BreachStep:
    """Tick an item, assess the risk, write down who was told or why nobody was, or close it.

    `text`: the reason, or the reference at the authority. Nothing is sent. Raises NotFound, Conflict, Invalid.
    """
    if act not in BREACH_ACTS:
        raise Invalid([Problem("act", _("This is not possible here."))])
    found = _open(breach, act, at)
    known = {"checked": file().items, "assessed": file().risks}.get(act)
    problems = text_problems("text", text, longest=LONGEST_TEXT, needed=act not in ("checked", "closed"))
    if known is not None and code not in {one.code for one in known}:
        problems.append(Problem("code", _("Choose one.")))
    if national_number(text):
        problems.append(Problem("text", _("A national register number is not kept here. Take it out.")))
    if problems:
        raise Invalid(problems)
    if act == "checked" and (act, code) in found.acts:
        raise Conflict(NOT_NOW)
    return _step(found.row, act, at=at, code=code if known is not None else "", text=text.strip())


@action
def tell_organisation(breach: UUID, *, organisation: UUID, at: datetime) -> UUID:
    """Tell a joint controller: its desk gets a record of its own, whose 72 hours run from now. Returns its id.

    Raises NotFound, Conflict, Invalid where there is no desk.
    """
    found = _open(breach, "noted", at)
    if organisation in found.row.told:
        raise Conflict(_("They were told already."))
    made = new_id()
    clock = breach_clock(Breach(id=made, aware_at=at), [], at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "select governance_tell_breach(%s, %s, %s, %s)",
            [breach, organisation, made, clock.due if clock is not None else None],
        )
    _step(found.row, "told", at=at)
    journal.write("breach.shared", kind=KIND, record=breach, at=at, to=organisation)
    return made


def _open(breach: UUID, act: str, at: datetime) -> BreachShown:
    Breach.objects.select_for_update().filter(id=breach).first()  # two of the desk do not decide at once
    found = queries.breach(breach, at=at)
    if found.row.closed_at is not None or not breach_step_allowed(act, found.acts):
        raise Conflict(NOT_NOW)
    return found


def _step(breach: Breach, act: str, *, at: datetime, code: str = "", text: str = "") -> BreachStep:
    made = BreachStep(
        id=new_id(), breach=breach, at=at, act=act, code=code, text=text, person_id=current_actor().person,
        organisation_id=recorder(),
    )  # fmt: skip
    made.save(force_insert=True)
    steps = list(breach.steps.order_by("at", "id"))
    clock = breach_clock(breach, steps, at=at)
    breach.due = clock.due if clock is not None and act != "closed" else None
    breach.closed_at = at if act == "closed" else None
    breach.save(update_fields=("due", "closed_at"))
    journal.write(f"breach.{act}", kind=KIND, record=breach.id, at=at, reason=code)
    return made
