"""Runs and questions done by the worker: begun, computed outside any transaction, kept or given up. Only here are the
methods loaded, and with them the numerical libraries.
"""

import logging
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from port2port.base.clock import now
from port2port.displacement import running, warnings, what_ifs
from port2port.displacement.analysis.analyse import analyse
from port2port.displacement.analysis.result import Result
from port2port.displacement.analysis.supposed import Answer
from port2port.displacement.analysis.supposing import suppose
from port2port.displacement.methods.refusal import BadInput
from port2port.displacement.models import Run, WhatIf
from port2port.displacement.spreading import spread_for

Found = TypeVar("Found")
log = logging.getLogger(__name__)


def compute(identifier: UUID) -> str:
    """Compute one run, in one place at a time for a choice. Returns the state it ended in."""
    claimed = running.claim(identifier, at=now())
    if claimed is None:
        return "nothing"
    given = claimed.feed

    def work() -> Result:
        with spread_for(len(given.measures), say=_here_instead) as spread:
            return analyse(
                given.incidents, given.measures, given.effort, given.choices, dropped=given.dropped,
                progress=running.teller(identifier), spread=spread,
            )  # fmt: skip

    result, ended = _attempted(work, identifier, of=Run)
    if result is None:
        return ended
    running.finish(identifier, result, at=now())
    warnings.raise_warnings(identifier, sight=claimed.sight, result=result, at=now())
    return "done"


def answer(identifier: UUID) -> str:
    """Answer one question of what-if. Returns the state it ended in."""
    claimed = what_ifs.claim(identifier, at=now())
    if claimed is None:
        return "nothing"
    given = claimed.feed

    def work() -> Answer:
        return suppose(
            given.incidents, given.measures, given.effort, given.choices, [one.supposed() for one in claimed.wanted],
            movable=claimed.movable, progress=running.teller(identifier, of=WhatIf),
        )  # fmt: skip

    found, ended = _attempted(work, identifier, of=WhatIf)
    if found is None:
        return ended
    what_ifs.finish(identifier, found, at=now())
    return "done"


def _here_instead(why: str) -> None:
    log.warning("DASK_SCHEDULER: %s; computed by this worker instead", why)


def _attempted(
    work: Callable[[], Found], identifier: UUID, *, of: type[Run] | type[WhatIf]
) -> tuple[Found | None, str]:
    """Return what the work found and "", or None and the state it ended in, which is written down."""
    try:
        return work(), ""
    except running.Stopped:
        running.give_up(identifier, state="cancelled", at=now(), of=of)
        return None, "cancelled"
    except BadInput as error:
        problems = [{"where": p.where, "what": p.what, "value": p.value} for p in error.problems]
        running.give_up(identifier, state="failed", at=now(), problems=problems, of=of)
        return None, "failed"
    except Exception:  # whatever it was, the page must not wait for it for ever; the worker's log has the rest
        unknown = [{"where": "", "what": "error", "value": ""}]
        running.give_up(identifier, state="failed", at=now(), problems=unknown, of=of)
        raise
