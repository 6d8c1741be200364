"""What holds for operations and aid, decided on plain values: states, windows, what may be said when.

The database holds the same (`measures/sql/operations.sql`, `measures/sql/aid.sql`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.measures.rules import text_problems
from port2port.sharing.references import ZONE
from port2port.sharing.tlp import Tlp

STATES = ("planned", "called_off", "running", "ended", "evaluated")
TURNS: Mapping[str, frozenset[str]] = {
    "planned": frozenset({"called_off", "running"}),
    "called_off": frozenset(),
    "running": frozenset({"ended"}),
    "ended": frozenset({"evaluated"}),
    "evaluated": frozenset({"evaluated"}),  # what was learned may be written better
}
COUNTS_IN = frozenset({"running", "ended"})
WIDENS_IN = frozenset({"running", "ended", "evaluated"})
SAID = frozenset({"called_off", "evaluated"})
"""States that are reached with a text: why it was called off, what was learned."""
LONGEST_WINDOW = timedelta(days=31)
LONGEST = {"title": 120, "plan": 4000, "said": 4000, "what": 400, "where": 200, "why": 2000, "note": 400}
MOST_PARTS, MOST_PERSONS = 60, 100
LARGEST = Decimal("99999")
MOST_LENT = 9999
MARKS = (Tlp.AMBER, Tlp.RED)

OFFER_STATES = ("offered", "declined", "taken_back", "accepted", "on_way", "returned")
ASKER, LENDER = "asker", "lender"
OFFER_TURNS: Mapping[tuple[str, str], frozenset[str]] = {
    ("offered", "accepted"): frozenset({ASKER}),
    ("offered", "declined"): frozenset({ASKER}),
    ("offered", "taken_back"): frozenset({LENDER}),
    ("accepted", "taken_back"): frozenset({LENDER}),
    ("accepted", "declined"): frozenset({ASKER}),  # no longer needed, before it left
    ("accepted", "on_way"): frozenset({LENDER}),
    ("on_way", "returned"): frozenset({ASKER, LENDER}),
}
LENT = frozenset({"accepted", "on_way"})
"""States in which something is promised or away from home."""


@dataclass(frozen=True)
class Plan:
    """What an operation is: kind, title, when, and what is to be done."""

    kind: str
    title: str
    plan: str
    starts_at: datetime
    ends_at: datetime
    language: str


@dataclass(frozen=True)
class Part:
    """An organisation that is asked to take part at a port."""

    organisation: UUID
    port: UUID


@dataclass(frozen=True)
class Count:
    """An amount of one kind, on a day at a port."""

    kind: str
    amount: Decimal


@dataclass(frozen=True)
class Need:
    """What an organisation asks for: what, how many, where, from when until when, why."""

    kind: str
    what: str
    amount: int
    port: UUID | None
    where: str
    from_at: datetime
    until_at: datetime
    why: str
    language: str


def window_problems(start: datetime, end: datetime, names: tuple[str, str]) -> list[Problem]:
    """Return what is wrong with a window of time; `names` of its fields."""
    if end <= start:
        return [Problem(names[1], _("It must end after it begins."))]
    return []


def plan_problems(plan: Plan, known: Mapping[str, Collection[str]]) -> list[Problem]:
    """Return what is wrong with a plan. `known`: codes of `kind` and `language`. A window in the past is one that is
    written down afterwards."""
    found = text_problems({"title": plan.title, "plan": plan.plan}, LONGEST)
    found += [Problem(name, _("This is needed.")) for name in ("title", "plan") if not getattr(plan, name).strip()]
    for name in ("kind", "language"):
        if getattr(plan, name) not in known[name]:
            found.append(Problem(name, _("This code is not known here.")))
    found += window_problems(plan.starts_at, plan.ends_at, ("starts_at", "ends_at"))
    if plan.ends_at - plan.starts_at > LONGEST_WINDOW:
        found.append(Problem("ends_at", _("An operation lasts at most 31 days. Plan several.")))
    return found


def parts_problems(parts: Sequence[Part], persons: Sequence[UUID], tlp: Tlp) -> list[Problem]:
    """Return what is wrong with who takes part."""
    found = []
    if not parts:
        found.append(Problem("parts", _("Say who takes part, and at which port.")))
    if len(set(parts)) > MOST_PARTS or len(set(persons)) > MOST_PERSONS:
        found.append(Problem("parts", _("These are too many for one operation. Plan several.")))
    if tlp not in MARKS:
        found.append(Problem("tlp", _("A plan is TLP:AMBER for the organisations that take part, or TLP:RED by name.")))
    elif tlp == Tlp.RED and not persons:
        found.append(Problem("persons", _("TLP:RED goes to named persons. Choose them.")))
    elif tlp == Tlp.AMBER and persons:
        found.append(Problem("persons", _("Persons are named under TLP:RED only.")))
    return found


def may_turn(state: str, to: str, *, starts_at: datetime, at: datetime) -> bool:
    """Tell whether an operation in `state` may become `to` now: nothing runs before its window begins."""
    return to in TURNS[state] and (to != "running" or at >= starts_at)


def turn_problems(to: str, said: str) -> list[Problem]:
    """Return what is missing when a state is turned: why it was called off, what was learned."""
    found = text_problems({"said": said}, LONGEST)
    if to in SAID and not said.strip():
        found.append(Problem("said", _("Say why.") if to == "called_off" else _("Say what was learned.")))
    return found


def days_of(starts_at: datetime, ends_at: datetime) -> tuple[date, date]:
    """Return the first and last day of a window, by the clock on the wall."""
    return starts_at.astimezone(ZONE).date(), ends_at.astimezone(ZONE).date()


def count_problems(
    counts: Sequence[Count], *, day: date, window: tuple[date, date], today: date, known: Collection[str]
) -> list[Problem]:
    """Return what is wrong with what was counted on a day."""
    found = []
    if not counts:
        found.append(Problem("counts", _("Fill in at least one number.")))
    if not window[0] <= day <= window[1] or day > today:
        found.append(Problem("day", _("Choose a day of the operation that has come.")))
    for one in counts:
        if one.kind not in known:
            found.append(Problem("kind", _("This code is not known here.")))
        elif not 0 < one.amount <= LARGEST or one.amount != one.amount.quantize(Decimal("0.1")):
            found.append(Problem(one.kind, _("Give a number above 0 with at most one decimal.")))
    return found


def need_problems(need: Need, known: Mapping[str, Collection[str]], *, at: datetime) -> list[Problem]:
    """Return what is wrong with what is asked for. `known`: codes of `kind` and `language`."""
    texts = {name: getattr(need, name) for name in ("what", "where", "why")}
    found = text_problems(texts, LONGEST)
    found += [Problem(name, _("This is needed.")) for name in ("where", "why") if not texts[name].strip()]
    for name in ("kind", "language"):
        if getattr(need, name) not in known[name]:
            found.append(Problem(name, _("This code is not known here.")))
    if not 1 <= need.amount <= MOST_LENT:
        found.append(Problem("amount", _("Say how many, from 1.")))
    found += window_problems(need.from_at, need.until_at, ("from_at", "until_at"))
    if need.until_at < at:
        found.append(Problem("until_at", _("This moment has passed.")))
    return found


def offer_problems(amount: int, note: str) -> list[Problem]:
    """Return what is wrong with an offer."""
    found = text_problems({"note": note}, LONGEST)
    if not 1 <= amount <= MOST_LENT:
        found.append(Problem("amount", _("Say how many, from 1.")))
    return found


def may_turn_offer(state: str, to: str, side: str) -> bool:
    """Tell whether this side (asker or lender) may turn an offer."""
    return side in OFFER_TURNS.get((state, to), frozenset())


def next_for(state: str, side: str) -> list[str]:
    """Return the states that this side may turn an offer to, in the order of the way."""
    return [to for to in OFFER_STATES if may_turn_offer(state, to, side)]
