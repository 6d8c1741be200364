"""What the desk reads: requests with their clocks, what was found, breaches, retention, transfers."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import NotFound, Refused
from port2port.governance.desk.clocks import Clock, breach_clock, request_clock
from port2port.governance.desk.models import Breach, BreachStep, Request, RequestStep, Trace
from port2port.governance.desk.rules import OPEN
from port2port.governance.desk.sealing import Asked, unseal_asked
from port2port.members.acting import current_actor
from port2port.members.models import Organisation
from port2port.sharing.references import ZONE

SHOWN = 200
NOT_THE_OFFICER = _("This is the desk of the data-protection officer.")


def officer() -> UUID:
    """Return the organisation whose desk the actor holds. Raises Refused."""
    actor = current_actor()
    if actor.organisation is None or not actor.may("erase"):
        raise Refused(NOT_THE_OFFICER)
    return actor.organisation


def recorder() -> UUID:
    """Return the organisation for which the actor records breaches: as officer, or as operator. Raises Refused."""
    actor = current_actor()
    if actor.organisation is None or not (actor.may("erase") or actor.may("operate")):
        raise Refused(_("Breaches are recorded by data-protection officers and operators."))
    return actor.organisation


def number(one: Request | Breach) -> str:
    """Return what people call a request or breach by."""
    began = one.received_at if isinstance(one, Request) else one.aware_at
    return f"{began.astimezone(ZONE):%y-%m%d}-{one.id.hex[-4:].upper()}"


@dataclass(frozen=True)
class RequestShown:
    """A request with its steps, clock and, until they are erased, who asks."""

    row: Request
    steps: list[RequestStep]
    clock: Clock | None
    asked: Asked | None

    @property
    def number(self) -> str:
        """What people call it by."""
        return number(self.row)

    @property
    def acts(self) -> list[str]:
        """What was done, in order."""
        return [one.act for one in self.steps]


@dataclass(frozen=True)
class BreachShown:
    """A breach with its steps and clock."""

    row: Breach
    steps: list[BreachStep]
    clock: Clock | None

    @property
    def number(self) -> str:
        """What people call it by."""
        return number(self.row)

    @property
    def acts(self) -> list[tuple[str, str]]:
        """What was done, in order, with its code."""
        return [(one.act, one.code) for one in self.steps]

    @property
    def risk(self) -> str:
        """The risk as it was last assessed; empty: not yet."""
        return next((code for act, code in reversed(self.acts) if act == "assessed"), "")

    def last(self, *acts: str) -> BreachStep | None:
        """Return the newest step of some kinds."""
        return next((one for one in reversed(self.steps) if one.act in acts), None)


def requests(*, at: datetime, state: str = "") -> list[RequestShown]:
    """Return the requests of the own desk, the nearest due first, then those that are closed. Raises Refused."""
    officer()
    rows = Request.objects.filter(**({"state": state} if state else {})).order_by("-received_at")[:SHOWN]
    steps: dict[UUID, list[RequestStep]] = {row.id: [] for row in rows}
    for step in RequestStep.objects.filter(request_id__in=steps).order_by("at", "id"):
        steps[step.request_id].append(step)
    found = [_request(row, steps[row.id], at) for row in rows]
    return sorted(found, key=lambda one: (one.row.state != OPEN, _due(one.clock, at)))


def _due(clock: Clock | None, at: datetime) -> float:
    return (clock.due or at).timestamp() if clock is not None else float("inf")


def _request(row: Request, steps: list[RequestStep], at: datetime) -> RequestShown:
    asked = unseal_asked(row.sealed, row.id) if row.sealed is not None else None
    return RequestShown(row, steps, request_clock(row, steps, at=at) if row.state == OPEN else None, asked)


def request(identifier: UUID, *, at: datetime) -> RequestShown:
    """Return one request of the own desk. Raises NotFound."""
    row = Request.objects.filter(id=identifier).first()
    if row is None:
        raise NotFound()
    return _request(row, list(row.steps.order_by("at", "id")), at)


def traces(identifier: UUID) -> list[Trace]:
    """Return what was found for a request, table by table, the newest first."""
    return list(Trace.objects.filter(request_id=identifier).order_by("place", "-at", "id"))


def breaches(*, at: datetime) -> list[BreachShown]:
    """Return all breaches that the own organisation recorded: the list of article 33(5). Raises Refused."""
    recorder()
    rows = list(Breach.objects.order_by("-aware_at"))
    steps: dict[UUID, list[BreachStep]] = {row.id: [] for row in rows}
    for step in BreachStep.objects.filter(breach_id__in=steps).order_by("at", "id"):
        steps[step.breach_id].append(step)
    return [_breach(row, steps[row.id], at) for row in rows]


def breach(identifier: UUID, *, at: datetime) -> BreachShown:
    """Return one breach of the own organisation. Raises NotFound."""
    row = Breach.objects.filter(id=identifier).first()
    if row is None:
        raise NotFound()
    return _breach(row, list(row.steps.order_by("at", "id")), at)


def _breach(row: Breach, steps: list[BreachStep], at: datetime) -> BreachShown:
    return BreachShown(row, steps, breach_clock(row, steps, at=at) if row.closed_at is None else None)


@dataclass(frozen=True)
class Gone:
    """What of a kind went in a month."""

    kind: str
    month: date
    expired: int
    withdrawn: int


@dataclass(frozen=True)
class Held:
    """What of a kind is held: how many, how many go within thirty days, the next day, and how many should be gone."""

    kind: str
    held: int
    soon: int
    next: date | None
    past: int


def gone() -> list[Gone]:
    """Return what went by its time of keeping or was withdrawn, newest month first. Raises Refused."""
    officer()
    with connection.cursor() as cursor:
        cursor.execute("select * from governance_retention() order by month desc, kind")
        return [Gone(*row) for row in cursor.fetchall()]


def held() -> list[Held]:
    """Return what the own organisation holds, by kind. Raises Refused."""
    officer()
    with connection.cursor() as cursor:
        cursor.execute("select * from governance_kept() order by kind")
        return [Held(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Transfer:
    """What of a kind was released to one organisation outside the country, on which basis."""

    recipient: Organisation
    country: str
    kind: str
    legal_basis: str
    personal_data: str
    records: int
    first_at: datetime
    last_at: datetime


def transfers() -> list[Transfer]:
    """Return what of the own organisation is released outside the country. Raises Refused."""
    officer()
    with connection.cursor() as cursor:
        cursor.execute("select * from governance_transfers() order by recipient, kind, legal_basis, personal_data")
        rows = cursor.fetchall()
    known = Organisation.objects.in_bulk([row[0] for row in rows])
    return [Transfer(known[row[0]], *row[1:]) for row in rows]


def overdue() -> tuple[int, int]:
    """Return how many requests and breaches of the own organisation are late, for its administrators."""
    with connection.cursor() as cursor:
        cursor.execute("select requests, breaches from governance_overdue()")
        row = cursor.fetchone()
    return (row[0], row[1]) if row is not None else (0, 0)
