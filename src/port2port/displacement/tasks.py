"""Work of the monitor that waits: one run, and the nightly ones. Arguments are opaque ids."""

from uuid import UUID

from procrastinate.contrib.django import app

from port2port.base.clock import now
from port2port.displacement import running, warnings, what_ifs
from port2port.displacement.analysis.analyse import analyse
from port2port.displacement.analysis.supposing import suppose
from port2port.displacement.methods.refusal import BadInput
from port2port.displacement.models import WhatIf
from port2port.members.acting import acting_as_system


@app.task(name=running.TASK)
def compute(request: str) -> str:
    """Compute one run, in one place at a time for a choice. Returns the state it ended in."""
    identifier = UUID(request)
    claimed = running.claim(identifier, at=now())
    if claimed is None:
        return "nothing"
    given = claimed.feed
    try:
        result = analyse(
            given.incidents, given.measures, given.effort, given.choices, dropped=given.dropped,
            progress=running.teller(identifier),
        )  # fmt: skip
    except running.Stopped:
        running.give_up(identifier, state="cancelled", at=now())
        return "cancelled"
    except BadInput as error:
        problems = [{"where": p.where, "what": p.what, "value": p.value} for p in error.problems]
        running.give_up(identifier, state="failed", at=now(), problems=problems)
        return "failed"
    except Exception:  # whatever it was, the page must not wait for it for ever; the worker's log has the rest
        running.give_up(identifier, state="failed", at=now(), problems=[{"where": "", "what": "error", "value": ""}])
        raise
    running.finish(identifier, result, at=now())
    warnings.raise_warnings(identifier, sight=claimed.sight, result=result, at=now())
    return "done"


@app.task(name=what_ifs.COMPUTE)
def answer(request: str) -> str:
    """Answer one question of what-if. Returns the state it ended in."""
    identifier = UUID(request)
    claimed = what_ifs.claim(identifier, at=now())
    if claimed is None:
        return "nothing"
    given = claimed.feed
    try:
        found = suppose(
            given.incidents, given.measures, given.effort, given.choices, [one.supposed() for one in claimed.wanted],
            movable=claimed.movable, progress=running.teller(identifier, of=WhatIf),
        )  # fmt: skip
    except running.Stopped:
        what_ifs.give_up(identifier, state="cancelled", at=now())
        return "cancelled"
    except BadInput as error:
        problems = [{"where": p.where, "what": p.what, "value": p.value} for p in error.problems]
        what_ifs.give_up(identifier, state="failed", at=now(), problems=problems)
        return "failed"
    except Exception:  # whatever it was, the page must not wait for it for ever; the worker's log has the rest
        what_ifs.give_up(identifier, state="failed", at=now(), problems=[{"where": "", "what": "error", "value": ""}])
        raise
    what_ifs.finish(identifier, found, at=now())
    return "done"


@app.periodic(cron="15 2 * * *")
@app.task(name="displacement.nightly", queueing_lock="displacement.nightly")
def nightly(timestamp: int) -> int:
    """Queue the runs of every night and forget old ones. Returns how many were queued."""
    what_ifs.forget_old(at=now())
    running.forget_runs(at=now())
    with acting_as_system("worker"):
        return running.queue_standing(at=now())
