"""Reading culture at a glance: the own people under the policy of courses, the rest as the database tells it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from port2port.members.models import Membership, Person
from port2port.training.courses import queries as courses
from port2port.training.courses.contents import topics
from port2port.training.courses.queries import Pass
from port2port.training.culture.rules import (
    SIZES,
    Audience,
    Culture,
    Exercised,
    Group,
    Lapsing,
    Rest,
    Trained,
    audience_of,
    quarter_end,
)


def culture(*, at: datetime) -> Culture:
    """Return how the own organisation is trained, for who trains there, and how the others are, without names."""
    on, own = timezone.localdate(at), courses.trains()
    passes = courses.team_passes(on=on) if own else []
    rest, as_of = _rest(on)
    people = _people() if own else {}
    return Culture(
        own=own,
        on=on,
        quarter_ends=quarter_end(on),
        as_of=as_of,
        groups=tuple(
            _group(one.code, people if own else None, passes, rest)  # type: ignore[arg-type]  # the file's codes
            for one in topics().audiences
        ),
        lapsing=_lapsing(passes, people, on=on),
        exercised=_exercised(own, rest),
    )


def _people() -> dict[UUID, Audience]:
    """Return to which audience each of the own people belongs."""
    rows = Membership.objects.filter(organisation_id=courses.trainer(), until=None, shielded=False)
    roles: dict[UUID, set[str]] = defaultdict(set)
    for person, held in rows.values_list("person_id", "roles"):
        roles[person].update(held)
    active = Person.objects.filter(id__in=roles, active=True, kind="human").values_list("id", flat=True)
    return {one: audience_of(roles[one]) for one in active}


def _group(
    audience: Audience,
    people: Mapping[UUID, Audience] | None,
    passes: Iterable[Pass],
    rest: Mapping[tuple[str, str], Rest],
) -> Group:
    held: dict[str, set[UUID]] = defaultdict(set)
    for one in passes:
        if one.counts:
            for topic in one.topics:
                held[topic].add(one.completion.person_id)
    taught = courses.offered().values()
    own = None if people is None else {one for one, belongs in people.items() if belongs == audience}
    return Group(
        audience,
        None if own is None else len(own),
        tuple(
            Trained(
                topic.code,
                tuple(one.slug for one in taught if topic.code in one.head.topics),
                None if own is None else len(held[topic.code] & own),
                rest.get((audience, topic.code)),
            )
            for topic in topics().of(audience)
        ),
    )


def _lapsing(passes: Iterable[Pass], people: Mapping[UUID, Audience], *, on: date) -> tuple[Lapsing, ...]:
    number: Counter[str] = Counter()
    first: dict[str, date] = {}
    for (person, slug), one in courses.best(passes).items():
        if person in people and one.counts and one.ends <= quarter_end(on):
            number[slug] += 1
            first[slug] = min(one.ends, first.get(slug, one.ends))
    found = (Lapsing(slug, number[slug], first[slug]) for slug in number)
    return tuple(sorted(found, key=lambda one: (one.first, one.course)))


def _rest(on: date) -> tuple[dict[tuple[str, str], Rest], date]:
    with connection.cursor() as cursor:
        cursor.execute("select audience, code, organisations, low, middle, high, as_of from training_culture()")
        rows = cursor.fetchall()
    as_of = timezone.localdate(rows[0][-1]) if rows else on.replace(day=1)
    return {(audience, code): Rest(*figures) for audience, code, *figures, _as_of in rows}, as_of


def _exercised(own: bool, rest: Mapping[tuple[str, str], Rest]) -> tuple[Exercised, ...]:
    with connection.cursor() as cursor:
        cursor.execute("select size, number from training_own_exercises()")
        number = dict(cursor.fetchall())
    return tuple(Exercised(size, number.get(size, 0) if own else None, rest.get(("", size))) for size in SIZES)
