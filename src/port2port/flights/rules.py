"""What an authorised flight must be: checks on plain values, all problems at once; its states; an entry for many days.

Nothing here reads the clock or the database: the places one may name are handed in.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.base.text import unreadable
from port2port.flights.vocabulary import FlightWords
from port2port.members.areas import Area, Atlas, CircleArea, FacilityArea, PolygonArea, PortArea, area_problems
from port2port.sharing.guardrails.markings import marking
from port2port.sharing.guardrails.text import findings

OPERATOR_LONGEST, CONTACT_LONGEST, AUTHORISATION_LONGEST, REMARK_LONGEST, REFERENCE_LONGEST = 120, 120, 80, 400, 120
HIGHEST_M = 3000
# ANSI/CTA-2063-A: four characters for the maker, one that says how many follow, up to fifteen; makers are loose.
SERIAL = re.compile(r"[0-9A-Z-]{5,20}")
# The number of a registered operator (Regulation (EU) 2019/947, article 14). EASA: the country in three letters and
# thirteen characters; the three behind a hyphen are secret and belong to nobody else.
OPERATOR_NUMBER = re.compile(r"[A-Z]{3}[0-9a-z]{13}")
SECRET_PART = re.compile(r"[A-Z]{3}[0-9a-z]{13}-[0-9a-z]{3}")
REQUIRED = _("This is needed.")
FlownArea = PortArea | FacilityArea | CircleArea | PolygonArea
"""What can be flown over: a port, the surroundings of a place, a drawn area. A stretch of waterway is drawn."""


@dataclass(frozen=True)
class Draft:
    """A flight as somebody entered it. `reference`: one's own number of it. `serial`, `operator_number` never leave."""

    task: str
    area: Area | None
    starts_at: datetime
    ends_at: datetime
    contact: str
    operator: str = ""
    height_m: int | None = None
    authorisation: str = ""
    remark: str = ""
    serial: str = ""
    operator_number: str = ""
    reference: str = ""


def problems_of(draft: Draft, words: FlightWords, atlas: Atlas, *, at: datetime) -> list[Problem]:
    """Return everything that is wrong with a draft, in the order of the form. A place's problem names `area.km` etc."""
    return [
        *_what_problems(draft, words),
        *_area_problems(draft.area, atlas),
        *_time_problems(draft, words, at),
        *_text_problems(draft),
        *_identifier_problems(draft),
    ]


def _what_problems(draft: Draft, words: FlightWords) -> Iterable[Problem]:
    if not draft.task:
        yield Problem("task", _("Say what the flight is for."))
    elif draft.task not in {one.code for one in words.tasks}:
        yield Problem("task", _("This code is not known here."))
    if draft.height_m is not None and not 0 < draft.height_m <= HIGHEST_M:
        yield Problem("height_m", _("Give 1 to %(most)d metres.") % {"most": HIGHEST_M})


def _area_problems(area: Area | None, atlas: Atlas) -> Iterable[Problem]:
    if area is None:
        yield Problem("area", _("Say where it flies."))
    elif not isinstance(area, FlownArea):
        yield Problem("area", _("This does not go with the kind of place chosen."))
    else:
        for name, message in area_problems(area, atlas):
            yield Problem(f"area.{name}", message)


def _time_problems(draft: Draft, words: FlightWords, at: datetime) -> Iterable[Problem]:
    naive = [name for name in ("starts_at", "ends_at") if getattr(draft, name).tzinfo is None]
    if naive:
        yield from (Problem(name, _("Say in which time zone this is.")) for name in naive)
        return
    limits = words.limits
    if draft.ends_at <= draft.starts_at:
        yield Problem("ends_at", _("This is not after the beginning."))
    elif draft.ends_at - draft.starts_at > limits.longest:
        yield Problem("ends_at", _("One flight lasts at most %(n)d hours.") % {"n": limits.longest_hours})
    elif draft.ends_at + limits.kept <= at:
        yield Problem(
            "ends_at", _("This ended more than %(n)d days ago and would not be kept.") % {"n": limits.kept_days}
        )
    if draft.starts_at > at + timedelta(days=limits.farthest_ahead_days):
        yield Problem("starts_at", _("This is more than %(days)d days ahead.") % {"days": limits.farthest_ahead_days})


def _text_problems(draft: Draft) -> Iterable[Problem]:
    if not draft.contact.strip():
        yield Problem("contact", _("Say which desk answers while it flies, and its number."))
    for name, most in (
        ("operator", OPERATOR_LONGEST),
        ("contact", CONTACT_LONGEST),
        ("authorisation", AUTHORISATION_LONGEST),
        ("remark", REMARK_LONGEST),
        ("reference", REFERENCE_LONGEST),
    ):
        text: str = getattr(draft, name)
        if len(text.strip()) > most:
            yield Problem(name, _("This is longer than %(longest)d characters.") % {"longest": most})
        if unreadable(text):
            yield Problem(name, _("This holds characters that cannot be shown. Type it again."))
            continue
        if any(one.blocking for one in findings(text)):
            yield Problem(name, _("This names a person. Name a desk or an organisation; identities are never shared."))
        marked = marking(text)
        if marked is not None:
            language = (get_language() or "en")[:2]
            yield Problem(name, f"{marked.reason(language)} {marked.direction(language)}")


def _identifier_problems(draft: Draft) -> Iterable[Problem]:
    if draft.serial and not SERIAL.fullmatch(draft.serial):
        yield Problem("serial", _("A serial number has 5 to 20 capital letters, digits and hyphens."))
    number = draft.operator_number
    if SECRET_PART.fullmatch(number):
        yield Problem(
            "operator_number", _("Leave out the three characters behind the hyphen: they are the operator's secret.")
        )
    elif number and not OPERATOR_NUMBER.fullmatch(number):
        yield Problem("operator_number", _("An operator number is a country in three letters and 13 characters."))


def cleaned(draft: Draft) -> Draft:
    """Return the draft as it is stored: single spaces, capitals where they mean nothing."""
    texts = ("operator", "contact", "authorisation", "remark", "reference")
    return replace(
        draft,
        **{name: " ".join(getattr(draft, name).split()) for name in texts},  # type: ignore[arg-type]
        serial="".join(draft.serial.split()).upper(),
        operator_number="".join(draft.operator_number.split()),
    )


def repeated(draft: Draft, until: date, zone: tzinfo) -> list[Draft]:
    """Return the flight on each day to `until`, at the same times of the clock of `zone`: an entry is expanded at once.

    The own reference gets the day behind it from the second on. Wall clocks are read as RFC 5545 section 3.3.5 reads
    them, so that a flight over the change of the clock is an hour longer or shorter.
    """
    first, last = draft.starts_at.astimezone(zone), draft.ends_at.astimezone(zone)
    found = [draft]
    for number in range(1, (until - first.date()).days + 1):
        start, end = (moment + timedelta(days=number) for moment in (first, last))
        reference = f"{draft.reference} {start:%Y-%m-%d}" if draft.reference else ""
        found.append(replace(draft, starts_at=start, ends_at=end, reference=reference))
    return found


Act = Literal["start", "finish", "cancel"]
TRANSITIONS: Mapping[Act, tuple[frozenset[str], str]] = {
    "start": (frozenset({"planned"}), "flying"),
    "finish": (frozenset({"planned", "flying"}), "done"),
    "cancel": (frozenset({"planned"}), "cancelled"),
}


def state_at(state: str, ends_at: datetime, at: datetime) -> str:
    """Return where a flight stands at a moment: what nobody ended is over when its time is."""
    return "done" if state in ("planned", "flying") and ends_at <= at else state


def next_state(act: Act, state: str) -> str | None:
    """Return the state after an act, or None when that cannot be done from `state` (of `state_at`): over is over."""
    before, after = TRANSITIONS[act]
    return after if state in before else None
