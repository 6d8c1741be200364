"""The API of breaches. It only translates."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Schema, Status

from port2port.base.clock import now
from port2port.governance.desk import breach_actions, letters, queries
from port2port.governance.desk.api import owed_out
from port2port.governance.desk.api_shapes import DueOut
from port2port.governance.desk.queries import BreachShown
from port2port.governance.desk.rules import NewBreach
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.sharing.api_shapes import Language, Moment
from port2port.site.reader import language as reader_language

router = Router(tags=["data protection"])


class BreachIn(Strict):
    """A breach that became known; 72 hours run from `aware_at`."""

    title: str = Field(max_length=160)
    what: str = Field(max_length=4000)
    nature: list[Literal["confidentiality", "integrity", "availability"]] = Field(min_length=1)
    aware_at: Moment
    happened_at: Moment | None = None


class BreachDescriptionIn(Strict):
    """What the authority asks for (GDPR, article 33(3))."""

    persons: int | None = None
    records: int | None = None
    processings: list[str] = Field([], max_length=40, description="Codes of `GET /processing`")
    consequences: str = Field("", max_length=4000)
    measures: str = Field("", max_length=4000)


class BreachStepIn(Strict):
    """A step. `code`: the item of the checklist (checked) or the risk (assessed); `text`: why, or the reference."""

    act: Literal["checked", "assessed", "notified", "not_notified", "persons_told", "persons_spared", "closed"]
    code: str = Field("", max_length=40)
    text: str = Field("", max_length=4000)


class BreachTellingIn(Strict):
    """Which joint controller is told."""

    organisation: UUID


class BreachStepOut(Schema):
    """A step, as it was taken."""

    act: str
    at: datetime
    code: str
    text: str


class BreachOut(Schema):
    """A breach, with what is owed and the text for the authority in the language asked for."""

    id: UUID
    url: str
    version: int
    number: str
    title: str
    what: str
    nature: list[str]
    aware_at: datetime
    happened_at: datetime | None
    persons: int | None
    records: int | None
    processings: list[str]
    consequences: str
    measures: str
    risk: str
    told: list[UUID]
    owed: DueOut | None
    closed_at: datetime | None
    steps: list[BreachStepOut]
    notice: list[list[str]]


class BreachesOut(Schema):
    """All breaches that the own organisation recorded."""

    items: list[BreachOut]


def _out(shown: BreachShown, reader: str | None = None) -> dict[str, Any]:
    row = shown.row
    same = ("id", "title", "what", "nature", "aware_at", "happened_at", "persons", "records", "processings",
            "consequences", "measures", "told", "closed_at")  # fmt: skip
    return {name: getattr(row, name) for name in same} | {
        "url": reverse("api-1:breach", args=[row.id]), "version": len(shown.steps), "number": shown.number,
        "risk": shown.risk, "owed": owed_out(shown.clock),
        "steps": [{"act": one.act, "at": one.at, "code": one.code, "text": one.text} for one in shown.steps],
        "notice": [list(pair) for pair in letters.notice(shown, reader or reader_language())],
    }  # fmt: skip


@router.get("", response={200: BreachesOut} | problems(), url_name="breaches",
            summary="All breaches", operation_id="list_breaches")  # fmt: skip
def list_breaches(request: HttpRequest) -> Any:
    """Return the list of article 33(5); 403 for anybody but officers and operators. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [_out(one) for one in queries.breaches(at=now())]}


@router.post("", response={201: BreachOut} | problems(), url_name="breaches",
             summary="Record a breach", operation_id="record_breach")  # fmt: skip
def record(request: HttpRequest, sent: BreachIn) -> Any:
    """Record a breach. Scope: report."""
    needs(request, "report")
    at = now()
    new = NewBreach(sent.title, sent.what, tuple(sent.nature), sent.aware_at, sent.happened_at)
    made = breach_actions.record_breach(new, at=at)
    return Status(201, _out(queries.breach(made.id, at=at)))


@router.get("/{uuid:breach}", response={200: BreachOut} | problems(404), url_name="breach",
            summary="One breach", operation_id="read_breach")  # fmt: skip
def read(request: HttpRequest, breach: UUID, language: Language | None = None) -> Any:
    """Return a breach; `language` is that of the text for the authority. Scope: read."""
    needs(request, "read")
    known_parameters(request, "language")
    return _out(queries.breach(breach, at=now()), language)


@router.post(
    "/{uuid:breach}/description", response={200: BreachOut} | problems(404, 409),
    url_name="breach_description", summary="Describe it for the authority", operation_id="describe_breach",
)  # fmt: skip
def describe(request: HttpRequest, breach: UUID, sent: BreachDescriptionIn) -> Any:
    """Write down numbers, consequences, measures. Scope: report."""
    needs(request, "report")
    at = now()
    breach_actions.describe(breach, at=at, **sent.model_dump())
    return _out(queries.breach(breach, at=at))


@router.post("/{uuid:breach}/steps", response={200: BreachOut} | problems(404, 409), url_name="breach_steps",
             summary="Take a step", operation_id="take_breach_step")  # fmt: skip
def step(request: HttpRequest, breach: UUID, sent: BreachStepIn) -> Any:
    """Tick, assess, decide, tell, close. Nothing is sent. Scope: report."""
    needs(request, "report")
    at = now()
    breach_actions.take_step(breach, act=sent.act, code=sent.code, text=sent.text, at=at)
    return _out(queries.breach(breach, at=at))


@router.post("/{uuid:breach}/tellings", response={200: BreachOut} | problems(404, 409), url_name="breach_tellings",
             summary="Tell a joint controller", operation_id="tell_breach")  # fmt: skip
def tell(request: HttpRequest, breach: UUID, sent: BreachTellingIn) -> Any:
    """Give the desk of another organisation a record of its own, with a clock from now. Scope: report."""
    needs(request, "report")
    at = now()
    breach_actions.tell_organisation(breach, organisation=sent.organisation, at=at)
    return _out(queries.breach(breach, at=at))
