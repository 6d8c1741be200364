"""The API of adoption: the cells one may see, telling, asking and answering. It only translates."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from port2port.base.clock import now
from port2port.measures import adoption_actions, adoption_queries, queries
from port2port.measures.api_adoption_shapes import (
    AdoptionOut,
    CellOut,
    ExchangeOut,
    ExchangesOut,
    HowAnswerIn,
    HowAnswerOut,
    QuestionIn,
    ToldIn,
    answer_out,
    cell_out,
    exchange_out,
    rest_out,
)
from port2port.sharing.api_ground import known_parameters, needs, problems

router = Router(tags=["measures"])


@router.get("/{uuid:measure}/adoption", response={200: AdoptionOut} | problems(404), summary="How far ports are",
            operation_id="read_adoption")  # fmt: skip
def adoption(request: HttpRequest, measure: UUID) -> Any:
    """Return the cells you may see by name, and the other ports as counts. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    queries.version_of(measure)
    rest = adoption_queries.unnamed_rest([measure]).get(measure)
    return {"cells": [cell_out(one) for one in adoption_queries.adoption_cells([measure])], "rest": rest_out(rest)}


@router.post("/{uuid:measure}/adoption", response={200: CellOut} | problems(404, 409), summary="Say how far you are",
             operation_id="tell_adoption")  # fmt: skip
def tell(request: HttpRequest, measure: UUID, sent: ToldIn) -> Any:
    """Say how far your port or facility is; what was said before is kept. Scope: report."""
    needs(request, "report")
    queries.version_of(measure)
    spot = adoption_actions.spot_of(sent.place)
    adoption_actions.tell(measure, spot=spot, told=sent.told(), at=now())
    cell = adoption_queries.own_cell(measure, spot)
    assert cell is not None
    return cell_out(cell)


@router.get("/{uuid:measure}/questions", response={200: ExchangesOut} | problems(404),
            summary="Questions between ports", operation_id="list_measure_questions")  # fmt: skip
def questions(request: HttpRequest, measure: UUID) -> Any:
    """Return your questions, those that reached you, and answers that others share. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    queries.version_of(measure)
    exchanges, shared = adoption_queries.exchanges(measure)
    return {"questions": [exchange_out(one) for one in exchanges], "shared": [answer_out(one) for one in shared]}


@router.post("/{uuid:measure}/questions", response={200: ExchangeOut} | problems(404), summary="Ask how they did it",
             operation_id="ask_about_measure")  # fmt: skip
def ask(request: HttpRequest, measure: UUID, sent: QuestionIn) -> Any:
    """Ask those who have it in place. Whom it reached you learn from their answers. Scope: report."""
    needs(request, "report")
    made = adoption_actions.ask_how(measure, text=sent.text, port=sent.port, at=now())
    found = next(one for one in adoption_queries.exchanges(measure)[0] if one.question.id == made.id)
    return exchange_out(found)


@router.post("/questions/{uuid:question}/answer", response={200: HowAnswerOut} | problems(404),
             summary="Answer a question", operation_id="answer_measure_question")  # fmt: skip
def answer(request: HttpRequest, question: UUID, sent: HowAnswerIn) -> Any:
    """Answer a question that reached your organisation, or change your answer. Scope: report."""
    needs(request, "report")
    return answer_out(
        adoption_actions.answer_how(
            question, text=sent.text, practice=sent.practice, mentor=sent.mentor, reach=sent.reach, shared=sent.shared,
            at=now(),
        )
    )  # fmt: skip
