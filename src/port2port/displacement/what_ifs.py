"""What if: asked by an analyst of a result, computed by the worker, read by who asked alone, and forgotten."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.base.ids import new_id
from port2port.displacement.analysis.supposed import Answer
from port2port.displacement.feeding import Feed, feed
from port2port.displacement.models import Run, WhatIf
from port2port.displacement.rules import choice_of
from port2port.displacement.running import OPEN, PER_CENT, TASK, own_or_seen, result_of
from port2port.displacement.what_if_rules import KEPT_DAYS, MOST_OPEN, Wanted, question_problems, wanted_of
from port2port.members.acting import acting_as_system, action, current_actor
from port2port.members.facts import facts
from port2port.sharing.rules import REASONS
from port2port.sharing.tlp import Tlp

COMPUTE = "displacement.suppose"
MOST = 50


def supposes() -> bool:
    """Tell whether the actor is an analyst who may ask: as the policy holds it."""
    actor = current_actor()
    return actor.organisation is not None and actor.may("suppose") and actor.ceiling >= Tlp.RED


def refuse_others() -> None:
    """Raise Refused for who is no analyst."""
    if not supposes():
        raise Refused(REASONS["no-role"])


@action
def ask_what_if(run: UUID, *, wanted: Sequence[Wanted], at: datetime) -> WhatIf:
    """Ask where crime would go. Raises Refused for who is no analyst, NotFound for a run that is not seen, Conflict
    for one without a result and for a fourth question while three wait, Invalid for the question.
    """
    actor = current_actor()
    if actor.organisation is None or not supposes():
        raise Refused(REASONS["no-role"])
    found = own_or_seen(run)
    result = result_of(found)
    if result is None:
        raise Conflict(_("There is no result to ask yet."))
    problems = question_problems(wanted, result)
    if problems:
        raise Invalid(problems)
    if WhatIf.objects.filter(state__in=OPEN).count() >= MOST_OPEN:
        raise Conflict(_("Three of your questions are being computed. Wait for one, or stop it."))
    asked = WhatIf(
        id=new_id(), run=found, sight=found.sight, asked=[asdict(one) for one in wanted], asked_at=at,
        organisation_id=actor.organisation, person_id=actor.person,
    )  # fmt: skip
    asked.save(force_insert=True)
    app.configure_task(COMPUTE, lock=TASK).defer(request=str(asked.id))  # after the runs, one at a time
    journal.write("displacement.supposed", kind="whatif", record=asked.id, at=at, run=found.id)
    return asked


def what_ifs() -> list[WhatIf]:
    """Return the actor's own questions, newest first, without their answers."""
    return list(WhatIf.objects.defer("result").order_by("-asked_at")[:MOST])


def own_what_if(identifier: UUID) -> WhatIf:
    """Return one of the actor's own questions. Raises NotFound, the same for absent and another's."""
    found = WhatIf.objects.select_related("run").defer("run__result").filter(id=identifier).first()
    if found is None:
        raise NotFound(kind="whatif", record=identifier)
    return found


@action
def read_what_if(identifier: UUID, *, at: datetime) -> WhatIf:
    """Return one of the actor's own questions; the journal keeps that its answer was read. Raises NotFound."""
    found = own_what_if(identifier)
    if found.result is not None:
        journal.write("displacement.supposed_read", kind="whatif", record=identifier, at=at, run=found.run_id)
    return found


@action
def stop_what_if(identifier: UUID, *, at: datetime) -> WhatIf:
    """Ask for it to stop. Raises NotFound, Conflict when it is over."""
    found = own_what_if(identifier)
    if found.state not in OPEN or not WhatIf.objects.filter(id=identifier, state__in=OPEN).update(stop=True):
        raise Conflict(_("It is over."))
    journal.write("displacement.supposed_stopped", kind="whatif", record=identifier, at=at)
    found.stop = True
    return found


@action
def forget_what_if(identifier: UUID, *, at: datetime) -> None:
    """Delete a question and its answer now. Raises NotFound, Conflict while it is computed."""
    found = own_what_if(identifier)
    if found.state in OPEN or not WhatIf.objects.filter(id=identifier).exclude(state__in=OPEN).delete()[0]:
        raise Conflict(_("It is being computed. Stop it first."))
    journal.write("displacement.supposed_forgotten", kind="whatif", record=identifier, at=at)


@dataclass(frozen=True)
class Asked:
    """A question that this worker has begun."""

    wanted: list[Wanted]
    feed: Feed
    movable: frozenset[str]


def claim(identifier: UUID, *, at: datetime) -> Asked | None:
    """Begin a question and read what its run was made of, to the same day; None when it is over, stopped or gone."""
    with acting_as_system("worker"):
        found = WhatIf.objects.select_related("run").filter(id=identifier, state__in=OPEN).first()
        if found is None:
            return None
        if found.stop:
            WhatIf.objects.filter(id=identifier).update(state="cancelled", ended_at=at)
            return None
        WhatIf.objects.filter(id=identifier).update(state="running", step="reading", progress=1)
        given = feed(choice_of(found.run.choice), sight=found.sight, as_of=looked_at_to(found.run))
        members = frozenset(port.locode for port in facts().ports.values() if port.member)
        return Asked(wanted_of(found.asked), given, members)


def looked_at_to(run: Run) -> date:
    """Return the day up to which a run with a result looked."""
    return date.fromisoformat(run.result["method"]["as_of"]) if run.result is not None else run.asked_at.date()


def finish(identifier: UUID, answer: Answer, *, at: datetime) -> None:
    """Keep what came out. As the worker."""
    plain: dict[str, Any] = msgspec.to_builtins(answer)
    with acting_as_system("worker"):
        WhatIf.objects.filter(id=identifier, state="running").update(
            state="done", progress=PER_CENT, step="", ended_at=at, result=plain
        )


def forget_old(*, at: datetime) -> int:
    """Delete questions over a month old. Returns how many. As the worker."""
    with acting_as_system("worker"):
        old = WhatIf.objects.filter(asked_at__lt=at - timedelta(days=KEPT_DAYS)).exclude(state__in=OPEN)
        return old.delete()[0]


def answer_of(found: WhatIf) -> Answer | None:
    """Return a stored answer as values; None when there is none."""
    return msgspec.convert(found.result, Answer) if found.result is not None else None
