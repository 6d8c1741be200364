"""Audiences: from what a person chooses (circles, persons) to keys, and from keys back to words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from port2port.base import rows
from port2port.base.errors import Invalid, Problem
from port2port.members.acting import current_actor
from port2port.members.facts import facts
from port2port.members.models import Circle, Organisation, Person
from port2port.members.network_data import label
from port2port.members.topics import is_topic
from port2port.sharing.models import Record
from port2port.sharing.rules import audience_problem
from port2port.sharing.tlp import Tlp


@dataclass(frozen=True)
class Audience:
    """Who will read: `addressed` as chosen, `keys` as enforced."""

    addressed: tuple[UUID, ...]
    keys: tuple[UUID, ...]
    tlp: Tlp


@dataclass(frozen=True)
class Preview:
    """Who will see this: counts of people with sight now.

    `hidden`: a confidential circle is not counted; `users`: nor is who uses what it is about, be they none or all.
    """

    people: int
    organisations: int
    hidden: bool
    organisation_names: tuple[str, ...]
    users: bool = False

    @property
    def words(self) -> str:
        """One sentence for the form."""
        text = ngettext("%(n)s person", "%(n)s people", self.people) % {"n": self.people}
        if self.users:
            return _("whoever uses it, be it nobody or all, and besides them %(people)s") % {"people": text}
        text += " " + ngettext("in %(n)s organisation", "in %(n)s organisations", self.organisations) % {
            "n": self.organisations
        }
        if self.hidden:
            text += ", " + _("and a circle whose members are not shown")
        return text


def addressable() -> list[Circle]:
    """Return the circles the actor may address, its own organisation's first, then by name."""
    actor = current_actor()
    found = [
        c
        for c in Circle.objects.filter(closed_at=None).exclude(kind__in=["sealed", "everyone"]).select_related("port")
        if c.id in actor.keys or c.addressed_by == "everyone"
    ]
    language = get_language() or "en"
    return sorted(found, key=lambda c: (c.organisation_id != actor.organisation, c.kind, label(c.names, language)))


def wider(record: Record, addressed: Iterable[UUID], tlp: Tlp) -> Audience:
    """Turn a choice of who else may see a record into keys; nobody loses it.

    Raises Invalid as `build` does, for a stricter TLP, and when it would let nobody in.
    """
    if tlp > record.tlp:
        raise Invalid([Problem("tlp", gettext_lazy("Sharing with more cannot make the TLP stricter."))])
    more = build(addressed, tlp, personal_data=record.personal_data)
    if tlp == record.tlp and set(more.keys) <= set(record.audience):
        raise Invalid([Problem("audience", gettext_lazy("They can see it already."))])
    return more


def build(
    addressed: Iterable[UUID],
    tlp: Tlp,
    *,
    personal_data: str = "none",
    field: str = "audience",
    read: Iterable[Circle] = (),
) -> Audience:
    """Turn a choice into keys. The author's own key is always among them; RED seals circles of persons.

    `read`: open circles that the actor read a moment ago, so that they are not read again.

    Raises Invalid naming `field` when the audience is empty, not addressable, or does not go with the TLP.
    """
    actor = current_actor()
    chosen = tuple(dict.fromkeys(addressed))
    if not chosen:
        raise Invalid([Problem(field, gettext_lazy("Choose who should know."))])
    circles = {c.id: c for c in read if c.id in chosen}
    unread = [key for key in chosen if key not in circles]
    if unread:
        circles |= {c.id: c for c in rows.select(Circle, "t.id = any(%s) and t.closed_at is null", [unread])}
    rest = [key for key in chosen if key not in circles]
    persons = set(Person.objects.filter(id__in=rest, active=True).values_list("id", flat=True)) if rest else set()
    everyone = {c.id for c in circles.values() if c.kind == "everyone"}
    for key in chosen:
        known = (
            key in persons
            or is_topic(key)
            or (key in circles and (key in actor.keys or circles[key].addressed_by == "everyone" or key in everyone))
        )
        if not known:
            raise Invalid([Problem(field, gettext_lazy("You cannot address one of these circles or persons."))])
    own = {
        c.id
        for c in circles.values()
        if c.organisation_id == actor.organisation and c.kind in ("organisation", "facility")
    }
    problem = audience_problem(
        tlp,
        everyone=bool(everyone),
        only_persons=all(
            k in persons or (k in circles and circles[k].of == "persons" and circles[k].kind != "facility")
            for k in chosen
        ),
        only_own=all(k in own or k in _own_people(persons) for k in chosen),
        direct=personal_data == "direct",
        topics=any(is_topic(k) for k in chosen),
        only_topics=all(is_topic(k) or k in own or k in _own_people(persons) for k in chosen),
    )
    if problem:
        raise Invalid([Problem(field, problem)])
    keys = [_seal(k) if tlp == Tlp.RED and k in circles and circles[k].kind != "sealed" else k for k in chosen]
    return Audience(chosen, tuple(dict.fromkeys([*keys, actor.person])), tlp)


def preview(addressed: Iterable[UUID], tlp: Tlp) -> Preview:
    """Say who would see a record with this audience, counting only what the actor may know."""
    actor, addressed = current_actor(), list(addressed)
    with connection.cursor() as cursor:
        cursor.execute("select * from sharing_preview(%s, %s::smallint)", [[*addressed, actor.person], int(tlp)])
        people, organisations, hidden, ids = cursor.fetchone()
    users = any(is_topic(key) for key in addressed)
    language = get_language() or "en"
    names = sorted(label(o.names, language) for o in Organisation.objects.filter(id__in=ids))
    return Preview(people, organisations, hidden and not users, tuple(names), users)


def words(addressed: Iterable[UUID], author: UUID) -> list[str]:
    """Return the audience in words: names of circles, names of persons I may know, "a named person" for the others."""
    keys = [k for k in addressed if k != author]
    language = get_language() or "en"
    names = {c.id: label(c.names, language) for c in Circle.objects.filter(id__in=keys)}
    names |= dict(Person.objects.filter(id__in=[k for k in keys if k not in names]).values_list("id", "name"))
    return audience_words(keys, names)


def audience_words(keys: Sequence[UUID], names: dict[UUID, str]) -> list[str]:
    """Put names to keys, in order; keys without one become one "named person" or a number of them.

    Topics, however many, become one: whoever uses what it is about.
    """
    listed = [key for key in keys if not is_topic(key)]
    topics = [_("Whoever uses it (nobody learns who)")] if any(is_topic(key) for key in keys) else []
    if not listed:
        return topics or [_("Only the author")]
    known = [*topics, *(names[k] for k in listed if k in names)]
    unnamed = sum(1 for k in listed if k not in names)
    if unnamed:
        known.append(ngettext("%(n)s named person", "%(n)s named persons", unnamed) % {"n": unnamed})
    return known


def names_for(envelopes: Iterable[tuple[Iterable[UUID], UUID]]) -> list[list[str]]:
    """Return the audiences of several records in words, with two queries at most for all of them."""
    listed = [([k for k in addressed if k != author]) for addressed, author in envelopes]
    keys = {k for one in listed for k in one if not is_topic(k)}
    language = get_language() or "en"
    open_to_all = facts().circles
    names = {k: label(open_to_all[k], language) for k in keys if k in open_to_all}
    rest = list(keys - names.keys())
    if rest:  # of these the policy decides whose names the actor may know
        names |= {c.id: label(c.names, language) for c in rows.select(Circle, "t.id = any(%s)", [rest])}
        rest = [k for k in rest if k not in names]
    if rest:
        names |= dict(Person.objects.filter(id__in=rest).values_list("id", "name"))
    return [audience_words(one, names) for one in listed]


def _own_people(persons: set[UUID]) -> set[UUID]:
    actor = current_actor()
    if not persons or actor.organisation is None:
        return set()
    return set(
        Person.objects.filter(
            id__in=persons, memberships__organisation_id=actor.organisation, memberships__until=None
        ).values_list("id", flat=True)
    )


def _seal(circle: UUID) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("select members_seal(%s)", [circle])
        sealed: UUID = cursor.fetchone()[0]
        return sealed
