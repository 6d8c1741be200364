"""The API of culture at a glance: it translates, calls one query, and translates back."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from port2port.base.clock import now
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.sharing.sheets import XLSX
from port2port.site.downloads import as_download
from port2port.training.culture.exporting import take_out
from port2port.training.culture.queries import culture
from port2port.training.culture.rules import Rest

router = Router(tags=["culture"])


class CultureRest(Schema):
    """How the other organisations stand, without names: quartiles of at least six."""

    organisations: int
    low: float = Field(description="A quarter of them is below")
    middle: float = Field(description="Half of them is below")
    high: float = Field(description="A quarter of them is above")


class CultureTopic(Schema):
    """A topic of the ISPS Code."""

    topic: str
    courses: list[str]
    trained: int | None = Field(description="Of your people; null for who does not train them")
    rest: CultureRest | None = Field(description="As shares; null where too few can be told")


class CultureGroup(Schema):
    """An audience of the ISPS Code."""

    audience: Literal["pfso", "security_staff", "all_others"]
    people: int | None
    topics: list[CultureTopic]


class CultureLapsing(Schema):
    """A course of which passes end this quarter."""

    course: str
    people: int
    first: date


class CultureExercised(Schema):
    """Part taken in drills or exercises in twelve months."""

    size: Literal["drill", "exercise"]
    number: int | None
    rest: CultureRest | None


class CultureOut(Schema):
    """Culture at a glance."""

    on: date
    quarter_ends: date
    as_of: date = Field(description="For the others: the beginning of the month")
    audiences: list[CultureGroup]
    lapsing: list[CultureLapsing]
    exercises: list[CultureExercised]


@router.get("", response={200: CultureOut} | problems(), summary="Who is trained for what",
            url_name="culture", operation_id="read_culture")  # fmt: skip
def read(request: HttpRequest) -> Any:
    """Return your organisation's figures, if you train its people, and the distribution of the rest. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    found = culture(at=now())
    return {
        "on": found.on, "quarter_ends": found.quarter_ends, "as_of": found.as_of,
        "audiences": [
            {"audience": group.audience, "people": group.people, "topics": [
                {"topic": one.topic, "courses": list(one.courses), "trained": one.trained, "rest": _rest(one.rest)}
                for one in group.topics]}
            for group in found.groups],
        "lapsing": [{"course": one.course, "people": one.people, "first": one.first} for one in found.lapsing],
        "exercises": [
            {"size": one.size, "number": one.number, "rest": _rest(one.rest)} for one in found.exercised],
    }  # fmt: skip


@router.get("/file", response={200: Any} | problems(), summary="The same as XLSX", operation_id="take_out_culture",
            openapi_extra={"responses": {200: {"content": {XLSX: {}}}}})  # fmt: skip
def file(request: HttpRequest) -> Any:
    """Return the same as a workbook, numbered. Scope: export."""
    needs(request, "export")
    known_parameters(request)
    found = take_out(at=now())
    return as_download(found.body, found.name, XLSX)


def _rest(rest: Rest | None) -> dict[str, Any] | None:
    if rest is None:
        return None
    return {"organisations": rest.organisations, "low": rest.low, "middle": rest.middle, "high": rest.high}
