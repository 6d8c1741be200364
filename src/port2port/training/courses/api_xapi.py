"""Where a learning system posts its statements: it translates, calls one action, and translates back.

The names of fields are those of xAPI 1.0.3. What it may hold and is not read here is let through, and kept nowhere.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Field, Router
from pydantic import StrictBool

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.base.ids import new_id
from port2port.sharing.api_ground import Strict, needs, problems
from port2port.sharing.api_shapes import Moment
from port2port.training.courses.statements import take_statements
from port2port.training.courses.xapi import VERSION, Statement, known_version

router = Router(tags=["courses"])
HEADER = "X-Experience-API-Version"


class XapiAccount(Strict):
    """A person of yours: the platform's address, and the id as the API lists it."""

    homePage: str = Field(max_length=200)
    name: str = Field(max_length=60)


class XapiAgent(Strict):
    """Who. A name beside the account is not read."""

    objectType: Literal["Agent"] = "Agent"
    name: str = ""
    account: XapiAccount


class XapiVerb(Strict):
    """What was done: `completed` or `passed` of the ADL vocabulary."""

    id: str = Field(max_length=200)
    display: dict[str, str] = {}


class XapiActivity(Strict):
    """The course: its address here."""

    objectType: Literal["Activity"] = "Activity"
    id: str = Field(max_length=300)
    definition: dict[str, Any] = {}


class XapiResult(Strict):
    """How it went; a score is not read."""

    completion: StrictBool | None = None
    success: StrictBool | None = None
    score: dict[str, Any] = {}
    duration: str = ""
    response: str = ""
    extensions: dict[str, Any] = {}


class XapiStatement(Strict):
    """A statement of xAPI 1.0.3."""

    id: UUID | None = Field(None, description="Sent again under the same id, it changes nothing")
    actor: XapiAgent
    verb: XapiVerb
    object: XapiActivity
    result: XapiResult | None = None
    timestamp: Moment | None = Field(None, description="When it was; left out: now")
    context: dict[str, Any] = {}
    version: str = VERSION

    def value(self, at: datetime) -> Statement:
        """Return what is read of it."""
        how = self.result or XapiResult()
        return Statement(
            self.id or new_id(), self.actor.account.homePage, self.actor.account.name, self.verb.id, self.object.id,
            self.timestamp or at, how.completion, how.success,
        )  # fmt: skip


@router.post("/statements", response={200: list[UUID]} | problems(409), summary="xAPI statements of a learning system",
             operation_id="take_xapi_statements")  # fmt: skip
def statements(request: HttpRequest, response: HttpResponse, sent: Body[list[XapiStatement] | XapiStatement]) -> Any:
    """Take statements about your own people, all or none; those of a known id change nothing. The header
    `X-Experience-API-Version` must be 1.0.x. Scope: report."""
    needs(request, "report")
    if not known_version(request.headers.get(HEADER, "")):
        raise Invalid([Problem(HEADER, "1.0.3")])
    response[HEADER] = VERSION
    at = now()
    told = sent if isinstance(sent, list) else [sent]
    return take_statements([one.value(at) for one in told], at=at)
