"""The monitor of the demo as an analyst has it: its page from a stored result, and a run computed anew.

The demo is seeded as `port2port seed` does, with the embedded database. The page is asked for over HTTP through
granian's front with one worker, signed in, one request after the other: first while no result is stored (the empty
page, the baseline), then with one. The run is the one of every night, for who reads all names, as the worker computes
it; feeding and storing are in its time. The clock's times are what a busy machine leaves; those of the processor are of
the serving process, or of the worker and the processes it starts, without the database's.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time

from bench.figures import Figure, beside, quantile
from bench.front import connection
from bench.installation import installation
from bench.reports import ask, page
from bench.serving import Server, granian

WHO = "analyst@commissioner.demo"
HOME = "/displacement/?sight=named"
WARM, ASKED = 5, 40
PAGE_TARGET, RUN_TARGET = 300.0, 20.0  # milliseconds, seconds


def run() -> list[Figure]:
    """Return the figures of the page and of the run."""
    with installation() as (environment, _admin):
        quiet = environment | {"PORT2PORT_LOG_LEVEL": "warning", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        seed = [sys.executable, "-m", "port2port", "seed"]
        subprocess.run(seed, check=True, capture_output=True, env=quiet)
        session = said(quiet, "session")["session"]
        with granian("port2port.live.front:application", "asgi", "--backpressure", "64", **quiet) as server:
            empty_wall, empty_worked = asyncio.run(asked(server, str(session)))
            first = said(quiet, "compute")
            wall, worked = asyncio.run(asked(server, str(session)))
            again = said(quiet, "compute")
    none = "the page without a result"
    return [
        beside("displacement page, median", wall, "ms", none, empty_wall),
        beside("displacement page, median", wall, "ms", "target", PAGE_TARGET),
        beside("the same, processor", worked, "ms", none, empty_worked),
        beside("the demo network computed anew", float(again["wall"]), "s", "target", RUN_TARGET),
        beside("the same, the first time", float(first["wall"]), "s", "target", RUN_TARGET),
        beside("the same, processor, all processes", float(again["worked"]), "s", "target", RUN_TARGET),
        Figure("measures in that run", float(again["measures"]), "measures"),
        Figure("incidents in that run", float(again["incidents"]), "incidents"),
    ]


async def asked(server: Server, session: str) -> tuple[float, float]:
    """Return the median milliseconds of the clock for the page, and those of the processor for each."""
    request, took = page(HOME, session), []
    async with connection(server.port) as (reader, writer):
        for _number in range(WARM):
            await ask(reader, writer, request, b"200")
        before = server.worked()
        for _number in range(ASKED):
            started = time.perf_counter()
            await ask(reader, writer, request, b"200")
            took.append((time.perf_counter() - started) * 1000)
    return quantile(took, 0.5), (server.worked() - before) * 1000 / ASKED


def said(environment: dict[str, str], what: str) -> dict[str, float | str]:
    """Return what this file answers in a process of that installation."""
    command = [sys.executable, "-m", "bench.displacement_pages", what]
    found: dict[str, float | str] = json.loads(
        subprocess.run(command, check=True, capture_output=True, env=environment).stdout.splitlines()[-1]
    )
    return found


def signed_in() -> dict[str, float | str]:
    """Return the session of the analyst."""
    import django

    django.setup()
    from bench.reports import session_of

    return {"session": session_of(WHO)}


def computed() -> dict[str, float | str]:
    """Compute the run of every night for who reads all names; return its seconds, and what was in it."""
    import django

    django.setup()
    from port2port.base.clock import now
    from port2port.displacement import running, tasks
    from port2port.displacement.models import Run
    from port2port.members.acting import acting_as_system

    with acting_as_system("worker"):
        running.queue_standing(at=now())
        queued = Run.objects.filter(state="queued", sight="named").latest("asked_at").id
    started, before = time.perf_counter(), used()
    state = tasks.compute(str(queued))
    wall, worked = time.perf_counter() - started, used() - before
    with acting_as_system("worker"):
        result = running.result_of(Run.objects.get(id=queued))
    if result is None:
        raise RuntimeError(f"The run ended {state}.")
    return {
        "wall": wall,
        "worked": worked,
        "measures": result.summary.measures,
        "incidents": result.summary.incidents,
    }


def used() -> float:
    """Return the processor seconds of this process and of those it started and that have ended."""
    return sum(
        found.ru_utime + found.ru_stime
        for found in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    print(json.dumps({"session": signed_in, "compute": computed}[sys.argv[1]]()))
