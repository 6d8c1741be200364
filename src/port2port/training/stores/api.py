"""The API of the record store: it translates, calls one query or one action, and translates back."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.site.downloads import as_download
from port2port.training.stores import actions, queries
from port2port.training.stores.queries import Stand
from port2port.training.stores.rules import LONGEST, Plan

router = Router(tags=["training"])
JSON: dict[str, Any] = {"responses": {200: {"content": {"application/json": {}}}}}
LINE = r"^[^\x00]*$"


class RecordStoreIn(Strict):
    """Where the store is and what goes there."""

    url: str = Field(max_length=LONGEST["url"], pattern=LINE, description="Its xAPI endpoint, without `statements`")
    way: Literal["basic", "bearer"]
    user: str = Field("", max_length=LONGEST["user"], pattern=LINE, description="For basic")
    secret: str = Field(
        "", max_length=LONGEST["secret"], pattern=LINE, description="Password or token; empty keeps the one there is"
    )  # fmt: skip
    version: Literal["1.0.3", "2.0.0"] = "1.0.3"
    actor: Literal["account", "mail"] = Field("account", description="How people are named there")
    failed: bool = Field(False, description="Also who did not pass a quiz, of attempts begun from now on")
    earlier: bool = Field(False, description="Also what happened before; of a store that is new")

    def value(self) -> Plan:
        """Return it as the action takes it."""
        return Plan(**self.dict())


class RecordStorePauseIn(Strict):
    """Whether anything goes."""

    paused: bool


class RecordStoreRefusedOut(Schema):
    """A statement that the store refused, and by which answer."""

    id: UUID
    code: str


class RecordStoreOut(Schema):
    """The store and how it stands; never what lets us in."""

    url: str
    way: str
    version: str
    actor: str
    failed: bool
    since: datetime = Field(description="What happened from then on is told")
    paused_at: datetime | None
    tried_at: datetime | None
    sent_at: datetime | None
    due_at: datetime
    code: str = Field(description="What went wrong at the last try; empty when nothing did")
    failures: int = Field(description="Tries in a row that went wrong")
    waiting: int
    sent: int
    refused: int
    last_refused: list[RecordStoreRefusedOut]


def _out(stand: Stand | None) -> dict[str, Any]:
    if stand is None:
        raise NotFound(kind=actions.KIND)
    names = (
        "url",
        "way",
        "version",
        "actor",
        "since",
        "paused_at",
        "tried_at",
        "sent_at",
        "due_at",
        "code",
        "failures",
    )
    return {name: getattr(stand.store, name) for name in names} | stand.numbers | {
        "failed": stand.store.failed_from is not None,
        "last_refused": [{"id": one, "code": code} for one, code in stand.refused],
    }  # fmt: skip


@router.get("", response={200: RecordStoreOut} | problems(404), summary="The learning record store",
            operation_id="read_record_store")  # fmt: skip
def read(request: HttpRequest) -> Any:
    """Return the store of your organisation and how it stands, as an administrator. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _out(queries.store())


@router.put("", response={200: RecordStoreOut} | problems(), summary="Say where the store is",
            operation_id="keep_record_store")  # fmt: skip
def keep(request: HttpRequest, sent: RecordStoreIn) -> Any:
    """Say where it is and what goes there, as an administrator. Scope: report."""
    needs(request, "report")
    actions.keep_store(sent.value(), at=now())
    return _out(queries.store())


@router.delete("", response={204: None} | problems(404), summary="Take the store off",
               operation_id="end_record_store")  # fmt: skip
def end(request: HttpRequest) -> Any:
    """Let nothing go there any more; what waited is dropped. Scope: report."""
    needs(request, "report")
    actions.end_store(at=now())
    return Status(204, None)


@router.post("/pause", response={200: RecordStoreOut} | problems(404), summary="Pause, or go on",
             operation_id="pause_record_store")  # fmt: skip
def pause(request: HttpRequest, sent: RecordStorePauseIn) -> Any:
    """Let nothing go, or let it go on with what waited. Scope: report."""
    needs(request, "report")
    actions.pause_store(paused=sent.paused, at=now())
    return _out(queries.store())


@router.post("/try", response={200: RecordStoreOut} | problems(404), summary="Try it now",
             operation_id="try_record_store")  # fmt: skip
def try_now(request: HttpRequest) -> Any:
    """Let it be tried within a minute. Scope: report."""
    needs(request, "report")
    actions.try_store(at=now())
    return _out(queries.store())


@router.get("/statements", response={200: Any} | problems(), summary="Statements as a file",
            operation_id="take_out_statements", openapi_extra=JSON)  # fmt: skip
def statements(request: HttpRequest) -> Any:
    """Return the statements about the people you train, as xAPI has them, numbered. Scope: export."""
    needs(request, "export")
    known_parameters(request)
    file = actions.statements_file(at=now())
    return as_download(file.body, file.name, "application/json")
