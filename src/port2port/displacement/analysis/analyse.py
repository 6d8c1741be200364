"""One answer from plain data: `analyse`. Pure: no clock, no tables, the same seed gives the same numbers."""

from collections.abc import Sequence

from port2port.displacement.analysis.inputs import Choices, EffortMonth, Incident, Measure, Progress
from port2port.displacement.analysis.result import Dropped, Result


def analyse(
    incidents: Sequence[Incident],
    measures: Sequence[Measure],
    effort: Sequence[EffortMonth],
    choices: Choices,
    *,
    dropped: Sequence[Dropped] = (),
    progress: Progress | None = None,
) -> Result:
    """Return ledger, claims, early warnings, near repeats, and all that was left out with its reason.

    `dropped`: what whoever read the data left out already; it is passed on in the result. Raises `BadInput`
    (methods.refusal) with where and what for every problem.
    """
    raise NotImplementedError
