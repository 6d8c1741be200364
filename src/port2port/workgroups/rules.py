"""What holds for working groups, decided on plain values: rules of decision, votes, states, what may be corrected."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem

RuleKind = Literal["consensus", "qualified"]
Vote = Literal["for", "against", "abstain"]
VOTES: tuple[Vote, ...] = ("for", "against", "abstain")
ATTENDANCE = ("present", "excused", "absent", "replaced")
OFFICES = ("chair", "secretary", "member")
LARGEST_PART = 100  # denominator of a fraction that people still read

LONGEST_NAME, LONGEST_LABEL, LONGEST_REMIT = 80, 40, 2000
LONGEST_TITLE, LONGEST_TEXT, LONGEST_LINE, LONGEST_PLACE = 120, 20_000, 400, 200
LONGEST_ITEM = 200
LONGEST_MEETING = timedelta(days=7)

# Our own choice: a week is time to act, a day is time to say that it will not be done.
REMIND_DAYS = (7, 1)
FRIDAY = 5
SHOWN_BEFORE = timedelta(days=7)


@dataclass(frozen=True)
class DecisionRule:
    """How a group decides. `fraction`: of the votes for and against (`qualified`); `quorum`: of its organisations.

    Consensus is general agreement without sustained opposition (ISO/IEC Guide 2:2004, 1.7). An organisation that
    abstains is there, and counts on neither side.
    """

    kind: RuleKind
    fraction: Fraction | None
    quorum: Fraction

    def problems(self) -> list[Problem]:
        """Return what is wrong with it."""
        found = []
        if self.kind not in ("consensus", "qualified"):
            found.append(Problem("kind", _("Choose how the group decides.")))
        if self.kind == "qualified" and (self.fraction is None or not Fraction(1, 2) <= self.fraction <= 1):
            found.append(Problem("fraction", _("A majority lies between one half and the whole.")))
        if self.kind == "consensus" and self.fraction is not None:
            found.append(Problem("fraction", _("Consensus has no majority.")))
        if not 0 <= self.quorum <= 1:
            found.append(Problem("quorum", _("A quorum lies between nothing and the whole.")))
        for name, part in (("fraction", self.fraction), ("quorum", self.quorum)):
            if part is not None and part.denominator > LARGEST_PART:
                found.append(Problem(name, _("Write a fraction with numbers up to 100, such as 2/3.")))
        return found


@dataclass(frozen=True)
class Outcome:
    """What votes come to under a rule: whether a decision is reached, and why."""

    reached: bool
    why: Literal["agreed", "opposed", "no-quorum", "majority", "no-majority", "no-votes"]
    present: int
    organisations: int
    count_for: int
    count_against: int


REASONS: dict[str, Promise] = {
    "agreed": _("No organisation opposed it."),
    "opposed": _("An organisation opposed it: there is no consensus."),
    "no-quorum": _("Too few organisations took part."),
    "majority": _("The majority that the rule asks for was in favour."),
    "no-majority": _("The majority that the rule asks for was not in favour."),
    "no-votes": _("No organisation was for or against it."),
}


def outcome(rule: DecisionRule, votes: Mapping[UUID, str], organisations: int) -> Outcome:
    """Say what the votes of organisations come to. `organisations`: how many are in the group.

    The database works the same out again (`workgroups_reached`); a test holds the two equal.
    """
    count_for = sum(vote == "for" for vote in votes.values())
    against = sum(vote == "against" for vote in votes.values())
    present = len(votes)

    def said(why: Literal["agreed", "opposed", "no-quorum", "majority", "no-majority", "no-votes"]) -> Outcome:
        return Outcome(why in ("agreed", "majority"), why, present, organisations, count_for, against)

    if present == 0 or present < rule.quorum * organisations:
        return said("no-quorum")
    if count_for + against == 0:
        return said("no-votes")
    if rule.kind == "consensus" or rule.fraction is None:
        return said("opposed" if against else "agreed")
    return said("majority" if count_for >= rule.fraction * (count_for + against) else "no-majority")


def fraction_of(text: str) -> Fraction | None:
    """Read "2/3", "1" or "50 %"; None for anything else."""
    found = re.fullmatch(r"\s*(\d{1,3})\s*(?:/\s*(\d{1,3})|(%))?\s*", text)
    if not found:
        return None
    whole, part, percent = found.groups()
    if part is not None:
        return Fraction(int(whole), int(part)) if int(part) else None
    return Fraction(int(whole), 100) if percent else Fraction(int(whole))


def written(part: Fraction) -> str:
    """Return a fraction as people write it: 2/3, or 1."""
    return str(part)


@dataclass(frozen=True)
class Piece:
    """A run of words of a difference: kept, added or removed."""

    kind: Literal["same", "added", "removed"]
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Return what a correction changes, word by word."""
    # A word and the space after it stay together: else two texts would be alike in nothing but their spaces.
    old, new = re.findall(r"\S+\s*|\s+", before), re.findall(r"\S+\s*|\s+", after)
    found: list[Piece] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(old[i:j])))
            continue
        if j > i:
            found.append(Piece("removed", "".join(old[i:j])))
        if m > k:
            found.append(Piece("added", "".join(new[k:m])))
    return found


def days_to_remind_of(today: date) -> list[date]:
    """Return the due days of which a working day reminds: Friday speaks for Saturday and Sunday too."""
    ahead = range(3) if today.isoweekday() == FRIDAY else range(1)
    return sorted({today + timedelta(days=days + more) for days in REMIND_DAYS for more in ahead})
