"""Many jobs that know nothing of each other: done here, in processes of this machine, or on a Dask cluster.

A job is a function of one value, and what it draws it draws from a seed in that value: where it is done changes the
time it takes, never a bit of the answer. Results come in the order of the values. While nobody has a result yet, `idle`
is called about every second: it may tell how far things are, or raise to stop; jobs not begun are then forgotten.
"""

import importlib
import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from typing import Any, Protocol, TypeVar

from port2port.displacement.methods.refusal import BadInput

A = TypeVar("A")
B = TypeVar("B")
TICK = 1.0  # seconds between two calls of `idle`
ANSWER = 5.0  # seconds a scheduler may take to answer
NOBODY = 10.0  # seconds a cluster may be without any worker
BEHIND = 5  # niceness: alerts go out first, whatever is being computed


class ClusterAway(Exception):
    """The cluster does not do the work; the text says why."""


class Spread(Protocol):
    """How jobs are spread."""

    def __call__(self, work: Callable[[A], B], over: Sequence[A], idle: Callable[[], None] = ...) -> Generator[B]:
        """Return work(value) for each value, in order."""


def nothing() -> None:
    """Do nothing."""


def here(work: Callable[[A], B], over: Sequence[A], idle: Callable[[], None] = nothing) -> Generator[B]:
    """Do one job after the other in this process."""
    for one in over:
        yield work(one)


@contextmanager
def processes(count: int) -> Iterator[Spread]:
    """Spread over this many processes, which step behind everything else on the machine."""
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=os.nice, initargs=(BEHIND,)) as pool:

        def spread(work: Callable[[A], B], over: Sequence[A], idle: Callable[[], None] = nothing) -> Generator[B]:
            asked = [pool.submit(work, one) for one in over]
            try:
                for one in asked:
                    while not wait([one], TICK).done:
                        idle()
                    yield one.result()
            finally:
                for one in asked:
                    one.cancel()

        yield spread


@contextmanager
def cluster(address: str, *, mark: Callable[[], str], say: Callable[[str], None]) -> Iterator[Spread]:
    """Spread over the Dask cluster whose scheduler is at tls://host:port, or tcp:// on this machine.

    `mark` names the code that computes; a worker that gives another answer to it is not asked for numbers. What the
    cluster does not finish (the scheduler is gone, nobody works there, other code) is done here, and `say` is told why:
    the numbers are the same. An address in tls:// takes its certificates from Dask's own settings. Raises ClusterAway
    when it cannot be reached to begin with.
    """
    client = connected(address)
    try:

        def spread(work: Callable[[A], B], over: Sequence[A], idle: Callable[[], None] = nothing) -> Generator[B]:
            done = 0
            try:
                for found in remote(client, work, over, idle, mark):
                    yield found
                    done += 1
            except ClusterAway as problem:
                say(str(problem))
                for one in over[done:]:
                    idle()
                    yield work(one)

        yield spread
    finally:
        with suppress(Exception):  # it may be gone, and there is nobody left to whom that matters
            client.close(timeout=ANSWER)


def connected(address: str) -> Any:
    """Return a client of a scheduler. Raises ClusterAway."""
    try:
        distributed = importlib.import_module("distributed")
    except ModuleNotFoundError as missing:
        raise ClusterAway("the package distributed is missing; install port2port with its extra `cluster`") from missing
    try:
        return distributed.Client(
            address,
            timeout=ANSWER,
            set_as_default=False,
            asynchronous=False,
            security=distributed.Security(require_encryption=address.startswith("tls://")),
        )
    except (OSError, ValueError, TypeError, RuntimeError) as problem:  # refused, no certificate, another protocol
        raise ClusterAway(f"{address} does not answer ({type(problem).__name__})") from problem


def remote(
    client: Any, work: Callable[[A], B], over: Sequence[A], idle: Callable[[], None], mark: Callable[[], str]
) -> Generator[B]:
    """Return work(value) for each value from the cluster, in order. Raises ClusterAway, and what `idle` raises."""
    asked: list[Any] = []
    try:
        with away_when_it_fails():
            shared = client.submit(itself, work, pure=False)  # not scattered: that dies with the worker that keeps it
            asked += [client.submit(marked, mark, mark(), shared, one, pure=False) for one in over]
        for one in asked:
            at_work = time.monotonic()
            while True:
                with away_when_it_fails():
                    if one.done():
                        break
                    at_work = someone_works(client, at_work)
                wait_for(one)
                idle()
            with away_when_it_fails():
                found: B = one.result(timeout=ANSWER)
            yield found
    finally:
        with suppress(Exception):  # the same: what cannot be called off is nobody's
            client.cancel(asked, force=True)


@contextmanager
def away_when_it_fails() -> Iterator[None]:
    """Turn whatever goes wrong into ClusterAway, but what the input is refused for."""
    try:
        yield
    except (BadInput, ClusterAway):
        raise
    except Exception as problem:  # a fault of the work itself comes back when it is done here, with its own traceback
        raise ClusterAway(f"{type(problem).__name__}: {problem}"[:300]) from problem


def someone_works(client: Any, last: float) -> float:
    """Return when somebody was last seen at work there. Raises ClusterAway after too long; whatever the asking does."""
    if client.status != "running":
        raise ClusterAway("the scheduler is gone")
    if time.monotonic() - last < ANSWER:
        return last
    if client.sync(client.scheduler.ncores, callback_timeout=ANSWER):
        return time.monotonic()
    if time.monotonic() - last > NOBODY:
        raise ClusterAway("nobody works there")
    return last


def wait_for(one: Any) -> None:
    """Wait a moment for a job of the cluster."""
    until = time.monotonic() + TICK
    while not one.done() and time.monotonic() < until:
        time.sleep(0.02)


def itself(work: A) -> A:
    """Return it: the data of a job, sent once and shared between the workers."""
    return work


def marked(mark: Callable[[], str], wanted: str, work: Callable[[A], B], one: A) -> B:
    """Do a job where the code is the same. Raises ClusterAway where it is not."""
    there = mark()
    if there != wanted:
        raise ClusterAway(f"a worker runs other code: {there}, not {wanted}")
    return work(one)
