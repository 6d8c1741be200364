"""Reading working groups: which I am in, who sits in them, how they decide. What one sees is the policy's business."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Generic, TypeVar, cast
from uuid import UUID

from django.db import connection, models

from port2port.base.errors import NotFound
from port2port.members.acting import current_actor
from port2port.members.facts import facts
from port2port.members.models import Organisation
from port2port.members.queries import called
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.workgroups.models import Action, Decision, Group, Item, Meeting, Paper, Rule
from port2port.workgroups.rules import DecisionRule, RuleKind

Row = TypeVar("Row", Meeting, Item, Paper, Decision, Action)
KIND_OF: dict[type[models.Model], str] = {
    Meeting: "meeting", Item: "minutes", Paper: "paper", Decision: "decision", Action: "action",
}  # fmt: skip


@dataclass(frozen=True)
class Seated:
    """Who sits in a group: person, for which organisation, in which office, since when."""

    person: UUID
    name: str
    organisation: UUID
    organisation_name: str
    office: str
    since: datetime


@dataclass(frozen=True)
class Shown(Generic[Row]):
    """A row with its envelope and its audience in words."""

    row: Row
    record: Record
    audience: list[str]

    @property
    def id(self) -> UUID:
        """Its number, the envelope's."""
        return self.record.id


def shown(model: type[Row], ids: Sequence[UUID]) -> list[Shown[Row]]:
    """Return the rows of these ids that the actor sees, in this order."""
    found = {row.record_id: row for row in model.objects.select_related("record").filter(record_id__in=list(ids))}
    kept = [found[i] for i in ids if i in found]
    words = audiences.names_for((row.record.addressed, row.record.author_id) for row in kept)
    return [Shown(row, row.record, said) for row, said in zip(kept, words, strict=True)]


def one(model: type[Row], identifier: UUID) -> Shown[Row]:
    """Return one row. Raises NotFound, the same for absent and hidden."""
    found = shown(model, [identifier])
    if not found:
        raise NotFound(kind=KIND_OF[model], record=identifier)
    return found[0]


def my_groups() -> list[Group]:
    """Return the groups that the actor is in, by name, closed ones last."""
    return sorted(Group.objects.all(), key=lambda group: (group.closed_at is not None, group.name.casefold()))


def group(identifier: UUID) -> Group:
    """Return one group that the actor is in. Raises NotFound."""
    found = Group.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound()
    return found


def seats(of: Group) -> list[Seated]:
    """Return who sits in a group now: chair, secretaries, then by organisation and name."""
    with connection.cursor() as cursor:
        cursor.execute("select person, name, organisation, office, since from workgroups_seats(%s)", [of.id])
        rows = cursor.fetchall()
    names = organisation_names({row[2] for row in rows})
    order = {"chair": 0, "secretary": 1, "member": 2}
    found = [Seated(p, name, o, names.get(o, ""), office, since) for p, name, o, office, since in rows]
    return sorted(found, key=lambda seat: (order[seat.office], seat.organisation_name, seat.name))


def organisation_names(ids: set[UUID]) -> dict[UUID, str]:
    """Return what organisations are called, in the active language."""
    known = facts().organisations
    rest = {o.id: o for o in Organisation.objects.filter(id__in=ids - known.keys())} if ids - known.keys() else {}
    return {i: called((known.get(i) or rest[i]).names) for i in ids if i in known or i in rest}


def keeps(of: Group) -> bool:
    """Tell whether the actor is chair or secretary of a group that is not closed."""
    return _asked("workgroups_keeps", of.id)


def sits(of: Group) -> bool:
    """Tell whether the actor sits, under this hat, in a group that is not closed."""
    return _asked("workgroups_in", of.id)


def writes(record: UUID) -> bool:
    """Tell whether the actor may write a record of a group."""
    return _asked("workgroups_writes", record)


def _asked(function: str, identifier: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s)", [identifier])
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True)
class Deciding:
    """A group in which the actor sits, with the rule by which it decides now and that rule's number."""

    group: Group
    number: int
    rule: DecisionRule


def deciding() -> list[Deciding]:
    """Return the groups that are not closed in which the actor sits under this hat, by name, each with its rule."""
    with connection.cursor() as cursor:
        cursor.execute("select id from workgroups_group where workgroups_in(id)")
        ids = [row[0] for row in cursor.fetchall()]
    found = Rule.objects.filter(group__in=ids).select_related("group").order_by("group_id", "-number")
    newest = [Deciding(row.group, row.number, as_rule(row)) for row in found.distinct("group_id")]
    return sorted(newest, key=lambda one: one.group.name.casefold())


def seen(ids: Iterable[UUID]) -> dict[UUID, Group]:
    """Return those of these groups that the actor may see."""
    return {group.id: group for group in Group.objects.filter(id__in=set(ids))}


def may_found() -> bool:
    """Tell whether one of the actor's roles may found a group."""
    actor = current_actor()
    return actor.organisation is not None and (actor.may("steward") or actor.may("speak"))


def rules(of: UUID) -> list[Rule]:
    """Return the versions of a group's rule of decision, the newest first."""
    return list(Rule.objects.filter(group_id=of).select_related("by").order_by("-number"))


def rule_now(of: UUID) -> Rule:
    """Return the version of a group's rule that holds. Raises NotFound for a group that the actor is not in."""
    found = Rule.objects.filter(group_id=of).order_by("-number").first()
    if found is None:
        raise NotFound()
    return found


def decision_rule(of: UUID) -> DecisionRule:
    """Return how a group decides now. Raises NotFound for a group that the actor is not in."""
    return as_rule(rule_now(of))


def as_rule(row: Rule) -> DecisionRule:
    """Return a stored version as a rule."""
    majority = Fraction(row.majority_of, row.majority_in) if row.kind == "qualified" else None
    return DecisionRule(cast("RuleKind", row.kind), majority, Fraction(row.quorum_of, row.quorum_in))
