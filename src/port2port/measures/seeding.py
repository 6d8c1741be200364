"""The measures of the demo: published ones with their sources, and invented ones, all through the real actions."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from port2port.measures import actions, adoption_actions, agreement_actions
from port2port.measures.actions import Aim
from port2port.measures.adoption_queries import questions_waiting
from port2port.measures.agreement_queries import asks_us, open_round
from port2port.measures.importing import PUBLISHED_MEASURES, import_measures
from port2port.measures.models import Objective
from port2port.measures.queries import version_of
from port2port.measures.rules import Draft, Told
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.cast import cast_member
from port2port.members.data_files import Entry, Reader
from port2port.members.models import Circle
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from port2port.workgroups.models import Group

DEMO_MEASURES = Path(__file__).parent / "data" / "demo_measures.toml"
# Who gives positions for the members, in the order in which they answer.
SPEAKERS = (
    "pso@antwerp.demo", "pso@northsea.demo", "pso@limburg.demo", "pso@liege.demo", "pso@brussels.demo",
    "pso@ostend.demo", "director@commissioner.demo", "officer@customs.demo", "authority@ansm.demo",
)  # fmt: skip
TOLD_BEFORE = timedelta(days=45)  # so that the unnamed counts, which stand still for a month, hold it


class DemoObjective(Entry, frozen=True, kw_only=True):
    """An invented objective."""

    slug: str
    author: str
    threat: str
    language: Literal["nl", "fr", "de", "en"]
    title: str
    why: str
    change: str
    indicator: str


class DemoPosition(Entry, frozen=True, kw_only=True):
    """What one of the cast says for its organisation."""

    who: str
    stance: str
    reason: str = ""


class DemoAdoption(Entry, frozen=True, kw_only=True):
    """What one of the cast tells of a place; days count from today."""

    who: str
    place: str
    state: str
    due_in: int | None = None
    since: date | None = None
    progress: int | None = None
    coverage: int | None = None
    evidence: str = ""
    reason: str = ""
    obstacles: str = ""
    help_needed: str = ""


class DemoMeasure(Entry, frozen=True, kw_only=True):
    """An invented measure: its text and how far it has come."""

    slug: str
    author: str
    objective: str
    threat: str
    category: str
    language: Literal["nl", "fr", "de", "en"]
    title: Annotated[str, msgspec.Meta(max_length=120)]
    problem: str
    text: str
    state: Literal["draft", "consultation", "agreed", "in_force"]
    group: str = ""  # the working group in whose name it is put to the members
    changed: str = ""  # a second version of `text`, made after the first positions
    modi: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    effort: str = ""
    cost: str = ""
    legal_basis: str = ""
    isps: str = ""
    evidence: str = ""
    side_effects: str = ""
    playbook: str = ""
    contact: str = ""
    positions: tuple[DemoPosition, ...] = ()
    adoptions: tuple[DemoAdoption, ...] = ()

    def draft(self) -> Draft:
        """Return its text."""
        names = (
            "title", "problem", "text", "language", "modi", "phases", "effort", "cost", "legal_basis", "isps",
            "evidence", "side_effects", "playbook", "contact",
        )  # fmt: skip
        return Draft(**{name: getattr(self, name) for name in names})


@cache
def demo_measures() -> tuple[tuple[DemoObjective, ...], tuple[DemoMeasure, ...]]:
    """Return what is invented for the demo. Raises ValueError with a line per problem."""
    reader = Reader(DEMO_MEASURES)
    objectives = reader.entries("objectives", DemoObjective, "slug")
    measures = reader.entries("measures", DemoMeasure, "slug")
    reader.check_sections(("objectives", "measures"))
    for one in measures:
        known = {objective.slug for objective in objectives}
        reader.check_reference(f"measures {one.slug!r}", "objective", one.objective, known, "objective")
        if (one.state == "draft") != (one.group == ""):
            reader.problem(f"measures {one.slug!r}", "group", "what is put to the members is so in the name of a group")
    reader.finish()
    return objectives, measures


def seed_measures(at: datetime) -> int:
    """Take in the published measures and make the invented ones, unless they are there. Returns how many were made."""
    with acting_as_system("import"):
        made = len(import_measures(data=PUBLISHED_MEASURES.read_bytes(), at=at).new)
    objectives, measures = demo_measures()
    with acting_as(*cast_member(objectives[0].author)):
        if Objective.objects.exists():
            return made
    served = {one.slug: _objective(one, at) for one in objectives}
    ids = {one.slug: _measure(one, served[one.objective], at) for one in measures}
    _ask_and_answer(ids[measures[0].slug], at)
    return made + len(ids)


def _to() -> Addressing:
    return Addressing((Circle.objects.get(slug="all-members").id,), Tlp.GREEN)


def _objective(one: DemoObjective, at: datetime) -> UUID:
    with acting_as(*cast_member(one.author)):
        return actions.set_objective(
            aim=Aim(one.title, one.why, one.change, one.indicator, one.language), threat=one.threat, to=_to(),
            terms=terms_for(one.threat, reporter()), at=at, provenance="invented",
        ).record_id  # fmt: skip


def _measure(one: DemoMeasure, objective: UUID, at: datetime) -> UUID:
    with acting_as(*cast_member(one.author)):
        made = actions.propose(
            draft=one.draft(), threat=one.threat, to=_to(), terms=terms_for(one.threat, reporter()), at=at,
            objective=objective, category=one.category, provenance="invented",
        ).record_id  # fmt: skip
        if one.state != "draft":
            group = Group.objects.get(name=one.group).id
            agreement_actions.open_consultation(made, group=group, until=at + timedelta(days=12), at=at)
    if one.state == "draft":
        return made
    _positions(made, one.positions, at)
    if one.changed:
        with acting_as(*cast_member(one.author)):
            draft = msgspec.structs.replace(one, text=one.changed).draft()
            actions.change_text(made, draft=draft, at=at, expected=version_of(made), objective=objective)
    if one.state == "consultation":
        return made
    _positions(made, [DemoPosition(who=who, stance="agree") for who in SPEAKERS], at)
    with acting_as(*cast_member(one.author)):
        agreement_actions.close_consultation(made, at=at)
        if one.state == "in_force":
            agreement_actions.put_in_force(made, at=at)
    for told in one.adoptions:
        _tell(made, told, at)
    return made


def _positions(measure: UUID, positions: Iterable[DemoPosition], at: datetime) -> None:
    """Let those say something who have not yet."""
    for one in positions:
        with acting_as(*cast_member(one.who)) as actor:
            found = open_round(measure)
            if found is not None and asks_us(found) and found.of(actor.organisation) is None:
                agreement_actions.give_position(
                    measure, stance=one.stance, reason=one.reason, read=found.version.hash, at=at
                )


def _tell(measure: UUID, one: DemoAdoption, at: datetime) -> None:
    due = (at + timedelta(days=one.due_in)).date() if one.due_in is not None else None
    told = Told(
        one.state, due=due, progress=one.progress, since=one.since, coverage=one.coverage, evidence=one.evidence,
        reason=one.reason, obstacles=one.obstacles, help_needed=one.help_needed,
    )  # fmt: skip
    with acting_as(*cast_member(one.who)):
        spot = adoption_actions.spot_of(one.place)
        adoption_actions.tell(measure, spot=spot, told=told, at=at - TOLD_BEFORE, invented=True)


def _ask_and_answer(measure: UUID, at: datetime) -> None:
    with acting_as(*cast_member("pso@ostend.demo")):
        adoption_actions.ask_how(
            measure, text="How did you train the drivers of small carriers for this? (invented)", at=at
        )
    with acting_as(*cast_member("pso@antwerp.demo")) as actor:
        for question in questions_waiting():
            adoption_actions.answer_how(
                question.id, text="With an evening for each carrier and a card in four languages. (invented)",
                practice="1. Card at the gate. 2. Evening with the three largest carriers. 3. A call line for a month.",
                mentor=actor.person, reach="by the duty desk", at=at,
            )  # fmt: skip
