"""Where long runs are worked on: the cluster of the settings, else the processors of this machine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings

from port2port.displacement.analysis.code import computing
from port2port.displacement.methods.spreading import ClusterAway, Spread, cluster, here, processes
from port2port.displacement.methods.streams import threads

FEW_JOBS = 12  # with fewer, starting other processes takes longer than the work


@contextmanager
def spread_for(jobs: int, *, say: Callable[[str], None], workers: int | None = None) -> Iterator[Spread]:
    """Give how this many jobs are spread; None `workers`: over all processors.

    A cluster that is away is no reason to wait, and none to have no answer: the work is done here, the numbers are the
    same, and `say` is told why (docs/decisions/0045).
    """
    with ExitStack() as opened:
        yield _spread(jobs, opened, say, threads() if workers is None else workers)


def _spread(jobs: int, opened: ExitStack, say: Callable[[str], None], workers: int) -> Spread:
    if settings.DASK_SCHEDULER:
        try:
            return opened.enter_context(cluster(settings.DASK_SCHEDULER, mark=computing, say=say))
        except ClusterAway as problem:
            say(str(problem))
    if workers <= 1 or jobs < FEW_JOBS:
        return here
    return opened.enter_context(processes(workers))
