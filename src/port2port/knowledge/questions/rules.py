"""Pure decisions about questions: states and who turns them, what a text must be, when one counts as unanswered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.base.text import unreadable
from port2port.members.data_files import LANGUAGES

ASKED_OF = ("network", "circle", "expertise")
STATES = ("open", "answered", "closed", "merged")
ACTS = ("answer", "accept", "unaccept", "retract", "close", "reopen", "merge", "unmerge")
LONGEST_TITLE = 120
LONGEST_TEXT = 4000

_ANYBODY = {("answer", "open"): "open", ("answer", "answered"): "answered"}
_ASKER = {
    ("accept", "open"): "answered",
    ("accept", "answered"): "answered",
    ("unaccept", "answered"): "open",
    ("close", "open"): "closed",
    ("close", "answered"): "closed",
    ("merge", "open"): "merged",
    ("merge", "answered"): "merged",
}


def next_state(act: str, state: str, *, asker: bool, accepted: bool) -> str | None:
    """Return the state after an act, or None when that is not possible. The database holds the same table.

    `asker`: who looks after the question (its asker, or a steward of the asking organisation) and not somebody else of
    the audience; `accepted`: an answer was accepted before. Taking an answer back (`retract`) is a matter of the
    answer, not of the question's state: what is closed or merged can still be taken back.
    """
    if act == "retract":
        return state
    if (act, state) in _ANYBODY:
        return _ANYBODY[act, state]
    if not asker:
        return None
    if (act, state) in (("reopen", "closed"), ("unmerge", "merged")):
        return "answered" if accepted else "open"
    return _ASKER.get((act, state))


def acts_of(state: str, *, asker: bool, accepted: bool) -> tuple[str, ...]:
    """Return what may be done with a question in a state, in the order of `ACTS`."""
    return tuple(act for act in ACTS if next_state(act, state, asker=asker, accepted=accepted) is not None)


def unanswered(*, state: str, answers: int, asked_at: datetime, at: datetime, days: int) -> bool:
    """Tell whether a question has waited for so many days without any answer."""
    return state == "open" and answers == 0 and at - asked_at >= timedelta(days=days)


@dataclass(frozen=True)
class Draft:
    """A question as it is asked: of whom, on which topic, the words and their language."""

    asked_of: str
    topic: str
    title: str
    text: str
    language: str


def problems_of(draft: Draft, *, topics: Iterable[str]) -> list[Problem]:
    """Return everything that is wrong with a draft, but for what the guard rails find in its words."""
    found = []
    if draft.asked_of not in ASKED_OF:
        found.append(Problem("asked_of", _("Choose whom you ask.")))
    if draft.topic not in set(topics):
        found.append(Problem("topic", _("Choose what it is about.")))
    if draft.language not in LANGUAGES:
        found.append(Problem("language", _("This code is not known here.")))
    found += text_problems(draft.title, longest=LONGEST_TITLE, field="title")
    return found + text_problems(draft.text, longest=LONGEST_TEXT)


def text_problems(text: str, *, longest: int = LONGEST_TEXT, field: str = "text") -> list[Problem]:
    """Return what is wrong with a text: nothing in it, too long, or characters that nobody can see."""
    if not text.strip():
        return [Problem(field, _("Write what you want to say."))]
    if len(text) > longest:
        return [Problem(field, _("Write at most %(n)d characters.") % {"n": longest})]
    if unreadable(text):
        return [Problem(field, _("There are characters in it that cannot be read. Write it again."))]
    return []
