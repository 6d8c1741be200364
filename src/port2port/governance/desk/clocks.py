"""By when the desk owes something: worked out by the rules of `compliance`, never counted here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from port2port.compliance.book import rules_in_force
from port2port.compliance.deadlines import computed
from port2port.compliance.obligations import Event, Rule, Rulebook, Subject
from port2port.governance.desk.models import Breach, BreachStep, Request, RequestStep
from port2port.governance.desk.rules import BREACH_EVENTS, EVENTS, HIGH_RISK


@dataclass(frozen=True)
class Clock:
    """What is owed next: under which rule, by when (None: at once, no time is stated), and how it stands."""

    rule: Rule
    due: datetime | None
    state: str


def request_clock(request: Request, steps: Iterable[RequestStep], *, at: datetime) -> Clock | None:
    """Return what is owed to whoever asked; None: nothing any more."""
    zone = _book().zone
    received = request.received_at.astimezone(zone).isoformat()
    events = [
        Event(EVENTS[step.act], request.received_at if step.act == "received" else step.at,
              {"on": received} if step.act == "extended" else {}, str(step.id))
        for step in steps if step.act in EVENTS
    ]  # fmt: skip
    return _next(Subject("data_request", str(request.id), {"request": request.kind}), events, at)


def due_if(kind: str, received_at: datetime, request: UUID, *, extended: datetime | None, at: datetime) -> Clock | None:
    """Return what would be owed with an extension, to tell it before it is decided."""
    events = [Event("request_received", received_at, {})]
    if extended is not None:
        events.append(Event("request_extended", extended, {"on": received_at.astimezone(_book().zone).isoformat()}))
    return _next(Subject("data_request", str(request), {"request": kind}), events, at)


def breach_clock(breach: Breach, steps: Iterable[BreachStep], *, at: datetime) -> Clock | None:
    """Return what is owed about a breach: the authority first, then the persons; None: nothing any more."""
    events = [Event("breach_aware", breach.aware_at, {}, str(breach.id))]
    for step in steps:
        if step.act == "assessed" and step.code == "high":
            events.append(Event(HIGH_RISK, step.at, {}, str(step.id)))
        elif step.act in BREACH_EVENTS and step.act != "opened":
            events.append(Event(BREACH_EVENTS[step.act], step.at, {}, str(step.id)))
    return _next(Subject("platform_breach", str(breach.id), {}), events, at)


def _book() -> Rulebook:
    return rules_in_force().book


def _next(subject: Subject, events: list[Event], at: datetime) -> Clock | None:
    moment = max([at, *(event.at for event in events)])
    waiting = computed(subject, events, _book(), at=moment).waiting(moment)
    if not waiting:
        return None
    first = waiting[0]
    return Clock(first.rule, first.until, first.state(moment))
