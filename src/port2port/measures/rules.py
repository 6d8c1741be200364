"""What holds for measures, decided on plain values: states, the rule of agreement, exact texts and what differs.

The database holds the same (`sql/agreement.sql`): no path reaches "agreed" but closing a consultation whose positions
satisfy its rule.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.base.text import unreadable
from port2port.workgroups.rules import DecisionRule

Stance = Literal["agree", "reservation", "object", "abstain"]
STANCES: tuple[Stance, ...] = ("agree", "reservation", "object", "abstain")
NEEDS_REASON = frozenset({"reservation", "object"})
TURNS: Mapping[str, frozenset[str]] = {
    "published": frozenset(),
    "draft": frozenset({"consultation", "retired"}),
    "consultation": frozenset({"agreed", "draft"}),
    "agreed": frozenset({"in_force", "retired"}),
    "in_force": frozenset({"retired"}),
    "retired": frozenset(),
}
ADOPTABLE = frozenset({"published", "agreed", "in_force"})
CHANGEABLE = frozenset({"draft", "consultation"})
LINEAGE_KINDS = ("copied", "merged", "split")


@dataclass(frozen=True)
class Tally:
    """How many said what, of how many asked."""

    asked: int
    agree: int = 0
    reservation: int = 0
    object: int = 0
    abstain: int = 0

    @property
    def given(self) -> int:
        """How many gave a position."""
        return self.agree + self.reservation + self.object + self.abstain

    @property
    def yes(self) -> int:
        """How many agree, with a reservation or without."""
        return self.agree + self.reservation


def tally(asked: int, stances: Collection[str]) -> Tally:
    """Return the count of positions."""
    counted = Counter(stances)
    return Tally(asked, **{stance: counted[stance] for stance in STANCES})


def agreed(rule: DecisionRule, count: Tally) -> bool:
    """Tell whether positions satisfy the rule of a working group, its quorum taken of those who are asked.

    The quorum is there, somebody agrees, and no objection stands or few do.
    """
    if count.yes == 0 or Fraction(count.given, count.asked) < rule.quorum:
        return False
    if rule.kind == "consensus":
        return count.object == 0
    assert rule.fraction is not None
    return Fraction(count.yes, count.yes + count.object) >= rule.fraction


def may_close(count: Tally, *, until: datetime, at: datetime) -> bool:
    """Tell whether a consultation may be closed: its time is over, or everybody asked has answered."""
    return at > until or count.given >= count.asked


@dataclass(frozen=True)
class Draft:
    """The text of a measure: everything that its members agree to."""

    title: str
    text: str
    language: str
    problem: str = ""
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


# The order is part of the exact text: it never changes.
FIELDS = (
    "language", "title", "problem", "text", "modi", "phases", "effort", "cost", "legal_basis", "isps", "evidence",
    "side_effects", "playbook", "contact",
)  # fmt: skip
FIELD_WORDS: Mapping[str, Any] = {
    "language": _("Language"),
    "title": _("Title"),
    "problem": _("The problem"),
    "text": _("The measure"),
    "modi": _("Modi operandi it counters"),
    "phases": _("Phases it counters"),
    "effort": _("Effort"),
    "cost": _("Cost"),
    "legal_basis": _("Legal basis"),
    "isps": _("ISPS reference"),
    "evidence": _("Evidence"),
    "side_effects": _("Side effects to watch"),
    "playbook": _("Playbook"),
    "contact": _("Contact"),
}
LONGEST: Mapping[str, int] = {"title": 120, "isps": 200, "contact": 200, "problem": 4000, "text": 8000}
LONGEST_OTHER = 4000
SHORTEST_TEXT = 10


def exact_text(draft: Draft) -> str:
    """Return the one text that is hashed: JSON in a fixed order and spacing, as `measures_exact` in the database."""
    said = {name: getattr(draft, name) for name in FIELDS}
    said |= {name: " ".join(said[name]) for name in ("modi", "phases")}
    return json.dumps(said, ensure_ascii=False, separators=(", ", " : "))


def text_hash(draft: Draft) -> str:
    """Return SHA-256 of the exact text, in hexadecimal."""
    return hashlib.sha256(exact_text(draft).encode()).hexdigest()


def text_problems(texts: Mapping[str, str], longest: Mapping[str, int] = LONGEST) -> list[Problem]:
    """Return what in these texts is too long or cannot be shown."""
    found = []
    for name, text in texts.items():
        most = longest.get(name, LONGEST_OTHER)
        if len(text) > most:
            found.append(Problem(name, _("This is longer than %(longest)d characters.") % {"longest": most}))
        if unreadable(text):
            found.append(Problem(name, _("This holds characters that cannot be shown. Type it again.")))
    return found


def problems_of(draft: Draft, known: Mapping[str, Collection[str]]) -> list[Problem]:
    """Return what is wrong with a text. `known`: the codes of `modi`, `phases`, `effort`, `cost` and `language`."""
    found = text_problems({name: getattr(draft, name) for name in FIELDS if name not in ("modi", "phases")})
    if not draft.title.strip():
        found.append(Problem("title", _("Give it a title.")))
    if len(draft.text.strip()) < SHORTEST_TEXT:
        found.append(Problem("text", _("Say in at least a sentence what is to be done.")))
    for name in ("modi", "phases"):
        if set(getattr(draft, name)) - set(known[name]):
            found.append(Problem(name, _("This code is not known here.")))
    for name in ("effort", "cost", "language"):
        value = getattr(draft, name)
        if value not in known[name] and (value or name == "language"):
            found.append(Problem(name, _("This code is not known here.")))
    return found


def position_problems(stance: str, reason: str) -> list[Problem]:
    """Return what is wrong with a position: an objection and a reservation say why."""
    found = text_problems({"reason": reason}, {"reason": 2000})
    if stance not in STANCES:
        found.append(Problem("stance", _("Choose a position.")))
    elif stance in NEEDS_REASON and not reason.strip():
        found.append(Problem("reason", _("Say why, so that the text can be improved.")))
    return found


@dataclass(frozen=True)
class Told:
    """What a port tells about a measure: one state with what belongs to it."""

    state: str
    due: date | None = None
    progress: int | None = None
    since: date | None = None
    coverage: int | None = None
    evidence: str = ""
    reason: str = ""
    obstacles: str = ""
    help_needed: str = ""

    def kept(self) -> "Told":
        """Return it with only what belongs to its state, so that an old date does not stay beside a new state."""
        belongs = BELONGS.get(self.state, ())
        values = {
            name: getattr(self, name) if name in belongs else None for name in ("due", "progress", "since", "coverage")
        }
        reason = self.reason if "reason" in belongs else ""
        evidence = self.evidence if "evidence" in belongs else ""
        return Told(
            self.state,
            **values,
            evidence=evidence,
            reason=reason,
            obstacles=self.obstacles,
            help_needed=self.help_needed,
        )


BELONGS: Mapping[str, tuple[str, ...]] = {
    "not_applicable": ("reason",),
    "planned": ("due",),
    "in_progress": ("progress", "due"),
    "in_place": ("since", "coverage", "evidence"),
    "suspended": ("reason",),
}
ADOPTION_STATES = tuple(BELONGS)
WHOLE = 100
TOLD_LONGEST = {"evidence": 2000, "reason": 1000, "obstacles": 1000, "help_needed": 1000}


def told_problems(told: Told, *, today: date) -> list[Problem]:
    """Return what is missing or wrong in what a port tells."""
    found = text_problems({name: getattr(told, name) for name in TOLD_LONGEST}, TOLD_LONGEST)
    if told.state not in BELONGS:
        return [*found, Problem("state", _("Choose how far it is."))]
    if told.state in ("not_applicable", "suspended") and not told.reason.strip():
        found.append(Problem("reason", _("Say why.")))
    if told.state == "planned":
        if told.due is None:
            found.append(Problem("due", _("Say when it is planned for.")))
        elif told.due < today:
            found.append(Problem("due", _("This day has passed.")))
    if told.state == "in_progress" and (told.progress is None or not 0 <= told.progress <= WHOLE):
        found.append(Problem("progress", _("Say how far it is, from 0 to 100 per cent.")))
    if told.state == "in_place":
        if told.since is None:
            found.append(Problem("since", _("Say since when.")))
        elif told.since > today:
            found.append(Problem("since", _("This day is still to come: then it is planned.")))
        if told.coverage is None or not 1 <= told.coverage <= WHOLE:
            found.append(Problem("coverage", _("Say how much of the port it covers, from 1 to 100 per cent.")))
    return found
