"""What is done with working groups themselves: found, change, seat people, set the rule, close."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.members.acting import action, current_actor
from port2port.sharing.tlp import Tlp
from port2port.workgroups import queries
from port2port.workgroups.guarding import text_problems
from port2port.workgroups.models import Group, Rule
from port2port.workgroups.rules import (
    LONGEST_LABEL,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_REMIT,
    OFFICES,
    DecisionRule,
)
from port2port.workgroups.writing import CHANGED, kept, language_problems, raise_for

MAY_BE = (Tlp.GREEN, Tlp.AMBER, Tlp.RED)  # of a group of several organisations


@action
def found_group(
    *,
    name: str,
    label: str,
    remit: str,
    language: str,
    tlp: Tlp,
    rule: DecisionRule,
    at: datetime,
    invented: bool = False,
) -> Group:
    """Found a group; whoever does it takes the chair. Its name is known to the network, the rest to who sits in it.

    Raises Invalid with every problem at once, Refused without the act `steward` or `speak`.
    """
    if not queries.may_found():
        raise Refused(_("None of your roles in this organisation may found a working group."))
    raise_for([*_problems(name, label, remit, language, tlp), *rule.problems()])
    with connection.cursor() as cursor:
        cursor.execute(
            "select workgroups_found(%s, %s, %s, %s, %s::smallint, %s)",
            [name.strip(), label.strip(), remit.strip(), language, int(tlp), invented],
        )
        made: UUID = cursor.fetchone()[0]
    _set(made, 1, rule, reason="", at=at)
    journal.write("workgroup.founded", kind="workgroup", at=at, group=made)
    return queries.group(made)


@action
def change_group(
    group: UUID, *, name: str, label: str, remit: str, language: str, tlp: Tlp, expected: int, at: datetime
) -> Group:
    """Change what a group is called and for. Raises NotFound, Refused, Conflict, Invalid."""
    of = kept(group)
    raise_for(_problems(name, label, remit, language, tlp))
    changed = Group.objects.filter(id=of.id, version=expected).update(
        name=name.strip(),
        label=label.strip(),
        remit=remit.strip(),
        language=language,
        tlp=int(tlp),
        version=expected + 1,
    )
    if not changed:
        raise Conflict(CHANGED)
    journal.write("workgroup.changed", kind="workgroup", at=at, group=of.id, version=expected + 1)
    return queries.group(group)


@action
def set_rule(group: UUID, *, rule: DecisionRule, reason: str, at: datetime) -> Rule:
    """Let a group decide by another rule from now on; what was decided keeps the rule it names. Raises as above."""
    of = kept(group)
    raise_for([*rule.problems(), *text_problems("reason", reason, LONGEST_LINE)])
    Group.objects.select_for_update(of=("self",)).filter(id=of.id).values_list("version").first()
    now = queries.rule_now(of.id)
    if queries.as_rule(now) == rule:
        raise Conflict(_("The group decides so already."))
    made = _set(of.id, now.number + 1, rule, reason=reason.strip(), at=at)
    journal.write("workgroup.rule_set", kind="workgroup", at=at, group=of.id, number=made.number)
    return made


@action
def seat_person(group: UUID, *, person: UUID, organisation: UUID, office: str, at: datetime) -> None:
    """Give a person a seat or another office. The chair alone hands the chair over. Raises as above."""
    of = kept(group)
    if office not in OFFICES:
        raise Invalid([Problem("office", _("Choose an office."))])
    with connection.cursor() as cursor:
        cursor.execute("select workgroups_seat(%s, %s, %s, %s)", [of.id, person, organisation, office])
    journal.write("workgroup.seated", kind="workgroup", at=at, group=of.id, person=person, office=office)


@action
def unseat_person(group: UUID, *, person: UUID, at: datetime) -> None:
    """Let a person leave a group: nothing of it is seen any more. Raises NotFound, Refused, Conflict for the chair."""
    of = queries.group(group)
    with connection.cursor() as cursor:
        cursor.execute("select workgroups_unseat(%s, %s)", [of.id, person])
    journal.write("workgroup.unseated", kind="workgroup", at=at, group=of.id, person=person)


@action
def close_group(group: UUID, *, at: datetime) -> None:
    """End a group: what it wrote stays readable, nothing is added. Raises NotFound, Refused, Conflict."""
    of = kept(group)
    Group.objects.filter(id=of.id).update(closed_at=at)
    journal.write("workgroup.closed", kind="workgroup", at=at, group=of.id)


def _problems(name: str, label: str, remit: str, language: str, tlp: Tlp) -> list[Problem]:
    found = [
        *text_problems("name", name, LONGEST_NAME),
        *text_problems("label", label, LONGEST_LABEL),
        *text_problems("remit", remit, LONGEST_REMIT),
        *language_problems(language),
    ]
    if tlp not in MAY_BE:
        found.append(Problem("tlp", _("A working group writes TLP:GREEN, AMBER or RED.")))
    return found


def _set(group: UUID, number: int, rule: DecisionRule, *, reason: str, at: datetime) -> Rule:
    majority = rule.fraction
    made = Rule(
        group_id=group,
        number=number,
        kind=rule.kind,
        majority_of=majority.numerator if majority is not None else 0,
        majority_in=majority.denominator if majority is not None else 1,
        quorum_of=rule.quorum.numerator,
        quorum_in=rule.quorum.denominator,
        reason=reason,
        at=at,
        by_id=current_actor().person,
    )
    made.save(force_insert=True)
    return made
