"""From a closed report or a lesson of a help desk to a practice: its text, without what tells whose case it was.

What was taken out is shown before anything is saved; what comes back when it is saved is pointed out again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem, Refused, Text
from port2port.base.ids import new_id
from port2port.helpdesk import lesson_queries
from port2port.helpdesk.particulars import NAMED, STREET
from port2port.helpdesk.queries import LESSON
from port2port.knowledge.practices.actions import About, write_practice
from port2port.knowledge.practices.models import Practice, PracticeLink
from port2port.knowledge.practices.queries import KIND
from port2port.knowledge.practices.rules import LONGEST, PARTS, Draft
from port2port.members.acting import action, current_actor
from port2port.members.facts import facts
from port2port.members.queries import directory
from port2port.reports import observable_queries
from port2port.reports import queries as reports
from port2port.reports.observables.recognise import recognise
from port2port.sharing.actions import Terms
from port2port.sharing.guardrails.text import findings
from port2port.sharing.models import Record
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp

Kind = Literal["identifier", "person", "organisation", "place", "address"]
KIND_WORDS: Mapping[Kind, Text] = {
    "identifier": gettext_lazy("identifier"),
    "person": pgettext_lazy("a human", "person"),
    "organisation": gettext_lazy("organisation"),
    "place": gettext_lazy("place"),
    "address": pgettext_lazy("of a house", "address"),
}
SHORTEST_NAME = 4  # letters: a shorter name is any word
TOPIC_OF = {  # of a report's threat, and of what companies ask the desks about
    "cyber_attack": "cyber", "drone_misuse": "drones", "insider": "insider", "screening": "screening",
    "release": "release_process", "drones_cameras": "ai_cameras", "cyber": "cyber", "access": "access_control",
}  # fmt: skip
WRITTEN = ("title", *PARTS)
MAY_TELL = gettext_lazy("This may tell whose case it was: %(what)s. Take it out, or say that it may stand.")


@dataclass(frozen=True)
class Taken:
    """What was taken out of a text, as it stood there."""

    kind: Kind
    written: str

    @property
    def word(self) -> str:
        """What kind of thing it is, in words."""
        return str(KIND_WORDS[self.kind])


@dataclass(frozen=True)
class Prepared:
    """A practice to begin with, and what was taken out of it; `threat` and `port` of where it came from."""

    kind: str
    source: UUID
    draft: Draft
    taken: tuple[Taken, ...]
    threat: str
    port: str


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    kind: Kind


def without_particulars(text: str, spans: Iterable[_Span], put: Mapping[Kind, str]) -> tuple[str, list[Taken]]:
    """Return a text with each span replaced by the word for its kind, and what stood there. Pure."""
    joined: list[_Span] = []
    for one in sorted(spans, key=lambda span: (span.start, -span.end)):
        if joined and one.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = _Span(last.start, max(last.end, one.end), last.kind)
        else:
            joined.append(one)
    made, at, taken = [], 0, []
    for one in joined:
        made += [text[at : one.start], f"[{put[one.kind]}]"]
        taken.append(Taken(one.kind, text[one.start : one.end]))
        at = one.end
    return "".join([*made, text[at:]]), taken


def from_report(identifier: UUID, *, at: datetime) -> Prepared:
    """Return a practice to begin with, from a closed report of one's own organisation.

    Raises NotFound; Refused for another's or by a role that may not; Conflict while it is open.
    """
    found = reports.report(identifier, at=at)
    _own(reports.KIND, found.record, at=at)
    report = found.report
    if report.state != "closed":
        raise Conflict(_("Close the report first: then it is known what came of it."))
    if found.record.tlp == Tlp.RED:
        raise Refused(_("What is for named persons only is no practice for others."), kind=reports.KIND)
    values = tuple(one.value for one in observable_queries.of_report(identifier) if one.value)
    modi = tuple(dict.fromkeys(code for code in (report.modus_operandi, *report.modus_operandi_also) if code))
    port = found.record.port.locode if found.record.port is not None else ""
    texts = {"title": report.title[: LONGEST["title"]], "context": report.text, "outcome": report.outcome}
    return _prepared(
        reports.KIND, identifier, texts, also=(*values, report.place_text), language=report.language, modi=modi,
        threat=found.record.threat, topic=TOPIC_OF.get(found.record.threat, "other"), port=port,
    )  # fmt: skip


def from_lesson(identifier: UUID, *, at: datetime) -> Prepared:
    """Return a practice to begin with, from a lesson of one's own help desk. Raises NotFound, Refused, Conflict."""
    found = lesson_queries.lesson(identifier, at=at)
    _own(LESSON, found.record, at=at)
    lesson = found.lesson
    texts = {"title": lesson.title, "context": lesson.question, "done": lesson.answer}
    return _prepared(
        LESSON, identifier, texts, also=(), language=lesson.language, modi=(), threat="",
        topic=TOPIC_OF.get(lesson.topic, "other"), port="",
    )  # fmt: skip


def prepared(kind: str, identifier: UUID, *, at: datetime) -> Prepared:
    """Return what a practice begins with. Raises Invalid for a kind of which none is made, and as those above."""
    if kind == reports.KIND:
        return from_report(identifier, at=at)
    if kind == LESSON:
        return from_lesson(identifier, at=at)
    raise Invalid([Problem("kind", _("A practice is made of a closed report or of a lesson."))])


def left_in(draft: Draft, *, also: Iterable[str] = ()) -> list[Problem]:
    """Return what in a text still tells whose case it was, a problem for each field."""
    known, found = _known(also), []
    for name in WRITTEN:
        text = getattr(draft, name)
        told = dict.fromkeys(text[span.start : span.end] for span in _spans(text, known))
        if told:
            what = ", ".join(f"“{one}”" for one in told)
            found.append(Problem(name, MAY_TELL % {"what": what}))
    return found


def cleaned(
    texts: Mapping[str, str], *, also: Iterable[str] = (), language: str
) -> tuple[dict[str, str], tuple[Taken, ...]]:
    """Return texts without what tells whose case it was, and what was taken out of them; `also`: names of its own."""
    known = _known(also)
    with translation.override(language):
        put = {one: str(word) for one, word in KIND_WORDS.items()}
    clean: dict[str, str] = {}
    taken: list[Taken] = []
    for name, text in texts.items():
        clean[name], gone = without_particulars(text, _spans(text, known), put)
        taken += [one for one in gone if one not in taken]
    return clean, tuple(taken)


@action
def turn_into_practice(
    source: Prepared,
    *,
    draft: Draft,
    about: About,
    terms: Terms,
    at: datetime,
    review_on: date | None = None,
    may_stand: bool = False,
) -> Practice:
    """Write a draft of what a report or a lesson taught, linked to it for who sees both.

    `may_stand`: the writer looked at what may still tell whose case it was. Raises as `write_practice` does.
    """
    problems = [] if may_stand else left_in(draft, also=[one.written for one in source.taken])
    if problems:
        raise Invalid(problems)
    made = write_practice(draft=draft, about=about, terms=terms, at=at, review_on=review_on)
    PracticeLink.objects.create(
        id=new_id(), practice=made, kind=source.kind, target_id=source.source, by_id=current_actor().person, at=at
    )
    journal.write("practice.turned", kind=KIND, record=made.record_id, at=at, source=source.source)
    return made


def _own(kind: str, record: Record, *, at: datetime) -> None:
    decision = decide(current_actor(), "change", envelope(record), at=at)
    if not decision.allowed:
        raise Refused(decision.reason, kind=kind, record=record.id)
    if record.withdrawn_at is not None:
        raise Conflict(_("This was withdrawn."))


def _prepared(
    kind: str,
    source: UUID,
    texts: Mapping[str, str],
    *,
    also: Iterable[str],
    language: str,
    modi: tuple[str, ...],
    threat: str,
    topic: str,
    port: str,
) -> Prepared:
    begins, taken = cleaned({"context": "", "done": "", **texts}, also=also, language=language)
    draft = Draft(**begins, topic=topic, maturity="idea", language=language, modi=modi)
    return Prepared(kind, source, draft, taken, threat, port)


def _known(also: Iterable[str]) -> list[tuple[str, Kind]]:
    """Return names that tell whose case it was: of organisations, of people, of facilities and locks; `also` others."""
    network = facts()
    named: list[tuple[str, Kind]] = [(one, "identifier") for one in also]
    named += [(name, "organisation") for owner in network.organisations.values() for name in owner.names.values()]
    named += [(name, "place") for quay in network.facilities.values() for name in quay.names.values()]
    named += [(name, "place") for lock in network.landmarks.values() for name in lock.names.values()]
    named += [(str(quay.number), "place") for quay in network.facilities.values() if quay.number]
    named += [(known.name, "person") for people in directory().values() for known in people]
    return [(name.strip(), kind) for name, kind in named if len(name.strip()) >= SHORTEST_NAME]


def _spans(text: str, known: Iterable[tuple[str, Kind]]) -> Iterator[_Span]:
    for one in recognise(text):
        yield _Span(one.start, one.end, "identifier")
    for finding in findings(text):
        yield _Span(finding.start, finding.end, "person")
    lower = text.casefold()
    for name, kind in known:
        if name.casefold() in lower:
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
                yield _Span(match.start(), match.end(), kind)
    for company in NAMED.finditer(text):
        yield _Span(company.start(), company.end(), "organisation")
    for street in STREET.finditer(text):
        yield _Span(street.start(), street.end(), "address")
