"""What ports tell about measures: how far they are, and how they did it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.measures import adoption_queries
from port2port.measures.actions import guarded
from port2port.measures.adoption_models import Adoption, Answer, Question
from port2port.measures.adoption_queries import Spot
from port2port.measures.models import Measure
from port2port.measures.queries import KIND
from port2port.measures.rules import ADOPTABLE, Told, text_problems, told_problems
from port2port.members.acting import action, current_actor
from port2port.members.facts import facts
from port2port.sharing import queries as sharing_queries
from port2port.sharing.references import ZONE

ANSWER_LONGEST = {"text": 4000, "practice": 8000, "reach": 200}


def spot_of(code: str) -> Spot:
    """Return the own place of a code. Raises Refused for another's or none: it is told alike of both."""
    for spot in adoption_queries.own_spots():
        if spot.code == code:
            return spot
    raise Refused(_("You tell only of the ports or the facility that you look after."))


@action
def tell(identifier: UUID, *, spot: Spot, told: Told, at: datetime, invented: bool = False) -> Adoption:
    """Say how far an own port or facility is with a measure; what was said before is kept.

    Raises NotFound; Refused for a place that the actor does not look after; Invalid; Conflict for a measure that is
    not there to be adopted.
    """
    sharing_queries.record(identifier, KIND)
    state = Measure.objects.values_list("state", flat=True).get(record_id=identifier)
    if state not in ADOPTABLE:
        raise Conflict(_("It is not agreed yet, or no longer in force: there is nothing to adopt."))
    told = told.kept()
    texts = {name: getattr(told, name) for name in ("evidence", "reason", "obstacles", "help_needed")}
    problems = [*told_problems(told, today=at.astimezone(ZONE).date()), *guarded(texts)]
    if problems:
        raise Invalid(problems)
    actor = current_actor()
    values = {name: getattr(told, name) for name in Told.__dataclass_fields__}
    cell = Adoption(
        id=new_id(), measure_id=identifier, port=spot.port, facility=spot.facility, organisation_id=actor.organisation,
        person_id=actor.person, at=at, invented=invented, **values,
    )  # fmt: skip
    # Two of a port may tell at the same moment: there is one cell, the later word counts and the earlier is kept.
    Adoption.objects.bulk_create(
        [cell],
        update_conflicts=True,
        unique_fields=["measure", "port", "facility", "published"],
        update_fields=["organisation", "person", "at", "invented", *values],
    )
    where = spot.facility.id if spot.facility is not None else spot.port.id
    journal.write("measure.adoption", kind=KIND, record=identifier, at=at, place=where, state=told.state)
    found = adoption_queries.own_cell(identifier, spot)
    if found is None:
        raise NotFound(kind=KIND, record=identifier)
    return found


@action
def note_published(
    measure: Measure,
    *,
    port: UUID,
    since: datetime,
    precision: str,
    evidence: str,
    source_name: str,
    source_url: str,
    at: datetime,
) -> None:
    """Put the published fact that a port has a measure beside the measure that was taken in."""
    Adoption(
        id=new_id(), measure=measure, port_id=port, published=True, at=at, state="in_place", since=since.date(),
        since_precision=precision, evidence=evidence, source_name=source_name, source_url=source_url,
    ).save(force_insert=True)  # fmt: skip


@action
def ask_how(identifier: UUID, *, text: str, at: datetime, port: str = "") -> Question:
    """Ask those who have a measure in place how they did it, or one port. Who asks does not learn whom it reached.

    Raises NotFound, Refused, Invalid.
    """
    sharing_queries.record(identifier, KIND)
    actor = current_actor()
    problems = [*text_problems({"text": text}, {"text": 2000}), *guarded({"text": text})]
    if not text.strip():
        problems.append(Problem("text", _("Write what you want to know.")))
    named = next((one for one in facts().ports.values() if one.locode == port and one.member), None)
    if port and named is None:
        problems.append(Problem("port", _("This code is not known here.")))
    if problems:
        raise Invalid(problems)
    if actor.organisation is None or not (actor.may("steward") or actor.may("speak")):
        raise Refused(_("None of your roles in this organisation may do that."), kind=KIND, record=identifier)
    question = Question(
        measure_id=identifier, port=named, organisation_id=actor.organisation, person_id=actor.person,
        text=text.strip(), at=at,
    )  # fmt: skip
    question.save(force_insert=True)
    journal.write("measure.asked", kind=KIND, record=identifier, at=at, question=question.id)
    return question


@action
def answer_how(
    identifier: UUID,
    *,
    text: str,
    at: datetime,
    practice: str = "",
    mentor: UUID | None = None,
    reach: str = "",
    shared: bool = False,
) -> Answer:
    """Answer a question that reached the own organisation, or change the answer. `shared`: others may read it too.

    Raises NotFound for a question that did not reach it, Invalid.
    """
    question = adoption_queries.question(identifier)
    actor = current_actor()
    if question is None or actor.organisation is None or question.organisation_id == actor.organisation:
        raise NotFound()
    texts = {"text": text, "practice": practice, "reach": reach}
    problems = [*text_problems(texts, ANSWER_LONGEST), *guarded(texts)]
    if not text.strip():
        problems.append(Problem("text", _("Write an answer.")))
    if mentor is not None and mentor not in {person for person, _name in adoption_queries.colleagues()}:
        problems.append(Problem("mentor", _("Choose somebody of your organisation.")))
    if problems:
        raise Invalid(problems)
    values = {
        "person_id": actor.person, "at": at, "text": text.strip(), "practice": practice.strip(), "mentor_id": mentor,
        "reach": reach.strip(), "shared": shared,
    }  # fmt: skip
    before = Answer.objects.filter(question_id=identifier, organisation_id=actor.organisation).first()
    if before is None:
        answer = Answer(
            question_id=identifier, measure_id=question.measure_id, organisation_id=actor.organisation, **values
        )
        answer.save(force_insert=True)
    else:
        Answer.objects.filter(id=before.id).update(**values)
        answer = Answer.objects.get(id=before.id)
    journal.write("measure.answered", kind=KIND, record=question.measure_id, at=at, question=identifier, shared=shared)
    return answer
