"""Reading who knows what. What one sees of whom is the policy's business: nothing is filtered here that it filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, NotFound, Problem
from port2port.knowledge.experts.models import Expert, Expertise
from port2port.knowledge.experts.rules import NEVER
from port2port.knowledge.experts.vocabulary import around, beneath
from port2port.members.acting import current_actor
from port2port.members.facts import facts
from port2port.members.models import Circle, Membership, Organisation, Person
from port2port.sharing.queries import Slice

EXPERTISE = "expertise"
SUGGESTED = 5


@dataclass(frozen=True)
class Known:
    """What somebody declared, as far as the actor sees it; `name`: "" of a person whose name the actor may not know."""

    expert: Expert
    topics: tuple[Expertise, ...]
    name: str
    organisation: Organisation

    @property
    def own(self) -> bool:
        """Whether it is the actor's own."""
        return self.expert.person_id == current_actor().person

    @property
    def colleague(self) -> bool:
        """Whether the actor may confirm it: it is a colleague's, not one's own."""
        actor = current_actor()
        return not self.own and not actor.shielded and self.expert.organisation_id == actor.organisation


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty: everything."""

    topic: str = ""
    language: str = ""


@dataclass(frozen=True)
class Listing:
    """A page of people who know something, and where it goes on."""

    rows: list[Known]
    slice: Slice


def shown(ids: Sequence[UUID]) -> list[Known]:
    """Return these in this order, as far as they are seen."""
    by_id = {one.id: one for one in Expert.objects.filter(id__in=ids).prefetch_related("topics")}
    kept = [by_id[i] for i in ids if i in by_id]
    names = dict(Person.objects.filter(id__in=[one.person_id for one in kept]).values_list("id", "name"))
    known = facts().organisations
    return [
        Known(
            expert=one,
            topics=tuple(sorted(one.topics.all(), key=lambda t: (t.confirmed_at is None, t.declared_at, t.topic))),
            name=names.get(one.person_id, ""),
            organisation=known.get(one.organisation_id) or Organisation.objects.get(id=one.organisation_id),
        )
        for one in kept
    ]


# A topic that a colleague has confirmed counts before one that nobody has; then who declared first.
_PAGE = """
select id, rank from (
  select e.id, min(case when t.confirmed_at is null then 1 else 0 end) as rank
  from knowledge_expert e join knowledge_expertise t on t.expert_id = e.id
  where e.until >= %(today)s and (%(topics)s::text[] is null or t.topic = any(%(topics)s))
    and (%(language)s = '' or %(language)s = any(e.languages)) and (%(me)s::uuid is null or e.person_id <> %(me)s)
  group by e.id
) found where (rank, id) > (%(rank)s, %(after)s) order by rank, id limit %(size)s"""
_FIRST = (-1, UUID(int=0))


def page(filters: Filters, *, today: date, cursor: str = "", size: int = 25) -> Listing:
    """Return who knows about a topic or what stands beneath it. Raises Invalid for a cursor that is not ours."""
    topics = beneath(filters.topic) if filters.topic else None
    found = _found(topics, filters.language, today=today, after=_read_cursor(cursor), size=size + 1, without=None)
    ids = [one for one, _rank in found[:size]]
    last = found[size - 1] if len(found) > size else None
    return Listing(shown(ids), Slice(ids, f"{last[1]}.{last[0]}" if last else "", ""))


def who_knows(topic: str, *, today: date, most: int = SUGGESTED) -> list[Known]:
    """Return whom to ask about a topic: of it, of finer ones, and of the one above; never oneself."""
    found = _found(around(topic), "", today=today, after=_FIRST, size=most, without=current_actor().person)
    return shown([one for one, _rank in found])


def expert(identifier: UUID) -> Known:
    """Return one. Raises NotFound, the same for absent and hidden."""
    found = shown([identifier])
    if not found:
        raise NotFound(kind=EXPERTISE)
    return found[0]


def mine() -> Known | None:
    """Return what the actor declared for the organisation it acts for."""
    actor = current_actor()
    if actor.organisation is None:
        return None
    found = Expert.objects.filter(person_id=actor.person, organisation_id=actor.organisation).values_list("id")
    return next(iter(shown([row[0] for row in found])), None)


def to_confirm() -> list[Known]:
    """Return the colleagues who ask the actor to confirm something that nobody has confirmed yet."""
    actor = current_actor()
    if actor.organisation is None:
        return []
    ids = (
        Expert.objects.filter(
            asked_id=actor.person, organisation_id=actor.organisation, topics__confirmed_at=None
        ).exclude(person_id=actor.person)
    ).values_list("id", flat=True)  # fmt: skip
    return shown(list(dict.fromkeys(ids)))


def circles() -> list[Circle]:
    """Return the circles one may show it to: those one is in, but none that carries it outside."""
    actor = current_actor()
    found = Circle.objects.filter(id__in=actor.keys, closed_at=None).exclude(kind__in=NEVER)
    return sorted(found, key=lambda one: (one.organisation_id != actor.organisation, one.kind, one.slug))


def default_circles(of: Iterable[Circle]) -> list[UUID]:
    """Return the circles of the actor's organisation among these: what is chosen unless one chooses otherwise."""
    return [one.id for one in of if one.of == "organisations"]


def colleagues() -> list[tuple[UUID, str]]:
    """Return the people of the actor's organisation who may confirm: all but oneself, by name."""
    actor = current_actor()
    if actor.organisation is None:
        return []
    rows = Membership.objects.filter(
        organisation_id=actor.organisation, until=None, person__kind="human", person__active=True, shielded=False
    ).exclude(person_id=actor.person)
    return sorted(set(rows.values_list("person_id", "person__name")), key=lambda one: one[1].casefold())


def _found(
    topics: Sequence[str] | None, language: str, *, today: date, after: tuple[int, UUID], size: int,
    without: UUID | None,
) -> list[tuple[UUID, int]]:  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            _PAGE,
            {
                "topics": list(topics) if topics is not None else None,
                "language": language,
                "today": today,
                "rank": after[0],
                "after": after[1],
                "size": size,
                "me": without,
            },
        )
        return list(cursor.fetchall())


def _read_cursor(cursor: str) -> tuple[int, UUID]:
    if not cursor:
        return _FIRST
    rank, _dot, last = cursor.partition(".")
    try:
        return int(rank[:1]), UUID(last)
    except ValueError:
        message = _("This page address is not one of ours. Start at the first page.")
        raise Invalid([Problem("cursor", message)]) from None
