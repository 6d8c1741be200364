"""The API of security levels. It only translates."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.levels import actions, queries
from port2port.levels.api_shapes import (
    LevelAcknowledgementIn,
    LevelAnswersOut,
    LevelChecklistIn,
    LevelChecklistOut,
    LevelChecklistsOut,
    LevelChecklistTickIn,
    LevelCorrectionIn,
    LevelNoticeIn,
    LevelNoticeOut,
    LevelNoticesOut,
    LevelTickedOut,
    LevelToldIn,
    PortLevelDetailOut,
    PortLevelsOut,
    answered_out,
    checklist_out,
    facility_out,
    notice_out,
    port_out,
)
from port2port.levels.models import Notice
from port2port.levels.rules import port_standing, spans
from port2port.members.places import known_places
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.sharing.api_shapes import Moment

router = Router(tags=["levels"])
LARGEST_PAGE = 200
MOST_ROWS = 1_000_000
TWICE = _("A number is done or not done, not both.")


class MomentQuery(Schema):
    """Of which moment; left out: now."""

    model_config = ConfigDict(extra="ignore")
    at: Moment | None = None


class NoticeQuery(Schema):
    """Which notices: of one port or of all; a page of them."""

    model_config = ConfigDict(extra="ignore")
    port: str = ""
    size: int = Field(50, ge=1, le=LARGEST_PAGE)
    cursor: int = Field(0, ge=0, le=MOST_ROWS, description="The `next` of the page before")


class PortQuery(Schema):
    """Of which port."""

    model_config = ConfigDict(extra="ignore")
    port: str


@router.get("", response={200: PortLevelsOut} | problems(), url_name="levels",
            summary="The level of each port", operation_id="list_levels")  # fmt: skip
def levels(request: HttpRequest, asked: Query[MomentQuery]) -> Any:
    """Return the level of each port, now or at a moment of the past, and what was known then. Scope: read."""
    needs(request, "read")
    known_parameters(request, *MomentQuery.model_fields)
    at: dt.datetime = asked.at or now()
    return {"at": at, "items": [port_out(one) for one in queries.state(at=at)]}


@router.get("/ports/{str:port}", response={200: PortLevelDetailOut} | problems(404), url_name="port_level",
            summary="The level of each facility of a port", operation_id="read_port_level")  # fmt: skip
def port_level(request: HttpRequest, port: str, asked: Query[MomentQuery]) -> Any:
    """Return the level of a port and of each of its facilities at a moment. Scope: read."""
    needs(request, "read")
    known_parameters(request, *MomentQuery.model_fields)
    at: dt.datetime = asked.at or now()
    spot = queries.port(port)
    state = port_standing(spans(queries.entries(spot.id)), port=spot.id, at=at)
    return {
        "at": at, "port": spot.code, "level": state.level, "whole": state.whole,
        "facilities": [facility_out(one) for one in queries.facility_states(spot, at=at)],
    }  # fmt: skip


@router.get("/notices", response={200: LevelNoticesOut} | problems(404), url_name="level_notices",
            summary="Notices of levels", operation_id="list_level_notices")  # fmt: skip
def notices(request: HttpRequest, asked: Query[NoticeQuery]) -> Any:
    """Return notices, the newest entry first, with corrections beside what they correct. Scope: read."""
    needs(request, "read")
    known_parameters(request, *NoticeQuery.model_fields)
    port = queries.port(asked.port).id if asked.port else None
    rows = queries.notices(port=port, start=asked.cursor, size=asked.size + 1)
    told = {span.entry.id: span for span in spans(queries.entries(port))}
    at = now()
    return {
        "items": [notice_out(row, told.get(row.id), at=at) for row in rows[: asked.size]],
        "next": str(asked.cursor + asked.size) if len(rows) > asked.size else None,
    }


@router.post("/notices", response={201: LevelNoticeOut} | problems(409), summary="Mirror an official notice",
             operation_id="enter_level_notice")  # fmt: skip
def enter(request: HttpRequest, sent: LevelNoticeIn) -> Any:
    """Enter what an official notice says; those concerned are alerted at once. Scope: report."""
    needs(request, "report")
    return Status(201, _out(actions.enter_notice(draft=sent.draft(), at=now())))


def _out(made: Notice) -> dict[str, Any]:
    row = queries.notice(made.id)
    return notice_out(row, queries.span_of(row), queries.order(row.id), at=now())


@router.get("/notices/{uuid:level}", response={200: LevelNoticeOut} | problems(404), url_name="level_notice",
            summary="A notice", operation_id="read_level_notice")  # fmt: skip
def notice(request: HttpRequest, level: UUID) -> Any:
    """Return a notice; to those concerned with instruction, checklist and the answers they read. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _out(queries.notice(level))


@router.post("/notices/{uuid:level}/correction", response={201: LevelNoticeOut} | problems(404, 409),
             summary="Correct an entry", operation_id="correct_level_notice")  # fmt: skip
def correct(request: HttpRequest, level: UUID, sent: LevelCorrectionIn) -> Any:
    """Put another entry in the place of one, or take it back; the first one stays. Scope: report."""
    needs(request, "report")
    draft = sent.notice.draft() if sent.notice is not None else None
    return Status(201, _out(actions.correct_notice(level, draft=draft, at=now())))


@router.post("/notices/{uuid:level}/acknowledgement", response={200: LevelAnswersOut} | problems(404),
             summary="Acknowledge for the own desk", operation_id="acknowledge_level_notice")  # fmt: skip
def acknowledge(request: HttpRequest, level: UUID, sent: LevelAcknowledgementIn) -> Any:
    """Say that a facility of the own desk knows of a level; the first time counts. Scope: report."""
    needs(request, "report")
    codes = {one.id: one.code for one in known_places().facilities.values()}
    made = actions.acknowledge(level, facility=sent.facility, at=now())
    return {"items": [answered_out(one, codes[one.facility_id]) for one in made]}


@router.post("/notices/{uuid:level}/told", response={200: LevelAnswersOut} | problems(404),
             summary="Note that a facility was told", operation_id="note_level_told")  # fmt: skip
def told(request: HttpRequest, level: UUID, sent: LevelToldIn) -> Any:
    """Note for the port's committee that a facility was told by other means. Scope: report."""
    needs(request, "report")
    made = actions.note_told(level, facility=sent.facility, at=now())
    return {"items": [answered_out(made, sent.facility.upper())]}


@router.post("/notices/{uuid:level}/ticks", response={200: LevelTickedOut} | problems(404),
             summary="Tick off the checklist", operation_id="tick_level_checklist")  # fmt: skip
def tick(request: HttpRequest, level: UUID, sent: LevelChecklistTickIn) -> Any:
    """Say of numbers of the checklist that they are done, or not. Scope: report."""
    needs(request, "report")
    if set(sent.done) & set(sent.not_done):
        raise Invalid([Problem("done", TWICE)])
    states = dict.fromkeys(sent.not_done, False) | dict.fromkeys(sent.done, True)
    return {"changed": actions.tick(level, facility=sent.facility, done=states, at=now())}


@router.post("/notices/{uuid:level}/relay", response={204: None} | problems(404, 409),
             summary="Say that a level was relayed", operation_id="relay_level_notice")  # fmt: skip
def relay(request: HttpRequest, level: UUID) -> Any:
    """Say for the committee that a level which the authority entered was passed on. Scope: report."""
    needs(request, "report")
    actions.say_relayed(level, at=now())
    return Status(204, None)


@router.get("/checklists", response={200: LevelChecklistsOut} | problems(404), url_name="level_checklists",
            summary="The checklists of a port", operation_id="list_level_checklists")  # fmt: skip
def checklists(request: HttpRequest, asked: Query[PortQuery]) -> Any:
    """Return the newest list of each level: for the port, its facilities and the authority. Scope: read."""
    needs(request, "read")
    known_parameters(request, *PortQuery.model_fields)
    spot = queries.port(asked.port)
    found = queries.checklists(spot.id)
    return {"items": [checklist_out(found[level], spot.code) for level in sorted(found)]}


@router.post("/checklists", response={201: LevelChecklistOut} | problems(404), summary="Make a checklist",
             operation_id="set_level_checklist")  # fmt: skip
def set_checklist(request: HttpRequest, sent: LevelChecklistIn) -> Any:
    """Make the list of numbers that a port asks of its facilities at a level. Scope: report."""
    needs(request, "report")
    made = actions.set_checklist(sent.port, level=sent.level, numbers=sent.numbers, at=now())
    return Status(201, checklist_out(made, sent.port.upper()))
