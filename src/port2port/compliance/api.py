"""The API of deadlines and security files. It only translates."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from port2port.base.clock import now
from port2port.compliance import actions, importing, overview, queries, rule_actions
from port2port.compliance.api_shapes import (
    CorrectionIn,
    DeadlineFiguresOut,
    DeadlinesOut,
    ExceptionsOut,
    FileEventIn,
    FileEventOut,
    FileImportOut,
    FollowedOut,
    RuleChangeOut,
    RuleDecisionIn,
    RuleProposalIn,
    RulesOut,
    SecurityFileOut,
    SubjectIn,
    change_out,
    deadline_out,
    event_out,
    figure_out,
    file_head,
    followed_out,
)
from port2port.compliance.book import rules_in_force
from port2port.compliance.models import Owed
from port2port.compliance.reading import document_of
from port2port.members.acting import current_actor
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.sharing.api_shapes import FileIn

router = Router(tags=["deadlines"])
LARGEST_PAGE = 500
MOST_ROWS = 1_000_000


class DeadlineQuery(Schema):
    """Which deadlines: by state, of one file; a page of them."""

    model_config = ConfigDict(extra="ignore")
    state: Literal["late", "soon", "open"] = "late"
    place: str = ""
    size: int = Field(100, ge=1, le=LARGEST_PAGE)
    cursor: int = Field(0, ge=0, le=MOST_ROWS, description="The `next` of the page before")


@router.get("", response={200: DeadlinesOut} | problems(404), url_name="deadlines", 
            summary="What is late, soon or next", operation_id="list_deadlines")  # fmt: skip
def deadlines(request: HttpRequest, asked: Query[DeadlineQuery]) -> Any:
    """Return what one sees of that state, the nearest due first; of no file of others. Scope: read."""
    needs(request, "read")
    known_parameters(request, *DeadlineQuery.model_fields)
    at, book = now(), rules_in_force().book
    found = queries.owed(asked.state, at=at)
    if asked.place:
        subject = queries.place(asked.place).subject
        found = found.filter(subject=subject) if subject is not None else Owed.objects.none()
    rows = list(found[asked.cursor : asked.cursor + asked.size + 1])
    more = len(rows) > asked.size
    return {
        "items": [deadline_out(row, book, at=at) for row in rows[: asked.size]],
        "next": str(asked.cursor + asked.size) if more else None,
    }


@router.get("/figures", response={200: DeadlineFiguresOut} | problems(), summary="Numbers of what one does not see",
            operation_id="read_deadline_figures")  # fmt: skip
def figures(request: HttpRequest) -> Any:
    """Return how many places of others owe something and how many were late, at the month's beginning. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [figure_out(one) for one in queries.figures()]}


@router.get("/overview", response={200: ExceptionsOut} | problems(403), summary="What is late, by port",
            operation_id="read_deadline_overview")  # fmt: skip
def exceptions(request: HttpRequest) -> Any:
    """Return the national authority's overview: exceptions only. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    at, book = now(), rules_in_force().book
    return {
        "ports": [
            {
                "port": part.name, "places": part.places, "told": part.told,
                "deadlines": [deadline_out(row, book, at=at) for row in part.rows],
            }
            for part in overview.exceptions(at=at)
        ]
    }  # fmt: skip


@router.get("/files/{str:place}", response={200: SecurityFileOut} | problems(404), url_name="security_file",
            summary="A security file", operation_id="read_security_file")  # fmt: skip
def security_file(request: HttpRequest, place: str) -> Any:
    """Return what is owed, settled or not, and what happened. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    at, book, found = now(), rules_in_force().book, queries.place(place)
    subject = found.subject
    rows = queries.everything_owed(subject.id) if subject is not None else []
    events = queries.events_of(subject.id) if subject is not None else []
    writes = queries.records(subject.id) if subject is not None else current_actor().may("report")
    return file_head(found) | {
        "deadlines": [deadline_out(row, book, at=at) for row in rows],
        "events": [event_out(row, found.code, book) for row in events],
        "may_write": writes,
    }


@router.post("/files/{str:place}/events", response={201: FileEventOut} | problems(404),
             summary="Write down what happened", operation_id="record_file_event")  # fmt: skip
def record(request: HttpRequest, place: str, sent: FileEventIn) -> Any:
    """Write an event into a file of yours; what is owed is worked out at once. Scope: report."""
    needs(request, "report")
    book = rules_in_force().book
    made = actions.record_event(place, entry=sent.entry(book), at=now())
    return Status(201, event_out(made, queries.code_of(made.subject), book))


@router.post("/events/{uuid:event}/correction", response={201: FileEventOut} | problems(404, 409),
             summary="Correct an entry", operation_id="correct_file_event")  # fmt: skip
def correct(request: HttpRequest, event: UUID, sent: CorrectionIn) -> Any:
    """Put another entry in the place of one, or say that it did not happen; the first one stays. Scope: report."""
    needs(request, "report")
    book = rules_in_force().book
    made = actions.correct_event(event, entry=sent.event.entry(book) if sent.event is not None else None, at=now())
    return Status(201, event_out(made, queries.code_of(made.subject), book))


@router.post("/followed", response={201: FollowedOut} | problems(),
             summary="Follow a person or the own organisation", operation_id="follow_subject")  # fmt: skip
def follow(request: HttpRequest, sent: SubjectIn) -> Any:
    """Begin a file beside those of facilities and ports, which are there. Scope: report."""
    needs(request, "report")
    return Status(201, followed_out(actions.follow(sent.new(), at=now())))


@router.post("/import", response={200: FileImportOut} | problems(409, 413), summary="Take in a CSV of events",
             operation_id="import_file_events")  # fmt: skip
def import_csv(request: HttpRequest, sent: FileIn) -> Any:
    """Say what a file would do, or do it: all rows or none. A second time changes nothing. Scope: report."""
    needs(request, "report")
    data = sent.csv.encode()
    done = importing.plan(data, at=now()) if sent.dry_run else importing.import_events(data=data, at=now())
    return {
        "dry_run": sent.dry_run,
        "new": [line.entry.source_id for line in done.new],
        "known": [line.entry.source_id for line in done.known],
    }


@router.get("/rules", response={200: RulesOut} | problems(), summary="The rules that hold", operation_id="list_rules")
def rules(request: HttpRequest) -> Any:
    """Return every version of the rules, and what administrators wrote, as far as one sees it. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {
        "rules": document_of(rules_in_force().book)["rules"],
        "changes": [change_out(one) for one in rule_actions.proposals()],
    }


@router.post(
    "/rules", response={201: RuleChangeOut} | problems(409), summary="Propose a rule", operation_id="propose_rule"
)
def propose(request: HttpRequest, sent: RuleProposalIn) -> Any:
    """Write a rule or its next version; nothing holds until a second person switches it on. Scope: report."""
    needs(request, "report")
    made = rule_actions.propose_rule(entry=sent.entry, events=sent.events, why=sent.why, at=now())
    return Status(201, change_out(made))


@router.get("/rules/{uuid:change}", response={200: RuleChangeOut} | problems(404), url_name="rule_change",
            summary="A change, and what it would do", operation_id="read_rule_change")  # fmt: skip
def change(request: HttpRequest, change: UUID) -> Any:
    """Return a change; while it waits, what it would do now on all histories, for those who decide. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    found = rule_actions.proposal(change)
    if found.state != "proposed":
        return change_out(found)
    return change_out(found, rule_actions.effects(rule_actions.try_out(found, at=now())))


@router.post("/rules/{uuid:change}/decision", response={200: RuleChangeOut} | problems(404, 409),
             summary="Switch a rule on or off", operation_id="decide_rule")  # fmt: skip
def decide(request: HttpRequest, change: UUID, sent: RuleDecisionIn) -> Any:
    """Switch it on as the second person, decline it, or switch it off. Scope: report."""
    needs(request, "report")
    return change_out(rule_actions.decide_rule(change, act=sent.act, at=now()))
