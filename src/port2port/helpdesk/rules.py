"""Pure decisions of the help desk: states and who turns them, what a text must be, what reads like a tip, lateness."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.base.text import folded
from port2port.helpdesk.vocabulary import TipWords, topics
from port2port.members.data_files import LANGUAGES

STATES = ("new", "in_hand", "waiting", "escalated", "answered", "closed")
ACTS = ("open", "write", "ask", "answer", "note", "take", "escalate", "close", "reopen")
SIDES = ("sender", "desk", "other")
OPEN = STATES[:-1]
# Acts that say something, in words that somebody else reads or (a note) that the desk keeps.
SAYING = frozenset({"write", "ask", "answer", "note", "escalate"})
LONGEST_TITLE = 80
LONGEST_LESSON_TITLE = 120
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_REOPENED_BY_SENDER = {"waiting": "in_hand", "answered": "in_hand"}
_TAKEN = {"new": "in_hand", "escalated": "in_hand"}


def next_state(side: str, act: str, state: str) -> str | None:
    """Return the state after an act by a side, or None when that is not possible. The database holds the same table.

    `side`: sender (the company, or whoever holds the receipt), desk (who looks after it), other (let in).
    """
    if state == "closed":
        return {("desk", "reopen"): "in_hand", ("desk", "note"): "closed"}.get((side, act))
    possible = {
        ("sender", "write"): _REOPENED_BY_SENDER.get(state, state),
        ("sender", "close"): "closed",
        ("other", "write"): state,
        ("desk", "ask"): "waiting",
        ("desk", "answer"): "answered",
        ("desk", "note"): state,
        ("desk", "take"): _TAKEN.get(state, state),
        ("desk", "escalate"): "escalated",
        ("desk", "close"): "closed",
    }
    return possible.get((side, act))


def acts_of(side: str, state: str) -> tuple[str, ...]:
    """Return what a side may do in a state, in the order of `ACTS`."""
    return tuple(act for act in ACTS if next_state(side, act, state) is not None)


def takes_cases(kind: str, of: str) -> bool:
    """Tell whether a case can be sent on to a circle: of organisations, of a port, or a working group's."""
    return kind not in ("everyone", "sealed", "facility") and (of == "organisations" or kind == "workgroup")


@dataclass(frozen=True)
class Draft:
    """A question as it is sent: a topic's code, the words, their language, a port (UN/LOCODE) or ""."""

    topic: str
    text: str
    language: str
    port: str = ""


def problems_of(draft: Draft, *, ports: Iterable[str], longest: int) -> list[Problem]:
    """Return everything that is wrong with a draft. A tip is a problem here too: none is ever taken."""
    found = []
    known = {topic.code: topic for topic in topics()}
    if draft.topic not in known:
        found.append(Problem("topic", _("Choose what it is about.")))
    elif known[draft.topic].tip:
        found.append(Problem("topic", _("A tip about a crime is not taken here. Portwatch takes it, anonymously.")))
    if draft.port and draft.port not in set(ports):
        found.append(Problem("port", _("This code is not known here.")))
    if draft.language not in LANGUAGES:
        found.append(Problem("language", _("This code is not known here.")))
    return found + text_problems(draft.text, longest=longest)


def text_problems(text: str, *, longest: int, field: str = "text") -> list[Problem]:
    """Return what is wrong with a text: nothing in it, too long, or characters that nobody can see."""
    if not text.strip():
        return [Problem(field, _("Write what you want to say."))]
    if len(text) > longest:
        return [Problem(field, _("Write at most %(n)d characters.") % {"n": longest})]
    if CONTROL.search(text):
        return [Problem(field, _("There are characters in it that cannot be read. Write it again."))]
    return []


def title_of(text: str) -> str:
    """Return the beginning of a text as its title: its first sentence, cut at a word."""
    line = next((one.strip() for one in text.splitlines() if one.strip()), "")
    first = re.split(r"(?<=[.?!])\s", line, maxsplit=1)[0]
    if len(first) <= LONGEST_TITLE:
        return first
    return first[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + " ..."


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    said = (re.escape(word.rstrip("*")) + (r"[a-z]*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"(?<![a-z])(?:{'|'.join(said)})(?![a-z])")


def reads_like_tip(text: str, words: Iterable[TipWords]) -> bool:
    """Tell whether a text reads like a tip about a crime: enough to ask its writer, never to decide anything."""
    plain = " ".join(re.findall(r"[a-z0-9]+", folded(text)))
    listed = tuple(words)
    always = tuple(word for one in listed for word in one.always)
    seen = tuple(word for one in listed for word in one.seen)
    crime = tuple(word for one in listed for word in one.crime)
    if _pattern(always).search(plain):
        return True
    return bool(_pattern(seen).search(plain) and _pattern(crime).search(plain))


@dataclass(frozen=True)
class Times:
    """When a case must be answered first and closed, and when it was."""

    first_answer_due: datetime
    closing_due: datetime
    first_answer_at: datetime | None
    closed_at: datetime | None

    def due(self) -> datetime | None:
        """Return what it is held to next; nothing once it is closed."""
        if self.closed_at is not None:
            return None
        return self.first_answer_due if self.first_answer_at is None else self.closing_due

    def overdue(self, at: datetime) -> bool:
        """Tell whether the desk is late: nobody has answered yet, or it is not closed, and the time is over."""
        due = self.due()
        return due is not None and due < at
