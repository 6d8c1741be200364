"""Pure decisions of the desk: what follows what, what a request must say, which terms may be searched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.base.text import unreadable
from port2port.governance.desk.catalogue import Requests
from port2port.members.data_files import LANGUAGES

OPEN, CLOSED = "open", "closed"
# What the desk does to a request -> the event of the rules in `compliance`; the others leave the clock alone.
EVENTS = {
    "received": "request_received",
    "extended": "request_extended",
    "answered": "request_answered",
    "refused": "request_refused",
    "forwarded": "request_forwarded",
    "withdrawn": "request_withdrawn",
}
ENDS = ("answered", "refused", "forwarded", "withdrawn")
BREACH_EVENTS = {
    "opened": "breach_aware",
    "notified": "breach_notified",
    "not_notified": "breach_without_risk",
    "persons_told": "breach_persons_told",
    "persons_spared": "breach_persons_excused",
}
HIGH_RISK = "breach_high_risk"
BREACH_ACTS = ("checked", "assessed", "notified", "not_notified", "persons_told", "persons_spared", "noted", "closed")
AHEAD = timedelta(minutes=10)  # clocks differ; what is to come was not received yet
LONGEST_NAME, LONGEST_TEXT, LONGEST_TITLE = 200, 4000, 160
SHORTEST_TERM, MOST_TERMS = 4, 8


@dataclass(frozen=True)
class NewRequest:
    """A request as it is written down."""

    kind: str
    received_at: datetime
    language: str
    name: str
    contact: str
    wish: str = ""


@dataclass(frozen=True)
class NewBreach:
    """A breach as it is written down."""

    title: str
    what: str
    nature: tuple[str, ...]
    aware_at: datetime
    happened_at: datetime | None = None


def text_problems(name: str, text: str, *, longest: int, needed: bool = True) -> list[Problem]:
    """Return what is wrong with a text: missing, too long, not readable."""
    if needed and not text.strip():
        return [Problem(name, _("This is needed."))]
    if len(text) > longest:
        return [Problem(name, _("At most %(n)d characters.") % {"n": longest})]
    return [Problem(name, _("This holds characters that cannot be shown."))] if unreadable(text) else []


def moment_problems(name: str, moment: datetime, *, at: datetime) -> list[Problem]:
    """Return what is wrong with a moment that must have passed."""
    return [Problem(name, _("This lies ahead. Write down what has happened."))] if moment > at + AHEAD else []


def request_problems(new: NewRequest, file: Requests, *, at: datetime) -> list[Problem]:
    """Return what is wrong with a request."""
    found = [] if new.kind in {one.code for one in file.kinds} else [Problem("kind", _("Choose what is asked."))]
    if new.language not in LANGUAGES:
        found.append(Problem("language", _("Choose a language.")))
    found += moment_problems("received_at", new.received_at, at=at)
    found += text_problems("name", new.name, longest=LONGEST_NAME)
    found += text_problems("contact", new.contact, longest=LONGEST_NAME)
    return found + text_problems("wish", new.wish, longest=LONGEST_TEXT, needed=False)


def breach_problems(new: NewBreach, natures: Iterable[str], *, at: datetime) -> list[Problem]:
    """Return what is wrong with a breach."""
    found = text_problems("title", new.title, longest=LONGEST_TITLE)
    found += text_problems("what", new.what, longest=LONGEST_TEXT)
    found += moment_problems("aware_at", new.aware_at, at=at)
    if not new.nature or set(new.nature) - set(natures):
        found.append(Problem("nature", _("Choose what happened to the data.")))
    if new.happened_at is not None and new.happened_at > new.aware_at:
        found.append(Problem("happened_at", _("It happened before it was known.")))
    return found


def search_problems(terms: Sequence[str], *, refused: Iterable[str]) -> list[Problem]:
    """Return what is wrong with search terms; `refused`: those that hold a national number."""
    found = []
    if not terms:
        found.append(Problem("terms", _("Write at least one name, address, number or plate.")))
    if len(terms) > MOST_TERMS:
        found.append(Problem("terms", _("At most %(n)d at once.") % {"n": MOST_TERMS}))
    if any(len(one) < SHORTEST_TERM for one in terms):
        found.append(Problem("terms", _("Each has at least %(n)d characters.") % {"n": SHORTEST_TERM}))
    if any(refused):
        found.append(
            Problem("terms", _("A national register number is not searched: it may not stand here. Take it out."))
        )
    return found


def terms_of(text: str) -> list[str]:
    """Return the terms of a text, one a line, without doubles."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def step_allowed(act: str, acts: Iterable[str], *, regime: str) -> bool:
    """Say whether a step may follow those before it: an answer follows a check of identity, and a search."""
    done = set(acts)
    if done & set(ENDS):
        return False
    if act == "extended":
        return "extended" not in done and regime != "police"
    if act == "forwarded":
        return regime == "police"
    if act == "answered":
        return "identity" in done and (regime != "gdpr" or "searched" in done)
    return True


def breach_step_allowed(act: str, acts: Iterable[tuple[str, str]]) -> bool:
    """Say whether a step may follow those before it (act, code): a decision an assessment, the end a decision."""
    done = [one for one, _code in acts]
    risk = next((code for one, code in reversed(list(acts)) if one == "assessed"), "")
    if "closed" in done:
        return False
    if act == "not_notified":
        return risk == "none" and "notified" not in done
    if act == "closed":
        decided = {"notified", "not_notified"} & set(done)
        return bool(decided) and (risk != "high" or bool({"persons_told", "persons_spared"} & set(done)))
    if act in {"persons_told", "persons_spared"}:
        return bool(risk)
    return True
