"""What an alert must be: checks on plain values, all problems at once; its states; when it must be passed on.

Nothing here reads the clock or the database, and nothing knows reports: the places one may name are handed in.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext_lazy as _
from stdnum.be import nn

from port2port.alerts.suppliers.names import System
from port2port.alerts.suppliers.rules import system_problems
from port2port.alerts.vocabulary import AlertVocabulary, Status, Template, by_code
from port2port.base.errors import Problem
from port2port.base.text import unreadable
from port2port.members.areas import Area, Atlas, areas_problems
from port2port.members.data_files import LANGUAGES, label

HEADLINE_LONGEST, TEXT_LONGEST, PUBLIC_LONGEST, SPOKESPERSON_LONGEST = 120, 4000, 1000, 160
GRACE = timedelta(minutes=5)  # a phone's clock may be ahead
MARKED_TIMES = 3
CYBER = "cyber_attack"
NATIONAL_NUMBER = re.compile(r"(?<!\d)\d{2}[. -]?\d{2}[. -]?\d{2}[. -]?\d{3}[. -]?\d{2}(?!\d)")
REQUIRED = _("This is needed.")
UNKNOWN_CODE = _("This code is not in the vocabulary.")


@dataclass(frozen=True)
class PublicLine:
    """What may be said in public, in one language."""

    language: str
    text: str


@dataclass(frozen=True)
class PublicStatement:
    """What may be said in public, by whom, and not before when. It never leaves with the alert itself."""

    lines: tuple[PublicLine, ...]
    spokesperson: str
    embargo_until: datetime | None = None


@dataclass(frozen=True)
class Draft:
    """An alert as somebody wrote it: codes of the vocabulary, places, times; `headline` and `text` are extra.

    With `systems` it is a supplier alert: it goes to whoever uses one of them, wherever that is, and to nobody else.
    """

    event: str
    urgency: str
    severity: str
    certainty: str
    status: Status
    instructions: tuple[str, ...]
    language: str
    areas: tuple[Area, ...]
    valid_from: datetime
    valid_until: datetime
    headline: str = ""
    text: str = ""
    public: PublicStatement | None = None
    template: str = ""
    systems: tuple[System, ...] = ()


def prefilled(template: Template, *, language: str, at: datetime) -> Draft:
    """Return the draft of a template from `at` on; only its areas are missing."""
    return Draft(
        event=template.event,
        urgency=template.urgency,
        severity=template.severity,
        certainty=template.certainty,
        status=template.status,
        instructions=template.instructions,
        language=language,
        areas=(),
        valid_from=at,
        valid_until=at + timedelta(hours=template.valid_hours),
        template=template.code,
    )


def is_urgent(draft: Draft) -> bool:
    """Tell whether an alert is called URGENT: only when CAP's urgency is Immediate."""
    return draft.urgency == "Immediate"


Act = Literal["update", "cancel", "expire"]
TRANSITIONS: Mapping[Act, str] = {"update": "updated", "cancel": "cancelled", "expire": "expired"}
LIVE_STATES = frozenset({"raised", "updated"})


def next_state(act: Act, state: str) -> str | None:
    """Return the state after an act, or None when that cannot be done from `state`: what is over stays over.

    Raises KeyError for an unknown act.
    """
    after = TRANSITIONS[act]
    return after if state in LIVE_STATES else None


def escalation_due(
    raised_at: datetime, last_escalated_at: datetime | None, step_minutes: int, acknowledged: bool
) -> datetime | None:
    """Return when an alert must be passed on to the next person: a step after the last time, or None once acknowledged.

    Raises ValueError for a step that is not above zero, which would pass it on without end.
    """
    if step_minutes <= 0:
        raise ValueError("an escalation step is at least one minute")
    if acknowledged:
        return None
    return (last_escalated_at or raised_at) + timedelta(minutes=step_minutes)


def problems_of(
    draft: Draft, words: AlertVocabulary, templates: Sequence[Template], atlas: Atlas, *, at: datetime
) -> list[Problem]:
    """Return everything that is wrong with a draft. A problem of the second area names `areas.1.km` and the like."""
    return [
        *_code_problems(draft, words, templates),
        *_text_problems(draft, words),
        *areas_problems(draft.areas, atlas, needed=not draft.systems),
        *system_problems(draft.systems),
        *_cyber_problems(draft, words),
        *_time_problems(draft, words, at),
        *_public_problems(draft, words, at),
    ]


def _code_problems(draft: Draft, words: AlertVocabulary, templates: Sequence[Template]) -> Iterable[Problem]:
    for name, value, known, needed in (
        ("event", draft.event, {t.code for t in words.events}, True),
        ("urgency", draft.urgency, {t.code for t in words.urgencies}, True),
        ("severity", draft.severity, {t.code for t in words.severities}, True),
        ("certainty", draft.certainty, {t.code for t in words.certainties}, True),
        ("status", draft.status, {t.code for t in words.statuses}, True),
        ("language", draft.language, set(LANGUAGES), True),
        ("template", draft.template, {t.code for t in templates}, False),
    ):
        if value and value not in known:
            yield Problem(name, UNKNOWN_CODE)
        elif needed and not value:
            yield Problem(name, REQUIRED)
    instructions = {t.code: t for t in words.instructions}
    if not draft.instructions:
        yield Problem("instructions", _("Say what the readers must do."))
    elif any(code not in instructions for code in draft.instructions):
        yield Problem("instructions", UNKNOWN_CODE)
    elif len(set(draft.instructions)) < len(draft.instructions):
        yield Problem("instructions", _("Name each instruction once."))
    elif is_urgent(draft) and any(instructions[code].response_type == "AllClear" for code in draft.instructions):
        yield Problem("instructions", _("What must be done at once is not over. Choose another urgency."))


def _holds_national_number(text: str) -> bool:
    return any(nn.is_valid(found) for found in NATIONAL_NUMBER.findall(text))


def _one_text(name: str, text: str, longest: int, mark: str) -> Iterable[Problem]:
    """Return what is wrong with a text that somebody wrote; `mark` is the word it must hold, if any."""
    if len(text) > longest:
        yield Problem(name, _("This is longer than %(longest)d characters.") % {"longest": longest})
    if unreadable(text):
        yield Problem(name, _("This holds characters that cannot be shown. Type it again."))
    elif _holds_national_number(text):
        yield Problem(name, _("This holds a national register number. Identities are never shared; take it out."))
    elif mark and text.strip() and not re.search(rf"\b{mark}\b", unicodedata.normalize("NFC", text)):
        # It may be quoted alone, where the marks about the whole alert do not stand.
        yield Problem(name, _("This must hold the word %(word)s in capitals, as it may be quoted.") % {"word": mark})


def _mark(draft: Draft, words: AlertVocabulary, language: str) -> str:
    status = next((t for t in words.statuses if t.code == draft.status), None)
    return label(status.mark, language) if status is not None and status.mark else ""


def _text_problems(draft: Draft, words: AlertVocabulary) -> Iterable[Problem]:
    mark = _mark(draft, words, draft.language)
    yield from _one_text("headline", draft.headline, HEADLINE_LONGEST, mark)
    yield from _one_text("text", draft.text, TEXT_LONGEST, mark)
    if draft.status == "Actual":
        marks = {word for status in words.statuses for word in (status.mark or {}).values()}
        written = unicodedata.normalize("NFC", f"{draft.headline} {draft.text}")
        if any(len(re.findall(rf"\b{word}\b", written)) >= MARKED_TIMES for word in marks):
            yield Problem(
                "status", _("The text says that this is not real. Choose exercise or test, or change the text.")
            )


def _moment_problem(name: str, moment: datetime) -> Iterable[Problem]:
    if moment.tzinfo is None:
        yield Problem(name, _("Say in which time zone this is."))


def _time_problems(draft: Draft, words: AlertVocabulary, at: datetime) -> Iterable[Problem]:
    naive = [*_moment_problem("valid_from", draft.valid_from), *_moment_problem("valid_until", draft.valid_until)]
    if naive:
        yield from naive
        return
    if is_urgent(draft) and draft.valid_from > at + GRACE:
        yield Problem("valid_from", _("This is in the future, but must be acted on at once. Choose another urgency."))
    days = words.head.longest_valid_days
    if draft.valid_until <= draft.valid_from:
        yield Problem("valid_until", _("This is not after the beginning."))
    elif draft.valid_until <= at:
        yield Problem("valid_until", _("This is over already."))
    elif draft.valid_until > at + timedelta(days=days):
        yield Problem("valid_until", _("An alert holds for at most %(days)d days. Update it then.") % {"days": days})


def _public_problems(draft: Draft, words: AlertVocabulary, at: datetime) -> Iterable[Problem]:
    public = draft.public
    if public is None:
        return
    if not public.lines:
        yield Problem("public", _("Write a line in at least one language."))
    languages = [line.language for line in public.lines]
    if any(language not in LANGUAGES for language in languages):
        yield Problem("public", UNKNOWN_CODE)
    elif len(set(languages)) < len(languages):
        yield Problem("public", _("Write one line in each language."))
    for line in public.lines:
        name = f"public.{line.language}"
        if not line.text.strip():
            yield Problem(name, REQUIRED)
        yield from _one_text(name, line.text, PUBLIC_LONGEST, _mark(draft, words, line.language))
    if not public.spokesperson.strip():
        yield Problem("public.spokesperson", _("Say which desk speaks to the press."))
    yield from _one_text("public.spokesperson", public.spokesperson, SPOKESPERSON_LONGEST, "")
    if public.embargo_until is not None:
        naive = list(_moment_problem("public.embargo_until", public.embargo_until))
        days = words.head.longest_valid_days
        if naive:
            yield from naive
        elif public.embargo_until > at + timedelta(days=days):
            yield Problem("public.embargo_until", _("This is more than %(days)d days ahead.") % {"days": days})


def _cyber_problems(draft: Draft, words: AlertVocabulary) -> Iterable[Problem]:
    threat = next((event.threat for event in words.events if event.code == draft.event), CYBER)
    if draft.systems and threat != CYBER:
        yield Problem("event", _("Only an alert about a cyber attack goes to the users of a supplier or system."))


def mark_of(draft: Draft, words: AlertVocabulary, language: str) -> str:
    """Return the word that marks every text of this alert, three times, or "" for a real one.

    Raises KeyError for a status without an entry: what is not known to be real is never shown as if it were.
    """
    status = by_code(words.statuses, draft.status)
    return " ".join([label(status.mark, language)] * MARKED_TIMES) if status.mark else ""
