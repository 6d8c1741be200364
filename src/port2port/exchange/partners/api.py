"""The API of the organisation's own systems, for its administrators. It only translates.

Tokens are made, renewed and revoked in a browser: no token makes another one.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Status
from ninja.params.functions import Query as query

from port2port.alerts.delivery import actions as notices
from port2port.alerts.delivery.queries import webhooks
from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem
from port2port.exchange.certificates import LONGEST_PEM
from port2port.exchange.partners import actions, preview, queries, words
from port2port.exchange.partners.preview import FORMS, Sent
from port2port.exchange.partners.queries import Machine
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems
from port2port.sharing.tlp import Tlp

router = Router(tags=["exchange"])


class SystemOut(Strict):
    """A system that reads or sends for your organisation."""

    id: UUID
    kind: str = Field(examples=["node", "machine", "webhook"])
    name: str
    url: str
    paused: bool
    seen_at: datetime | None = Field(description="When a node was last met")
    used_on: date | None = Field(description="The last day on which a token was used")


class SystemList(Strict):
    """All of them, nodes and machines by name, then webhooks."""

    items: list[SystemOut]


class SystemToken(Strict):
    """A token that works, never its secret."""

    id: UUID
    name: str
    scopes: list[str]
    made_by: str = Field(description="Empty when you may not know the name")
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None


class SystemGot(Strict):
    """A record that it got and that you see too."""

    record: UUID
    kind: str
    form: str = Field(examples=["stix", "misp", "cap"])
    first_at: datetime
    last_at: datetime


class SystemSent(Strict):
    """What would be sent, byte for byte."""

    record: UUID
    kind: str
    tlp: str
    at: datetime
    body: str


class SystemPreview(Strict):
    """The newest that it would receive and that you see too."""

    items: list[SystemSent]


class MachineOut(SystemOut):
    """A machine, or the one of a node."""

    highest: str = Field(description="The narrowest mark that it may get", examples=["AMBER"])
    circles: list[str] = Field(description="By which of your circles it gets something")
    certificate: str = Field(description="SHA-256 of the client certificate that its tokens need, or empty")
    got: int = Field(description="Records that it got and that you see too; 1001: more than a thousand")
    got_first: datetime | None
    got_last: datetime | None
    last: list[SystemGot]
    tokens: list[SystemToken]


class MachineChange(Strict):
    """What is to change; what is left out stays."""

    paused: bool | None = None
    certificate: str | None = Field(None, max_length=LONGEST_PEM, description="In PEM form; empty: none is asked for")


class WebhookOut(SystemOut):
    """A webhook."""

    address: str
    arrived: int
    waiting: int
    failed: int
    tested_at: datetime | None
    test: str = Field(description="Code of what came of the last test")
    test_says: str


def _system(machine: Machine) -> dict[str, Any]:
    return {
        "id": machine.hat.person_id,
        "kind": "node" if machine.peer is not None else "machine",
        "name": machine.name,
        "url": reverse("api-1:system_machine", args=[machine.hat.person_id]),
        "paused": machine.hat.paused_at is not None,
        "seen_at": machine.peer.seen_at if machine.peer is not None else None,
        "used_on": machine.used_on,
    }


def _machine(machine: Machine, at: datetime) -> dict[str, Any]:
    got = queries.got(machine.hat.person_id)
    made_by = queries.makers(machine.tokens)
    highest = words.highest(machine.hat, peer=machine.peer is not None, at=at)
    return _system(machine) | {
        "highest": _mark(highest),
        "circles": queries.circles_of(machine.hat.person_id),
        "certificate": machine.hat.certificate,
        "got": got.number,
        "got_first": got.first,
        "got_last": got.last,
        "last": [
            {"record": row.record_id, "kind": row.record.kind, "form": row.form, "first_at": row.first_at,
             "last_at": row.last_at}
            for row in got.newest
        ],
        "tokens": [
            {"id": one.id, "name": one.name, "scopes": one.scopes, "made_by": made_by.get(one.made_by_id, ""),
             "made_at": one.made_at, "expires_at": one.expires_at, "last_used_on": one.last_used_on}
            for one in machine.tokens
        ],
    }  # fmt: skip


def _mark(tlp: int) -> str:
    return Tlp(tlp).label.removeprefix("TLP:")


def _sent(rows: list[Sent]) -> dict[str, Any]:
    return {
        "items": [
            {"record": one.record, "kind": one.kind, "tlp": _mark(one.tlp), "at": one.at, "body": one.body.decode()}
            for one in rows
        ]
    }


@router.get(
    "/systems", response={200: SystemList} | problems(), url_name="systems", operation_id="list_connected_systems",
    summary="Systems that read or send for your organisation",
)  # fmt: skip
def list_systems(request: HttpRequest) -> Any:
    """Return nodes, machines and webhooks, for administrators. Scope: administer."""
    needs(request, "administer")
    known_parameters(request)
    told = [
        {"id": one.id, "kind": "webhook", "name": one.name, "url": reverse("api-1:system_webhook", args=[one.id]),
         "paused": one.paused_at is not None, "seen_at": None, "used_on": None}
        for one in webhooks()
    ]  # fmt: skip
    return {"items": [_system(one) for one in queries.own_machines(at=now())] + told}


@router.get(
    "/systems/machines/{uuid:machine}", response={200: MachineOut} | problems(404), url_name="system_machine",
    operation_id="get_machine", summary="What a machine may get and got, and its tokens",
)  # fmt: skip
def get_machine(request: HttpRequest, machine: UUID) -> Any:
    """Return it, for administrators; of what it got only what you see too. Scope: administer."""
    needs(request, "administer")
    known_parameters(request)
    at = now()
    return _machine(queries.own_machine(machine, at=at), at)


@router.patch(
    "/systems/machines/{uuid:machine}", response={200: MachineOut} | problems(404), url_name="system_machine",
    operation_id="change_machine", summary="Pause a machine, let it go on, bind it to a client certificate",
)  # fmt: skip
def change_machine(request: HttpRequest, machine: UUID, said: MachineChange) -> Any:
    """Change what is given. Of a node the exchange is paused too. Scope: administer."""
    needs(request, "administer")
    at = now()
    if said.certificate is not None:
        actions.bind(machine, certificate=said.certificate, at=at)
    if said.paused is not None:
        actions.pause(machine, paused=said.paused, at=at)
    return _machine(queries.own_machine(machine, at=at), at)


@router.get(
    "/systems/machines/{uuid:machine}/preview", response={200: SystemPreview} | problems(404),
    url_name="system_preview", operation_id="preview_machine", summary="Exactly what a machine would receive now",
)  # fmt: skip
def preview_machine(
    request: HttpRequest, machine: UUID, form: str = query("stix", max_length=8, description="stix, misp or cap")
) -> Any:
    """Return the newest, as it is sent: what both the machine and you see. Scope: administer."""
    needs(request, "administer")
    known_parameters(request, "form")
    chosen = next((one for one in FORMS if one == form), None)
    if chosen is None:
        raise Invalid([Problem("form", words.UNKNOWN_FORM)])
    at = now()
    return _sent(preview.preview(queries.own_machine(machine, at=at), chosen, at=at))


@router.get(
    "/systems/webhooks/{uuid:webhook}", response={200: WebhookOut} | problems(404), url_name="system_webhook",
    operation_id="get_webhook", summary="How it stands with a webhook",
)  # fmt: skip
def get_webhook(request: HttpRequest, webhook: UUID) -> Any:
    """Return what arrived and did not, not of which alerts. Scope: administer."""
    needs(request, "administer")
    known_parameters(request)
    return _webhook(webhook)


class WebhookChange(Strict):
    """What is to change of a webhook."""

    paused: bool


@router.patch(
    "/systems/webhooks/{uuid:webhook}", response={200: WebhookOut} | problems(404), url_name="system_webhook",
    operation_id="change_webhook", summary="Pause a webhook or let it go on",
)  # fmt: skip
def change_webhook(request: HttpRequest, webhook: UUID, said: WebhookChange) -> Any:
    """Pause it, or let what waited be told now. Scope: administer."""
    needs(request, "administer")
    queries.webhook(webhook)
    notices.pause_webhook(webhook, paused=said.paused, at=now())
    return _webhook(webhook)


@router.post(
    "/systems/webhooks/{uuid:webhook}/test", response={202: WebhookOut} | problems(404), url_name="system_webhook_test",
    operation_id="test_webhook", summary="Let a webhook be sent a test",
)  # fmt: skip
def test_webhook(request: HttpRequest, webhook: UUID) -> Any:
    """Let it be sent within seconds; what came of it stands in `test`, with `tested_at`. Scope: administer."""
    needs(request, "administer")
    queries.webhook(webhook)
    notices.test_webhook(webhook)
    return Status(202, _webhook(webhook))


@router.get(
    "/systems/webhooks/{uuid:webhook}/preview", response={200: SystemPreview} | problems(404),
    url_name="system_webhook_preview", operation_id="preview_webhook", summary="What a webhook would be told now",
)  # fmt: skip
def preview_webhook(request: HttpRequest, webhook: UUID) -> Any:
    """Return it of the newest alerts that you see too; id and moment are each message's own. Scope: administer."""
    needs(request, "administer")
    known_parameters(request)
    return _sent(preview.for_webhook(queries.webhook(webhook), at=now()))


def _webhook(webhook: UUID) -> dict[str, Any]:
    one = queries.webhook(webhook)
    told = queries.told(webhook)
    return {
        "id": one.id,
        "kind": "webhook",
        "name": one.name,
        "url": reverse("api-1:system_webhook", args=[one.id]),
        "paused": one.paused_at is not None,
        "seen_at": None,
        "used_on": None,
        "address": one.url,
        "arrived": told.arrived,
        "waiting": told.waiting,
        "failed": told.failed,
        "tested_at": one.tested_at,
        "test": one.test_code,
        "test_says": words.test(one.test_code) if one.tested_at else "",
    }
