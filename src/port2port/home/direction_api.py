"""The API of the director's page. It only translates."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from port2port.base.clock import now
from port2port.home.direction import answer, parts
from port2port.sharing.api_ground import known_parameters, needs, problems

router = Router(tags=["direction"])


class FigureOut(Schema):
    """A number, and where what it counts stands."""

    word: str
    value: int
    href: str
    note: str
    late: bool


class DirectionPartOut(Schema):
    """A section. `named`: others' ports stand in it by name, TLP:RED for one circle of persons."""

    code: str
    title: str
    named: bool
    figures: list[FigureOut]


class DirectionOut(Schema):
    """What is late, what waits to be decided, and how far the ports are."""

    answer: str
    parts: list[DirectionPartOut]


@router.get("", response={200: DirectionOut} | problems(403), summary="The director's numbers",
            operation_id="read_direction")  # fmt: skip
def read(request: HttpRequest) -> Any:
    """Return the numbers of the director's page. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    found = parts(at=now())
    return {
        "answer": answer(found),
        "parts": [
            {
                "code": part.code, "title": part.title, "named": part.named,
                "figures": [
                    {"word": row.word, "value": row.value, "href": row.href, "note": row.note, "late": row.late}
                    for row in part.figures
                ],
            }
            for part in found
        ],
    }  # fmt: skip
