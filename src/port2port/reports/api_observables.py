"""The API of observables: look a value up, see what a report holds and meets, ask and answer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.params.functions import Query as query

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.reports import observable_actions as actions
from port2port.reports import observable_queries as queries
from port2port.reports.api_shapes import ObservableIn, ReportOut, reports_out
from port2port.reports.observables import kinds
from port2port.reports.observables.normal import Observable, normalised
from port2port.reports.observables.refused import NOT_THIS, Unrecognised
from port2port.reports.shown import shown
from port2port.sharing import queries as sharing
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems

router = Router(tags=["observables"])


class KindOut(Schema):
    """A kind of observable. `personal_data` indirect: it stays within the organisation and is compared blinded."""

    code: str
    names: dict[str, str]
    personal_data: str
    example: str


class ObservableOut(Schema):
    """An observable of a report, and what it meets as far as this token's holder may know."""

    id: UUID
    kind: str
    value: str
    check_digit: bool | None = Field(description="Whether its check digit is right; null: it has none")
    own_only: bool = Field(description="Seen by the owner's organisation only")
    reports: int = Field(description="Other reports you see with this value")
    near: int = Field(description="Other reports you see with something close to it")
    ports: int
    last_at: datetime | None
    to_ask: int = Field(description="Members that have a match you do not see, and that you may ask")


class ObservablesIn(Strict):
    """Observables to be put on a report."""

    observables: list[ObservableIn] = Field(min_length=1, max_length=200)


class Found(Schema):
    """The newest reports that you see with a value, at most 25."""

    kind: str
    value: str
    check_digit: bool | None
    items: list[ReportOut]


class AskIn(Strict):
    """Why you ask, and the legal basis on which you would receive it."""

    reason: str = Field(min_length=1, max_length=400)
    legal_basis: str = Field(max_length=60, examples=["gdpr_public_task"])


class Asked(Schema):
    """How many members were asked; who they are is known only from an answer."""

    asked: int


class AskOut(Schema):
    """A question put to your organisation."""

    id: UUID
    organisation: UUID
    asked_at: datetime
    observable: UUID
    kind: str
    reason: str
    legal_basis: str
    state: str


class AnswerIn(Strict):
    """What the asker gets: the value and your words, your words alone, or the reason why not."""

    answer: Literal["shared", "part", "declined"]
    words: str = Field("", max_length=400)


def observables_from(sent: Iterable[ObservableIn]) -> list[Observable]:
    """Return what was sent in canonical form. Raises Invalid naming each that is not of its kind."""
    found, wrong = [], []
    for number, one in enumerate(sent):
        try:
            found.append(normalised(one.kind, one.value))
        except Unrecognised as error:
            wrong.append(Problem(f"observables.{number}.value", error.reason))
        except KeyError:
            wrong.append(Problem(f"observables.{number}.kind", NOT_THIS))
    if wrong:
        raise Invalid(wrong)
    return found


@router.get("/observables/kinds", response={200: list[KindOut]} | problems(), operation_id="observable_kinds")
def list_kinds(request: HttpRequest) -> Any:
    """Return the kinds of observables in four languages. Scope: read."""
    needs(request, "read")
    return [
        {"code": one.code, "names": one.names, "personal_data": one.personal_data, "example": one.example}
        for one in kinds.kinds()
    ]


@router.get("/observables", response={200: Found} | problems(), operation_id="find_observable")
def find(
    request: HttpRequest,
    kind: str = query(..., max_length=40, description="Code of a kind, as container"),
    value: str = query(..., min_length=1, max_length=200, description="As it is written"),
) -> Any:
    """Look a value up: the newest reports that you see with exactly it. Scope: read."""
    needs(request, "read")
    known_parameters(request, "kind", "value")
    try:
        one = normalised(kind, value)
    except Unrecognised as error:
        raise Invalid([Problem("value", error.reason)]) from error
    except KeyError as error:
        raise Invalid([Problem("kind", NOT_THIS)]) from error
    found = shown(queries.found_by_value([one]))
    sharing.note_reading(queries.KIND, [row.record for row in found], at=now(), act="listed")
    items = reports_out(found)
    return {"kind": one.kind, "value": one.value, "check_digit": one.checked, "items": items}


@router.get(
    "/reports/{uuid:report}/observables", response={200: list[ObservableOut]} | problems(404),
    operation_id="observables_of_report", url_name="observables",
)  # fmt: skip
def of_report(request: HttpRequest, report: UUID) -> Any:
    """Return what a report holds and what each of it meets, the strongest match first. Scope: read."""
    needs(request, "read")
    record = sharing.record(report, queries.KIND)
    sharing.note_reading(queries.KIND, [record], at=now())
    return _out(report)


@router.post(
    "/reports/{uuid:report}/observables", response={200: list[ObservableOut]} | problems(404, 409),
    operation_id="put_observables",
)  # fmt: skip
def put(request: HttpRequest, report: UUID, sent: ObservablesIn) -> Any:
    """Put observables on a report that you look after; those that are there stay. Scope: report."""
    needs(request, "report")
    actions.add_observables(report, observables=observables_from(sent.observables), at=now())
    return _out(report)


@router.post(
    "/observables/{uuid:observable}/asks", response={200: Asked} | problems(404, 409), operation_id="ask_owners",
)  # fmt: skip
def ask(request: HttpRequest, observable: UUID, sent: AskIn) -> Any:
    """Ask those members that have a match you do not see. Scope: report."""
    needs(request, "report")
    return {"asked": actions.ask_owners(observable, reason=sent.reason, basis=sent.legal_basis, at=now())}


@router.get("/asks", response={200: list[AskOut]} | problems(), operation_id="asks_to_us")
def asks(request: HttpRequest) -> Any:
    """Return the questions put to your organisation about what you see, newest first. Scope: read."""
    needs(request, "read")
    return [{**vars(one), "observable": one.target} for one in queries.asks_to_us()]


@router.post("/asks/{uuid:ask}/answer", response={204: None} | problems(404, 409), operation_id="answer_ask")
def answer(request: HttpRequest, ask: UUID, sent: AnswerIn) -> Any:
    """Answer a question put to your organisation. Scope: report; your role must be one that may share."""
    needs(request, "report")
    actions.answer_ask(ask, answer=sent.answer, words=sent.words, at=now())
    return Status(204, None)


def _out(report: UUID) -> list[dict[str, Any]]:
    return [
        {
            "id": one.observable.id,
            "kind": one.observable.kind,
            "value": one.observable.value,
            "check_digit": one.observable.checked,
            "own_only": one.observable.record_id != report,
            "reports": one.exact,
            "near": one.near,
            "ports": one.ports,
            "last_at": one.last_at,
            "to_ask": one.hidden,
        }
        for one in queries.matches(queries.of_report(report), at=now())
    ]
