"""The API of the platform's health. It only translates."""

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from port2port.base.clock import now
from port2port.governance.health import queries, words
from port2port.sharing.api_ground import known_parameters, needs, problems
from port2port.site.reader import language

router = Router(tags=["governance"])


class HealthLineOut(Schema):
    """One thing: how it is, what this means, who puts it right."""

    code: str
    state: Literal["good", "look", "bad"]
    what: str
    means: str
    who: str


class HealthCircleOut(Schema):
    """A circle that one is in; `size` is null where its membership is confidential."""

    id: UUID
    name: str
    of: str
    size: int | None


class HealthRuleOut(Schema):
    """A rule of routing that is in force."""

    code: str
    version: int
    name: str
    verified: bool
    valid_from: dt.date


class HealthOut(Schema):
    """The platform's health, what is not good first."""

    answer: str
    release: str = Field(description="Of the program; empty where it runs from a clone")
    lines: list[HealthLineOut]
    circles: list[HealthCircleOut]
    rules: list[HealthRuleOut]


@router.get("/health", response={200: HealthOut} | problems(), summary="How the platform does",
            operation_id="read_platform_health")  # fmt: skip
def health(request: HttpRequest) -> Any:
    """Return how the platform does, in plain words, for the holder of the token. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    at = now()
    found = queries.health(at=at)
    lines = words.lines(found, at=at)
    return {
        "answer": words.answer(lines), "release": found.version,
        "lines": [
            {"code": one.code, "state": one.state, "what": one.what, "means": one.means, "who": one.who}
            for one in lines
        ],
        "circles": [
            {"id": one.id, "name": one.name, "of": one.of, "size": one.size} for one in found.circles
        ],
        "rules": [
            {
                "code": one.code, "version": one.version, "name": one.label(language()), "verified": one.verified,
                "valid_from": one.valid_from,
            }
            for one in found.rules
        ],
    }  # fmt: skip
