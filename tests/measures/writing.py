"""Making objectives and measures for tests through the real actions."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from port2port.base.clock import now
from port2port.measures import actions, adoption_actions, agreement_actions
from port2port.measures.actions import Aim
from port2port.measures.agreement_queries import open_round
from port2port.measures.models import Measure, Objective
from port2port.measures.rules import Draft, Told
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from port2port.workgroups.actions import found_group
from port2port.workgroups.models import Group
from port2port.workgroups.rules import DecisionRule
from tests.reports.writing import keys

Acting = Callable[[str], AbstractContextManager[Any]]
OWNER = "pso@antwerp.demo"
# Who may speak for a member organisation and reads "all members": those who are asked in the tests.
SPEAKERS = (
    "pso@antwerp.demo", "pso@northsea.demo", "pso@limburg.demo", "pso@liege.demo", "pso@brussels.demo",
    "pso@ostend.demo", "director@commissioner.demo", "officer@customs.demo", "authority@ansm.demo",
)  # fmt: skip
PORT_OF = {
    "pso@antwerp.demo": "BEANR", "pso@northsea.demo": "BEGNE", "pso@limburg.demo": "BEGNK", "pso@liege.demo": "BELGG",
    "pso@brussels.demo": "BEBRU", "pso@ostend.demo": "BEOST",
}  # fmt: skip
# The rules that groups of the tests decide by.
RULES = {
    "consensus": DecisionRule("consensus", None, Fraction(1, 2)),
    "low quorum": DecisionRule("consensus", None, Fraction(1, 9)),
    "two-thirds": DecisionRule("qualified", Fraction(2, 3), Fraction(1, 3)),
    "three-quarters": DecisionRule("qualified", Fraction(3, 4), Fraction(2, 3)),
}
DRAFT = Draft(
    title="Second look at inland pick-ups (test)",
    problem="Containers are collected by somebody else with a stolen code.",
    text="The gate compares the driver with the booking before the box leaves.",
    modi=("DR02",),
    phases=("extract",),
    effort="medium",
    cost="100k",
    language="en",
)
AIM = Aim(
    "Nobody collects a container that is not theirs (test)",
    "Codes are stolen.",
    "Release by identity.",
    "Frauds.",
    "en",
)


def objective(*names: str, tlp: Tlp = Tlp.GREEN) -> Objective:
    """Share an objective as the current actor."""
    return actions.set_objective(
        aim=AIM, threat="drug_smuggling", to=Addressing(keys(names or ("all-members",)), tlp),
        terms=terms_for("drug_smuggling", reporter()), at=now(),
    )  # fmt: skip


def measure(
    *names: str, tlp: Tlp = Tlp.GREEN, objective: UUID | None = None, at: datetime | None = None, **changes: Any
) -> Measure:
    """Propose a measure as the current actor to these circles and persons."""
    return actions.propose(
        draft=replace(DRAFT, **changes), threat="drug_smuggling", to=Addressing(keys(names or ("all-members",)), tlp),
        terms=terms_for("drug_smuggling", reporter()), at=at or now(), objective=objective, category="release_process",
    )  # fmt: skip


def group(rule: str = "consensus") -> UUID:
    """Return the group of the current actor that decides by a rule, founded when it is not there yet."""
    name = f"Those who decide by {rule} (test)"
    found = Group.objects.filter(name=name).first() or found_group(
        name=name, label="Group", remit="Decide.", language="en", tlp=Tlp.AMBER, rule=RULES[rule], at=now()
    )
    return found.id


def opened(identifier: UUID, *, rule: str = "consensus", days: int = 14) -> None:
    """Put a measure to the members in the name of a group that decides by a rule."""
    until = now() + timedelta(days=days)
    agreement_actions.open_consultation(identifier, group=group(rule), until=until, at=now())


def says(identifier: UUID, stance: str, reason: str = "") -> None:
    """Give the position of the current actor to the text there is."""
    found = open_round(identifier)
    assert found is not None
    agreement_actions.give_position(identifier, stance=stance, reason=reason, read=found.version.hash, at=now())


def agreed(acting: Acting, *names: str, tlp: Tlp = Tlp.GREEN, in_force: bool = True) -> UUID:
    """Make a measure that all who are asked have agreed to."""
    with acting(OWNER):
        made = measure(*names, tlp=tlp).record_id
        opened(made)
        found = open_round(made)
        assert found is not None
        asked = set(found.asked)
    for email in SPEAKERS:
        with acting(email) as actor:
            if actor.organisation in asked:
                says(made, "agree")
    with acting(OWNER):
        assert agreement_actions.close_consultation(made, at=now()) == "agreed"
        if in_force:
            agreement_actions.put_in_force(made, at=now())
    return made


def tells(
    identifier: UUID, state: str = "in_place", *, place: str = "", at: datetime | None = None, **changes: Any
) -> UUID:
    """Tell how far the current actor's first place, or a named one, is."""
    told = {
        "in_place": Told("in_place", since=date(2026, 1, 5), coverage=80, evidence="Seen at the gate (test)."),
        "planned": Told("planned", due=now().date() + timedelta(days=30)),
        "in_progress": Told("in_progress", progress=40),
        "suspended": Told("suspended", reason="No staff (test)."),
        "not_applicable": Told("not_applicable", reason="No containers here (test)."),
    }[state]
    from_place = place or adoption_actions.adoption_queries.own_spots()[0].code
    return adoption_actions.tell(
        identifier, spot=adoption_actions.spot_of(from_place), told=replace(told, **changes), at=at or now()
    ).id
