"""Runs: asked for by a person or by the night, computed by the worker, stopped on request, kept as variants.

The computation stands outside any transaction; how far it is and what came out are written in short ones.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from port2port.base.ids import new_id
from port2port.displacement.analysis.result import Result
from port2port.displacement.feeding import Feed, feed
from port2port.displacement.models import Run, WhatIf
from port2port.displacement.rules import SIGHTS, Choice, choice_of, choice_problems, fingerprint, first_of
from port2port.displacement.vocabulary import standing
from port2port.measures.adoption_queries import reads_all_cells
from port2port.members.acting import acting_as_system, action, current_actor
from port2port.sharing.references import ZONE
from port2port.sharing.rules import REASONS

TASK = "displacement.compute"
NAME_LONGEST = 120
TOLD_EVERY = 0.5  # seconds between two writings of how far it is
PER_CENT = 100
KEPT_DAYS = 30
OPEN = ("queued", "running")
MOST_READ = 8  # results a process keeps read: a page shows the newest of a sight, or a variant

Analyse = Callable[[Feed, Callable[[int, int, str], None]], Result]


_read: dict[UUID, Result] = {}


class Stopped(Exception):
    """Somebody asked for the run to stop."""


@action
def ask_run(*, choice: Choice, sight: str, at: datetime) -> Run:
    """Ask for a run under a choice; one that is under way under the same choice is returned instead.

    Raises Refused for who may not analyse or reads no named results, Invalid for the choice.
    """
    actor = current_actor()
    if actor.organisation is None or not actor.may("share"):
        raise Refused(REASONS["no-role"])
    if sight not in SIGHTS or (sight == "named" and not reads_all_cells()):
        raise NotFound()
    problems = choice_problems(choice)
    if problems:
        raise Invalid(problems)
    return _queue(choice, sight, at, organisation=actor.organisation, person=actor.person)


@action
def queue_standing(*, at: datetime) -> int:
    """Queue the runs of every night: the choice fixed beforehand, for each sight. Returns how many are new."""
    before = set(Run.objects.filter(state__in=OPEN).values_list("fingerprint", flat=True))
    runs = [_queue(standing(), sight, at) for sight in SIGHTS]
    return sum(1 for run in runs if run.fingerprint not in before)


def _queue(
    choice: Choice, sight: str, at: datetime, *, organisation: UUID | None = None, person: UUID | None = None
) -> Run:
    mark = fingerprint(sight, choice)
    under_way = Run.objects.filter(fingerprint=mark, state__in=OPEN).first()
    if under_way is not None:
        return under_way
    run = Run(
        id=new_id(), sight=sight, choice=choice.plain(), fingerprint=mark, asked_at=at,
        organisation_id=organisation, person_id=person,
    )  # fmt: skip
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:  # somebody asked for the same in this moment
        return Run.objects.get(fingerprint=mark, state__in=OPEN)
    app.configure_task(TASK, lock=TASK).defer(request=str(run.id))  # a long one leaves the worker a place for the rest
    journal.write("displacement.asked", kind="run", record=run.id, at=at, sight=sight, choice=mark)
    return run


def own_or_seen(run: UUID) -> Run:
    """Return a run that the actor sees. Raises NotFound, the same for absent and hidden."""
    found = Run.objects.filter(id=run).first()
    if found is None:
        raise NotFound(kind="run", record=run)
    return found


@action
def stop_run(run: UUID, *, at: datetime) -> Run:
    """Ask for a run to stop. Raises NotFound, Refused, Conflict when it is over."""
    found = own_or_seen(run)
    actor = current_actor()
    if actor.organisation is None or not actor.may("share"):
        raise Refused(REASONS["no-role"])
    if found.state not in OPEN or not Run.objects.filter(id=run, state__in=OPEN).update(stop=True):
        raise Conflict(_("It is over."))
    journal.write("displacement.stopped", kind="run", record=run, at=at)
    found.stop = True
    return found


@action
def keep_run(run: UUID, *, name: str, at: datetime) -> Run:
    """Keep a variant under a name. Raises NotFound, Refused for who did not try it, Conflict, Invalid (no name)."""
    found = own_or_seen(run)
    if found.person_id != current_actor().person:
        raise Refused(_("Only who tried it keeps it."))
    if found.state != "done":
        raise Conflict(_("There is no result to keep yet."))
    if not name.strip() or len(name) > NAME_LONGEST:
        raise Invalid([Problem("name", _("A name of at most %(n)d characters.") % {"n": NAME_LONGEST})])
    Run.objects.filter(id=run).update(kept=True, name=name.strip())
    journal.write("displacement.kept", kind="run", record=run, at=at)
    found.kept, found.name = True, name.strip()
    return found


@dataclass(frozen=True)
class Claimed:
    """A run that this worker has begun."""

    id: UUID
    sight: str
    feed: Feed


def claim(run: UUID, *, at: datetime) -> Claimed | None:
    """Begin a run and read what goes into it; None when it is over, was stopped, or is gone. As the worker."""
    with acting_as_system("worker"):
        found = Run.objects.filter(id=run, state__in=OPEN).first()
        if found is None:
            return None
        if found.stop:
            Run.objects.filter(id=run).update(state="cancelled", ended_at=at)
            return None
        Run.objects.filter(id=run).update(state="running", step="reading", progress=1)
        known_to = first_of(at.astimezone(ZONE).date()) - timedelta(days=1)  # this month is not over
        given = feed(choice_of(found.choice), sight=found.sight, as_of=known_to)
        Run.objects.filter(id=run).update(invented=given.invented)
        return Claimed(run, found.sight, given)


def teller(
    run: UUID, *, every: float = TOLD_EVERY, of: type[Run] | type[WhatIf] = Run
) -> Callable[[int, int, str], None]:
    """Return what the analysis calls: it writes how far it is, and raises Stopped when somebody asked for that."""
    last = 0.0

    def tell(done: int, total: int, what: str) -> None:
        nonlocal last
        if time.monotonic() - last < every:
            return
        last = time.monotonic()
        with acting_as_system("worker"):
            share = min(PER_CENT - 1, PER_CENT * done // max(total, 1))
            of.objects.filter(id=run, state="running").update(progress=share, step=what[:40])
            stopped = not of.objects.filter(id=run, state="running", stop=False).exists()
        if stopped:
            raise Stopped

    return tell


def finish(run: UUID, result: Result, *, at: datetime) -> None:
    """Keep what came out. As the worker."""
    plain: dict[str, Any] = msgspec.to_builtins(result)
    with acting_as_system("worker"):
        Run.objects.filter(id=run, state="running").update(
            state="done", progress=PER_CENT, step="", ended_at=at, result=plain, code_version=result.method.code_version
        )


def give_up(
    identifier: UUID, *, state: str, at: datetime, problems: Sequence[Mapping[str, str]] = (),
    of: type[Run] | type[WhatIf] = Run,
) -> None:  # fmt: skip
    """End a run or a question without a result: `failed` or `cancelled`. As the worker."""
    with acting_as_system("worker"):
        of.objects.filter(id=identifier, state__in=OPEN).update(
            state=state, ended_at=at, step="", problems=list(problems)
        )


def forget_runs(*, at: datetime) -> int:
    """Delete runs over a month old that nobody kept, but the newest of each choice. Returns how many. As the worker."""
    with acting_as_system("worker"):
        old = Run.objects.filter(
            asked_at__lt=at - timedelta(days=KEPT_DAYS), kept=False, state__in=("done", "failed", "cancelled"),
            warnings=None,
        )  # fmt: skip
        newest = Run.objects.filter(state="done").order_by("fingerprint", "-asked_at").distinct("fingerprint")
        gone = list(old.exclude(id__in=[run.id for run in newest]).values_list("id", flat=True))
        Run.objects.filter(id__in=gone).delete()
    return len(gone)


def result_of(run: Run) -> Result | None:
    """Return a stored result as values; None when there is none.

    A result never changes once it is there, so a process reads the last few of them once. The run itself is asked for
    each time, under the policy: who does not see it has nothing to call this with.
    """
    kept = _read.get(run.id)
    if kept is not None:
        return kept
    if run.result is None:
        return None
    found = msgspec.convert(run.result, Result)
    if run.state == "done":
        while len(_read) >= MOST_READ:
            _read.pop(next(iter(_read)), None)
        _read[run.id] = found
    return found
