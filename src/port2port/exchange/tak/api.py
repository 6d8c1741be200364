"""The API of TAK servers: which there are, how it stands with each, and what administrators do. It only translates."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Status

from port2port.base.clock import now
from port2port.exchange.certificates import LONGEST_PEM
from port2port.exchange.models import TakServer
from port2port.exchange.tak import actions, queries, words
from port2port.exchange.tak.actions import LONGEST_ADDRESS, LONGEST_NAME, Target
from port2port.members.acting import current_actor
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.sharing.api_shapes import tlp_name
from port2port.sharing.tlp import Tlp

router = Router(tags=["exchange"])
SAME = ("id", "name", "address", "certificate", "ca", "ends_at", "seen_at", "tried_at", "problem", "failures", "shows")


class TakIn(Strict):
    """A TAK server to show alerts on."""

    name: str = Field(max_length=LONGEST_NAME)
    address: str = Field(
        max_length=LONGEST_ADDRESS, description="Host and port, over TLS", examples=["tak.example:8089"]
    )
    certificate: str = Field(max_length=LONGEST_PEM, description="Ours, in PEM")
    key: str = Field(
        max_length=LONGEST_PEM, description="Its key in PEM, without a password; kept sealed, never given back"
    )
    ca: str = Field("", max_length=LONGEST_PEM, description="Who vouches for the server, in PEM")
    tlp: Literal["CLEAR", "GREEN"] = Field("GREEN", description="Up to which mark it gets things")


class TakChange(Strict):
    """What is to change of a TAK server; what is left out stays."""

    name: str | None = Field(None, max_length=LONGEST_NAME)
    address: str | None = Field(None, max_length=LONGEST_ADDRESS)
    certificate: str | None = Field(None, max_length=LONGEST_PEM, description="A new one comes with its key")
    key: str | None = Field(None, max_length=LONGEST_PEM)
    ca: str | None = Field(None, max_length=LONGEST_PEM)
    tlp: Literal["CLEAR", "GREEN"] | None = None
    paused: bool | None = None


class TakOut(Strict):
    """A TAK server, and how it stands."""

    id: UUID
    url: str
    name: str
    address: str
    tlp: str = Field(examples=["GREEN"])
    certificate: str = Field(description="Ours, in PEM")
    ca: str = Field(description="Who vouches for the server, in PEM")
    ends_at: datetime = Field(description="Until when our certificate is valid")
    paused: bool
    machine: UUID = Field(description="The machine whose sight it has")
    seen_at: datetime | None
    tried_at: datetime | None
    problem: str = Field(description="Code of what is wrong, empty when nothing is", examples=["tls"])
    says: str = Field(description="The same in words")
    failures: int = Field(description="Failed tries in a row")
    shows: int = Field(description="Events it got last")


class TakList(Strict):
    """The TAK servers of your organisation."""

    items: list[TakOut]


def _out(one: TakServer) -> dict[str, Any]:
    return {name: getattr(one, name) for name in SAME} | {
        "url": reverse("api-1:tak_server", args=[one.id]),
        "tlp": tlp_name(one.tlp),
        "paused": one.paused_at is not None,
        "machine": one.person_id,
        "says": str(words.problem(one.problem)),
    }


def _target(said: dict[str, Any]) -> Target:
    return Target(**(said | {"tlp": Tlp[said["tlp"]]}))


@router.get(
    "/tak", response={200: TakList} | problems(), url_name="tak_servers", operation_id="list_tak_servers",
    summary="TAK servers that show your organisation's alerts",
)  # fmt: skip
def list_servers(request: HttpRequest) -> Any:
    """Return them by name, for who administers. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return {"items": [_out(one) for one in queries.servers()]}


@router.post(
    "/tak", response={201: TakOut} | problems(), url_name="tak_servers", operation_id="add_tak_server",
    summary="Show alerts on a TAK server",
)  # fmt: skip
def add_server(request: HttpRequest, said: TakIn) -> Any:
    """Take a TAK server on; a machine is made whose sight it has. Scope: administer."""
    needs(request, "administer")
    return Status(201, _out(actions.add(_target(said.dict()), language=current_actor().language[:2], at=now())))


@router.get(
    "/tak/{uuid:server}", response={200: TakOut} | problems(404), url_name="tak_server",
    operation_id="get_tak_server", summary="How it stands with a TAK server",
)  # fmt: skip
def get_server(request: HttpRequest, server: UUID) -> Any:
    """Return when it was last met, and what is wrong. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    return _out(queries.server(server))


@router.patch(
    "/tak/{uuid:server}", response={200: TakOut} | problems(404), url_name="tak_server",
    operation_id="change_tak_server", summary="Change a TAK server, pause it or let it go on",
)  # fmt: skip
def change_server(request: HttpRequest, server: UUID, said: TakChange) -> Any:
    """Change what is given; it is tried again at once. Scope: administer."""
    needs(request, "administer")
    found = queries.server(server)
    given = said.dict(exclude_none=True)
    paused = given.pop("paused", None)
    if given:
        names = ("name", "address", "certificate", "ca")
        before = {one: getattr(found, one) for one in names} | {"key": "", "tlp": tlp_name(found.tlp)}
        found = actions.change(server, _target(before | given), at=now())
    if paused is not None:
        found = actions.pause(server, paused=paused, at=now())
    return _out(found)


@router.post(
    "/tak/{uuid:server}/try", response={200: TakOut} | problems(404), url_name="tak_server_try",
    operation_id="try_tak_server", summary="Try a TAK server at once",
)  # fmt: skip
def try_server(request: HttpRequest, server: UUID) -> Any:
    """Let it be sent to within seconds. Scope: administer."""
    needs(request, "administer")
    return _out(actions.try_now(server, at=now()))


@router.delete(
    "/tak/{uuid:server}", response={204: None} | problems(404), url_name="tak_server",
    operation_id="remove_tak_server", summary="Take a TAK server off",
)  # fmt: skip
def remove_server(request: HttpRequest, server: UUID) -> Any:
    """Take it off, with its machine: what it shows is stale within minutes. Scope: administer."""
    needs(request, "administer")
    actions.remove(server, at=now())
    return Status(204, None)
