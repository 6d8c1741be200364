"""What the API of adoption takes and gives: cells, counts, questions between ports. Unknown fields are refused."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from port2port.measures.adoption_models import Adoption, Answer
from port2port.measures.adoption_queries import Exchange, Rest
from port2port.measures.api_shapes import party
from port2port.measures.rules import Told
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import Party


class ToldIn(Strict):
    """How far your port or facility is; what belongs to another state is left out."""

    place: str = Field(description="UN/LOCODE of your port, or number of your facility", examples=["BEGNE"])
    state: Literal["not_applicable", "planned", "in_progress", "in_place", "suspended"]
    due: date | None = Field(None, description="With planned; possible with in_progress")
    progress: int | None = Field(None, description="Per cent, with in_progress")
    since: date | None = Field(None, description="With in_place")
    coverage: int | None = Field(None, description="Per cent of the place, with in_place")
    evidence: str = ""
    reason: str = Field("", description="With not_applicable and suspended")
    obstacles: str = ""
    help_needed: str = ""

    def told(self) -> Told:
        """Return it as a value."""
        return Told(**{name: getattr(self, name) for name in Told.__dataclass_fields__})


class QuestionIn(Strict):
    """A question to those who have it in place."""

    text: str
    port: str = Field("", description="UN/LOCODE of one port; left out: everybody who has it in place")


class HowAnswerIn(Strict):
    """How you did it."""

    text: str
    practice: str = ""
    mentor: UUID | None = Field(None, description="Somebody of your organisation who helps them")
    reach: str = Field("", description="How to reach that person")
    shared: bool = Field(False, description="Others who see the measure may read it, and then know of you")


class CellOut(Schema):
    """How far a place is. `published`: from a public source, beside the port's own word."""

    measure: UUID
    port: str
    facility: str | None
    state: str
    due: date | None
    progress: int | None
    since: date | None
    since_precision: str
    coverage: int | None
    evidence: str
    reason: str
    obstacles: str
    help_needed: str
    at: datetime
    published: bool
    source_name: str
    source_url: str


class RestOut(Schema):
    """The other ports without names, as at `as_of`; a count that would single one out is null."""

    others: int
    as_of: datetime
    in_place: int | None
    under_way: int | None
    other: int | None


class AdoptionOut(Schema):
    """The cells you see by name, and the rest as counts (null to whoever is of no member). Never exported."""

    cells: list[CellOut]
    rest: RestOut | None


class HowAnswerOut(Schema):
    """How an organisation did it."""

    id: UUID
    organisation: Party
    asked: str
    text: str
    practice: str
    mentor: UUID | None
    reach: str
    shared: bool
    at: datetime


class ExchangeOut(Schema):
    """A question of yours, or one that reached you, with the answers you may read."""

    id: UUID
    organisation: Party
    ours: bool
    text: str
    port: str | None
    at: datetime
    answers: list[HowAnswerOut]


class ExchangesOut(Schema):
    """Questions, and answers to others that their organisations share."""

    questions: list[ExchangeOut]
    shared: list[HowAnswerOut]


def cell_out(cell: Adoption) -> dict[str, Any]:
    """Return a cell in the shape of CellOut."""
    names = (
        "state", "due", "progress", "since", "since_precision", "coverage", "evidence", "reason", "obstacles",
        "help_needed", "at", "published", "source_name", "source_url",
    )  # fmt: skip
    return {name: getattr(cell, name) for name in names} | {
        "measure": cell.measure_id,
        "port": cell.port.locode,
        "facility": cell.facility.number if cell.facility is not None else None,
    }


def rest_out(rest: Rest | None) -> dict[str, Any] | None:
    """Return the unnamed rest in the shape of RestOut."""
    return None if rest is None else {"others": rest.others, "as_of": rest.as_of} | rest.cells


def answer_out(answer: Answer) -> dict[str, Any]:
    """Return an answer in the shape of HowAnswerOut."""
    names = ("id", "asked", "text", "practice", "reach", "shared", "at")
    return {name: getattr(answer, name) for name in names} | {
        "organisation": party(answer.organisation_id),
        "mentor": answer.mentor_id,
    }


def exchange_out(exchange: Exchange) -> dict[str, Any]:
    """Return a question in the shape of ExchangeOut."""
    question = exchange.question
    return {
        "id": question.id,
        "organisation": party(question.organisation_id),
        "ours": exchange.ours,
        "text": question.text,
        "port": question.port.locode if question.port is not None else None,
        "at": question.at,
        "answers": [answer_out(one) for one in exchange.answers],
    }
