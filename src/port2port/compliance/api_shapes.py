"""The JSON of deadlines and security files: what goes in and out."""

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from port2port.base.errors import Invalid, Problem
from port2port.compliance import queries, words
from port2port.compliance.actions import Entry, NewSubject
from port2port.compliance.models import Happening, Owed, RuleChange, Subject
from port2port.compliance.obligations import Rulebook
from port2port.compliance.queries import Figure, Place
from port2port.compliance.rule_actions import Effect
from port2port.compliance.tabular import moment_of
from port2port.members.queries import called
from port2port.sharing.api_ground import Strict

State = Literal["late", "soon", "open", "fulfilled", "not_applicable"]


class DeadlineOut(Schema):
    """One thing owed. All bounds are inclusive; `due` null: no time is stated."""

    place: str = Field(description="Of whose file: a facility number, a UN/LOCODE, or an id")
    whose: str
    key: str
    rule: str
    version: int
    name: str
    case: str
    owed_by: str
    decided_by: str
    since: dt.datetime
    opens: dt.datetime | None
    soon: dt.datetime | None
    due: dt.datetime | None
    state: State
    settled_at: dt.datetime | None
    proof: UUID | None = Field(description="The event that settled it")
    invented: bool


class DeadlinesOut(Schema):
    """A page of what is owed, the nearest due first."""

    items: list[DeadlineOut]
    next: str | None


class FileEventOut(Schema):
    """An entry of a security file; `corrected_by`: the one that stands in its place."""

    id: UUID
    url: str
    version: int = 1
    place: str
    kind: str
    name: str
    at: dt.datetime
    details: dict[str, str]
    reference: str
    by: str = Field(description="The organisation that wrote it down")
    origin: Literal["imported", "reminder", "invented", "report"]
    source_id: str
    entered_at: dt.datetime
    corrects: UUID | None
    corrected_by: UUID | None
    void: bool


class SecurityFileOut(Schema):
    """A security file: what is owed and what happened. The state's platform stays the authority of record."""

    place: str
    kind: str
    name: str
    deadlines: list[DeadlineOut]
    events: list[FileEventOut]
    may_write: bool


class FileEventIn(Strict):
    """What happened: a kind of the rules, and when (a day, or a moment)."""

    kind: str
    at: str = Field(examples=["2026-11-28", "2026-11-28T14:00:00+01:00"])
    details: dict[str, str] = {}
    reference: str = ""

    def entry(self, book: Rulebook) -> Entry:
        """Return it as a value. Raises Invalid for what is no day or moment."""
        at = moment_of(self.at, book.zone)
        if at is None:
            raise Invalid([Problem("at", _("Write a day as 2026-11-28."))])
        return Entry(self.kind, at, self.details, self.reference)


class CorrectionIn(Strict):
    """The entry that stands in the place of a wrong one; null: it did not happen."""

    event: FileEventIn | None


class SubjectIn(Strict):
    """Whom to follow: a person in a function (a colleague, or initials or a post), or the own organisation."""

    kind: Literal["function_holder", "company", "guarding_firm", "inland_operator"]
    function: Literal["", "pfso", "deputy_pfso", "pso"] = ""
    facility: str = ""
    person: UUID | None = None
    holder: str = ""
    activity: Literal["", "inland_shipping", "inland_terminal", "ship_agent"] = ""

    def new(self) -> NewSubject:
        """Return it as a value."""
        return NewSubject(**self.model_dump())


class FollowedOut(Schema):
    """Whose file was begun."""

    id: UUID
    url: str
    version: int = 1
    place: str
    kind: str
    name: str


class FileImportOut(Schema):
    """The numbers of the rows that were, or would be, taken in, and of those that are there."""

    dry_run: bool
    new: list[str]
    known: list[str]


class PortExceptionsOut(Schema):
    """What is late in a port; `told`: of how many who decides was told."""

    port: str
    places: int
    told: int
    deadlines: list[DeadlineOut]


class ExceptionsOut(Schema):
    """The national authority's overview."""

    ports: list[PortExceptionsOut]


class DeadlineFigureOut(Schema):
    """How many places of others owe something under a rule; `late` null: too few, or too many, to be told."""

    rule: str
    places: int
    late: int | None
    as_of: dt.datetime


class DeadlineFiguresOut(Schema):
    """What those learn who see no file."""

    items: list[DeadlineFigureOut]


class RuleProposalIn(Strict):
    """A rule in the shape of the data file, the kinds of event that it brings, and why."""

    entry: dict[str, Any]
    events: list[dict[str, Any]] = []
    why: str


class RuleEffectOut(Schema):
    """What a change would do to one rule now."""

    rule: str
    subjects: int
    becoming_late: int
    late_before: int
    late_after: int


class RuleChangeOut(Schema):
    """A rule that administrators wrote; `effects` while it waits, for those who decide on it."""

    id: UUID
    url: str
    version: int
    code: str
    state: Literal["proposed", "on", "declined", "off"]
    entry: dict[str, Any]
    events: list[dict[str, Any]]
    why: str
    proposed_at: dt.datetime
    decided_at: dt.datetime | None
    effects: list[RuleEffectOut] | None = None


class RulesOut(Schema):
    """The rules that hold, in the shape of the data file, and what administrators wrote."""

    rules: list[dict[str, Any]]
    changes: list[RuleChangeOut]


class RuleDecisionIn(Strict):
    """`on` by a second person, `decline`, or `off` for one that is on."""

    act: Literal["on", "decline", "off"]


def deadline_out(row: Owed, book: Rulebook, *, at: dt.datetime) -> dict[str, Any]:
    """Return one thing owed."""
    one = words.line(row, book, at=at)
    same = (
        "key",
        "rule",
        "version",
        "case",
        "owed_by",
        "decided_by",
        "since",
        "opens",
        "soon",
        "due",
        "settled_at",
        "proof",
    )
    return {name: getattr(row, name) for name in same} | {
        "place": one.code, "whose": one.whose, "name": one.what, "state": one.state, "invented": one.invented,
    }  # fmt: skip


def event_out(row: Happening, place: str, book: Rulebook) -> dict[str, Any]:
    """Return an entry of a file."""
    later = getattr(row, "corrected_by", None)
    same = ("id", "kind", "at", "details", "reference", "origin", "source_id", "entered_at", "void")
    return {name: getattr(row, name) for name in same} | {
        "place": place, "name": words.kind_words(book, row.kind), "by": called(row.organisation.names),
        "url": _address("security_file", place),
        "corrects": row.corrects_id, "corrected_by": later.id if later is not None else None,
    }  # fmt: skip


def followed_out(subject: Subject) -> dict[str, Any]:
    """Return whose file was begun."""
    code = queries.code_of(subject)
    return {
        "id": subject.id, "url": _address("security_file", code), "place": code, "kind": subject.kind,
        "name": words.subject_words(subject),
    }  # fmt: skip


def file_head(place: Place) -> dict[str, Any]:
    """Return whose file it is."""
    return {"place": place.code, "kind": place.kind, "name": words.place_words(place)}


def figure_out(one: Figure) -> dict[str, Any]:
    """Return a number of the aggregate."""
    return {"rule": one.rule, "places": one.subjects, "late": one.late, "as_of": one.as_of}


def change_out(row: RuleChange, effects: list[Effect] | None = None) -> dict[str, Any]:
    """Return a change of the rules."""
    same = ("id", "version", "code", "state", "entry", "events", "why", "proposed_at", "decided_at")
    found = None if effects is None else [vars(one) for one in effects]
    return {name: getattr(row, name) for name in same} | {"url": _address("rule_change", row.id), "effects": found}


def _address(name: str, key: object) -> str:
    return reverse(f"api-1:{name}", args=[key])
