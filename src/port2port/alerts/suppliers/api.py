"""The API of the register of what one's organisation uses: it translates, calls one query or action, and back."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema, Status

from port2port.alerts.api_shapes import SystemIn
from port2port.alerts.suppliers import actions, queries
from port2port.alerts.suppliers.actions import Entry
from port2port.alerts.suppliers.models import SupplierUse
from port2port.alerts.suppliers.queries import Told
from port2port.alerts.suppliers.rules import ENTRIES_MOST
from port2port.base import journal
from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem, Refused
from port2port.sharing.api_ground import Strict, known_parameters, needs, problems

router = Router(tags=["systems"])
SAME = ("id", "vendor", "product", "version", "cpe", "package", "used_for", "critical", "changed_at")


class UseIn(SystemIn):
    """Something that your organisation uses."""

    used_for: str = Field("", description="What for and where, for your own people", examples=["Gate 3"])
    critical: Literal["", "minor", "serious", "vital"] = Field("", description="What stands still without it")

    def entry(self, row: int | None = None) -> Entry:
        """Return it as a plain value."""
        return Entry(self.system(), self.used_for, self.critical, row)


class ListIn(Strict):
    """A list of what your organisation uses: all of it is taken, or none."""

    items: list[UseIn] = Field(min_length=1, max_length=ENTRIES_MOST)


class UseOut(Schema):
    """An entry under the canonical names that alerts are matched by, with the alerts in force about it."""

    id: UUID
    url: str
    vendor: str
    product: str
    version: str
    cpe: str
    package: str
    used_for: str
    critical: str
    changed_at: datetime
    alerts: list[str] = Field(description="Addresses of the alerts in force about it")


class RegisterOut(Schema):
    """What your organisation uses. Nobody else is told any of it."""

    items: list[UseOut]


class BroughtOut(Schema):
    """What a list did to the register. What it does not name stays."""

    added: int
    changed: int
    same: int


@router.get("", response={200: RegisterOut} | problems(), url_name="systems", summary="What your organisation uses",
            operation_id="list_systems")  # fmt: skip
def register(request: HttpRequest) -> Any:
    """Return the own register, by supplier and product. Scope: read; who works at the desk."""
    needs(request, "read")
    known_parameters(request)
    if not queries.may_read():
        raise Refused(_("Only who reports for the organisation and reads for it sees what it uses."))
    at = now()
    told = queries.told(queries.register(), at=at)
    journal.write("register.read", kind=queries.KIND, at=at, entries=len(told))
    return {"items": [_out(one) for one in told]}


@router.post("", response={201: UseOut} | problems(), summary="Keep something that you use", operation_id="keep_system")
def keep(request: HttpRequest, sent: UseIn) -> Any:
    """Add an entry to the own register: its alerts reach you from now on. Scope: report."""
    needs(request, "report")
    return Status(201, _kept(actions.keep_use(sent.entry(), at=now())))


@router.post("/list", response={200: BroughtOut} | problems(), summary="Bring a list in", operation_id="bring_systems")
def bring(request: HttpRequest, sent: ListIn) -> Any:
    """Add many at once, changing those that are there already; the register keeps what is not named. Scope: report."""
    needs(request, "report")
    try:
        done = actions.bring_uses([one.entry(number) for number, one in enumerate(sent.items)], at=now())
    except Invalid as error:
        raise Invalid(
            [Problem(f"items.{p.row}.{p.field}" if p.row is not None else "items", p.message) for p in error.problems]
        ) from error
    return {"added": done.added, "changed": done.changed, "same": done.same}


@router.get("/{uuid:use}", response={200: UseOut} | problems(404), url_name="system", summary="One entry",
            operation_id="read_system")  # fmt: skip
def read(request: HttpRequest, use: UUID) -> Any:
    """Return an entry of the own register. Scope: read."""
    needs(request, "read")
    return _kept(queries.use(use))


@router.patch("/{uuid:use}", response={200: UseOut} | problems(404), summary="Change an entry",
              operation_id="change_system")  # fmt: skip
def change(request: HttpRequest, use: UUID, sent: UseIn) -> Any:
    """Write an entry anew; what is left out is empty then. Scope: report."""
    needs(request, "report")
    return _kept(actions.keep_use(sent.entry(), at=now(), identifier=use))


@router.delete("/{uuid:use}", response={204: None} | problems(404), summary="Take an entry off",
               operation_id="remove_system")  # fmt: skip
def remove(request: HttpRequest, use: UUID) -> Any:
    """Take an entry off the own register; its alerts reach you no more. Scope: report."""
    needs(request, "report")
    actions.remove_use(use, at=now())
    return Status(204, None)


def _kept(use: SupplierUse) -> dict[str, Any]:
    return _out(queries.told([use], at=now())[0])


def _out(one: Told) -> dict[str, Any]:
    return {name: getattr(one.use, name) for name in SAME} | {
        "url": reverse("api-1:system", args=[one.use.id]),
        "alerts": [reverse("api-1:alert", args=[alert.record.id]) for alert in one.alerts],
    }
