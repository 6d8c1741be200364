"""What is done about who knows what: declare, end, confirm, take a confirmation back. Each is one transaction."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.knowledge.experts import queries
from port2port.knowledge.experts.models import Expert, Expertise
from port2port.knowledge.experts.queries import EXPERTISE, Known
from port2port.knowledge.experts.rules import Declaration, problems_of
from port2port.knowledge.experts.vocabulary import by_code, limits
from port2port.members.acting import action, current_actor


@action
def declare(said: Declaration, *, at: datetime) -> Known:
    """Say what one knows, in the place of what one said before; a topic that stays keeps its confirmation.

    Raises Refused for whoever acts for no organisation or under an alias, Invalid with every problem at once.
    """
    actor = current_actor()
    if actor.organisation is None or actor.shielded:
        raise Refused(_("You act for no organisation."))
    problems = problems_of(
        said, known=by_code(), circles=(one.id for one in queries.circles()),
        colleagues=(one for one, _name in queries.colleagues()), today=at.date(), longest_days=limits().longest_days,
    )  # fmt: skip
    if problems:
        raise Invalid(problems)
    row = Expert.objects.filter(person_id=actor.person, organisation_id=actor.organisation).first()
    values = {
        "languages": sorted(set(said.languages)), "reaches": sorted(set(said.reaches)), "mail": said.mail,
        "until": said.until, "audience": sorted(set(said.circles)), "asked_id": said.asked, "changed_at": at,
    }  # fmt: skip
    if row is None:
        row = Expert(person_id=actor.person, organisation_id=actor.organisation, declared_at=at, **values)
        row.save(force_insert=True)
    else:
        Expert.objects.filter(id=row.id).update(**values)
    wanted = set(said.topics)
    Expertise.objects.filter(expert=row).exclude(topic__in=wanted).delete()
    kept = set(Expertise.objects.filter(expert=row).values_list("topic", flat=True))
    fresh = [Expertise(expert=row, topic=one, declared_at=at) for one in sorted(wanted - kept)]
    Expertise.objects.bulk_create(fresh)
    journal.write("expertise.declared", kind=EXPERTISE, at=at, topics=len(wanted))
    return queries.expert(row.id)


@action
def end(*, at: datetime) -> None:
    """Take back what one declared, with its confirmations. Raises NotFound when there is nothing."""
    mine = queries.mine()
    if mine is None:
        raise NotFound(kind=EXPERTISE)
    Expert.objects.filter(id=mine.expert.id).delete()
    journal.write("expertise.ended", kind=EXPERTISE, at=at)


@action
def confirm(expert: UUID, *, topic: str, at: datetime) -> Known:
    """Say of a colleague that one knows it to be so; said twice it counts once.

    Raises NotFound, Refused for oneself and for others than colleagues, Conflict when another confirmed it, Invalid.
    """
    row = _of_colleague(expert, topic)
    actor = current_actor()
    if row.confirmed_by_id is None:
        if not Expertise.objects.filter(id=row.id, confirmed_at=None).update(
            confirmed_by_id=actor.person, confirmed_at=at
        ):
            raise Conflict(_("A colleague has confirmed it already."))
        journal.write("expertise.confirmed", kind=EXPERTISE, at=at, expertise=row.id)
    elif row.confirmed_by_id != actor.person:
        raise Conflict(_("A colleague has confirmed it already."))
    return queries.expert(expert)


@action
def unconfirm(expert: UUID, *, topic: str, at: datetime) -> Known:
    """Take back what one confirmed. Raises NotFound, Refused, Conflict when oneself did not confirm it, Invalid."""
    row = _of_colleague(expert, topic)
    if row.confirmed_by_id != current_actor().person:
        raise Conflict(_("Only who confirmed it can take that back."))
    Expertise.objects.filter(id=row.id).update(confirmed_by_id=None, confirmed_at=None)
    journal.write("expertise.unconfirmed", kind=EXPERTISE, at=at, expertise=row.id)
    return queries.expert(expert)


def _of_colleague(expert: UUID, topic: str) -> Expertise:
    known = queries.expert(expert)
    if not known.colleague:
        raise Refused(_("A colleague of the same organisation confirms it, never oneself."), kind=EXPERTISE)
    row = next((one for one in known.topics if one.topic == topic), None)
    if row is None:
        raise Invalid([Problem("topic", _("This topic was not declared."))])
    return row
