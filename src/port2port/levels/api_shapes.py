"""The JSON of levels: what goes in and out."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.urls import reverse
from ninja import Field, Schema
from pydantic import StrictBool

from port2port.levels import queries
from port2port.levels.models import Answer, Checklist, Notice, Order
from port2port.levels.queries import FacilityAnswer, FacilityState, PortState
from port2port.levels.rules import Draft, Span
from port2port.members.places import known_places
from port2port.members.queries import called
from port2port.sharing.api_ground import Strict
from port2port.site.reader import language


class PortLevelOut(Schema):
    """The level of a port at a moment. `known_then`: the level by what had been entered at that moment."""

    port: str
    name: str
    level: int
    whole: bool = Field(description="Whether all of the port is at that level")
    known_then: int
    notices: list[UUID] = Field(description="Those from which the level comes")


class PortLevelsOut(Schema):
    """The levels of all ports at a moment."""

    at: dt.datetime
    items: list[PortLevelOut]


class FacilityLevelOut(Schema):
    """The level of a facility at a moment: the highest of the notices that cover it."""

    facility: str
    name: str
    level: int
    notice: UUID | None


class PortLevelDetailOut(Schema):
    """The level of each facility of a port at a moment."""

    at: dt.datetime
    port: str
    level: int
    whole: bool
    facilities: list[FacilityLevelOut]


class FacilityAnswerOut(Schema):
    """What a facility answered: when it acknowledged, and which numbers of the checklist are done."""

    facility: str
    acknowledged_at: dt.datetime | None
    told_by_port: bool
    late: bool
    done: list[int]
    not_done: list[int]


class LevelNoticeOut(Schema):
    """A notice. `numbers`, `text`, `answer_by` and `answers` only for those concerned."""

    id: UUID
    url: str
    version: int = 1
    port: str
    facilities: list[str] = Field(description="Empty: the whole port")
    level: int
    starts: dt.datetime
    until: dt.datetime | None
    ends: dt.datetime | None = Field(description="When it ends by what is known; null: until a later notice")
    counts: bool = Field(description="False once it was corrected, or when it takes an entry back")
    reference: str
    exercise: bool
    replaces: UUID | None
    corrects: UUID | None
    corrected_by: UUID | None
    void: bool
    alert: UUID | None
    by: str
    entered_at: dt.datetime
    invented: bool
    text: str | None = None
    numbers: list[int] | None = None
    answer_by: dt.datetime | None = None
    answers: list[FacilityAnswerOut] | None = None


class LevelNoticesOut(Schema):
    """A page of notices, the newest entry first."""

    items: list[LevelNoticeOut]
    next: str | None


class LevelNoticeIn(Strict):
    """What an official notice says. `facilities` empty: the whole port."""

    port: str
    level: int
    starts: dt.datetime
    until: dt.datetime | None = None
    reference: str
    facilities: list[str] = Field(default=[], max_length=1000)
    text: str = ""
    exercise: StrictBool = False
    replaces: UUID | None = None

    def draft(self) -> Draft:
        """Return it as the rules take it."""
        return Draft(
            self.port.upper(), self.level, self.starts, self.reference, tuple(code.upper() for code in self.facilities),
            self.until, self.text, language(), self.exercise, self.replaces,
        )  # fmt: skip


class LevelCorrectionIn(Strict):
    """Another entry in the place of one; null: there was no such notice."""

    notice: LevelNoticeIn | None


class LevelAcknowledgementIn(Strict):
    """For which facility of the own desk; empty: for all of them."""

    facility: str = ""


class LevelToldIn(Strict):
    """Which facility was told by other means."""

    facility: str


class LevelChecklistTickIn(Strict):
    """Numbers of the checklist that are done, and that are not. 0: ships in port were told."""

    facility: str
    done: list[int] = Field(default=[], max_length=100)
    not_done: list[int] = Field(default=[], max_length=100)


class LevelTickedOut(Schema):
    """How many numbers changed."""

    changed: int


class LevelAnswersOut(Schema):
    """The acknowledgements of the own desk."""

    items: list[FacilityAnswerOut]


class LevelChecklistIn(Strict):
    """The numbers that a port asks of its facilities at a level, for notices from now on."""

    port: str
    level: int
    numbers: list[int] = Field(max_length=100)


class LevelChecklistOut(Schema):
    """A checklist: numbers, and nothing of what they stand for."""

    id: UUID
    url: str
    version: int = 1
    port: str
    level: int
    numbers: list[int]
    entered_at: dt.datetime


class LevelChecklistsOut(Schema):
    """The newest checklist of each level of a port."""

    items: list[LevelChecklistOut]


def port_out(one: PortState) -> dict[str, Any]:
    """Return a port's level."""
    return {
        "port": one.spot.code, "name": called(one.spot.names), "level": one.now.level, "whole": one.now.whole,
        "known_then": one.then.level, "notices": [span.entry.id for span in one.now.spans],
    }  # fmt: skip


def facility_out(one: FacilityState) -> dict[str, Any]:
    """Return a facility's level."""
    return {
        "facility": one.spot.code, "name": called(one.spot.names), "level": one.now.level,
        "notice": one.now.span.entry.id if one.now.span is not None else None,
    }  # fmt: skip


def answered_out(one: Answer, code: str) -> dict[str, Any]:
    """Return an acknowledgement of the own desk."""
    return {
        "facility": code, "acknowledged_at": one.at, "told_by_port": one.relayed, "late": False, "done": [],
        "not_done": [],
    }  # fmt: skip


def answer_out(one: FacilityAnswer, asked: Order) -> dict[str, Any]:
    """Return what a facility answered."""
    numbers = queries.numbers_asked(asked)
    done = [number for number in numbers if number in one.ticks and one.ticks[number].done]
    return {
        "facility": one.spot.code, "acknowledged_at": one.answer.at if one.answer is not None else None,
        "told_by_port": one.answer is not None and one.answer.relayed, "late": one.late, "done": done,
        "not_done": [number for number in numbers if number not in done],
    }  # fmt: skip


def notice_out(row: Notice, span: Span | None, asked: Order | None = None, *, at: dt.datetime) -> dict[str, Any]:
    """Return a notice; with its order what those concerned read."""
    codes = {one.id: one.code for one in known_places().facilities.values()}
    corrected = getattr(row, "corrected_by", None)
    found = {
        "id": row.id, "url": reverse("api-1:level_notice", args=[row.id]), "port": row.port.locode,
        "facilities": [codes[one] for one in row.facilities if one in codes], "level": row.level,
        "starts": row.starts, "until": row.until, "ends": span.ends if span is not None else None,
        "counts": span is not None, "reference": row.reference, "exercise": row.exercise,
        "replaces": row.replaces_id, "corrects": row.corrects_id,
        "corrected_by": corrected.id if corrected is not None else None, "void": row.void,
        "alert": row.alert_id if asked is not None else None, "by": called(row.organisation.names),
        "entered_at": row.entered_at, "invented": row.invented,
    }  # fmt: skip
    if asked is None:
        return found
    answers = [answer_out(one, asked) for one in queries.answers(row, asked, at=at)]
    return found | {"text": asked.text, "numbers": asked.numbers, "answer_by": asked.answer_by, "answers": answers}


def checklist_out(row: Checklist, port: str) -> dict[str, Any]:
    """Return a checklist."""
    return {
        "id": row.id, "url": f"{reverse('api-1:level_checklists')}?port={port}", "port": port, "level": row.level,
        "numbers": row.numbers, "entered_at": row.entered_at,
    }  # fmt: skip
