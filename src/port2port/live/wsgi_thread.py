"""Django's WSGI handler on one thread of its own: one database connection, no waiting for a network."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from queue import SimpleQueue
from tempfile import SpooledTemporaryFile
from typing import Any

from port2port.live.bodies import Spool

log = logging.getLogger("port2port.front")

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# Not the application's to set (PEP 3333, "Other HTTP Features"); the length is counted here.
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "upgrade", "te", "trailer"})


@dataclass(slots=True)
class Answer:
    """A complete response, in memory or, when large, in a file. `declared` is the length a HEAD names."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    file: Spool | None = None
    length: int = 0
    declared: int | None = None

    def close(self) -> None:
        """Give the file back, if there is one."""
        if self.file is not None:
            self.file.close()


class Busy(Exception):
    """As many requests are waiting as may wait."""


class Failed(Exception):
    """The application raised; the reason is in the log and nowhere else."""


@dataclass(slots=True, eq=False)
class Job:
    """One request on its way through the thread. `dropped` before it starts: it never starts."""

    environ: dict[str, Any]
    done: asyncio.Future[Answer]
    dropped: bool = False


class WsgiThread:
    """One thread, one queue, one application."""

    def __init__(self, application: WsgiApplication, waiting: int = 200, memory: int = 1024 * 1024) -> None:
        self.application = application
        self.waiting = waiting
        self.memory = memory
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the thread; its answers go to this loop."""
        self._loop = loop
        self._thread = threading.Thread(target=self._run, name="wsgi", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Let what is queued finish, then end the thread; a job that hangs is not waited for."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(seconds)
            self._thread = None

    def submit(self, environ: dict[str, Any]) -> Job:
        """Queue a request; raises Busy when too many wait already."""
        if self._queue.qsize() >= self.waiting:
            raise Busy
        if self._loop is None:
            raise RuntimeError("The thread was not started.")
        job = Job(environ, self._loop.create_future())
        self._queue.put(job)
        return job

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            if job.dropped:
                continue
            result: Answer | Failed
            try:
                result = collect(self.application, job.environ, self.memory)
            except Exception:  # the thread must outlive whatever a request does; the client learns only "500"
                log.exception("The application failed on a request.")
                result = Failed()
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(_settle, job, result)


def _settle(job: Job, result: Answer | Failed) -> None:
    if job.done.done():
        if isinstance(result, Answer):
            result.close()
    elif isinstance(result, Failed):
        job.done.set_exception(result)
    else:
        job.done.set_result(result)


def collect(application: WsgiApplication, environ: dict[str, Any], memory: int) -> Answer:
    """Call the application and take its whole response, streamed too; above `memory` bytes into a file."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    parts: list[bytes] = []
    file: Spool | None = None
    length = 0

    def write(chunk: bytes) -> None:
        nonlocal file, length
        length += len(chunk)
        if file is not None:
            file.write(chunk)
        elif length > memory:
            file = SpooledTemporaryFile(max_size=1)  # noqa: SIM115 - closed by Answer.close
            file.writelines([*parts, chunk])
            parts.clear()
        else:
            parts.append(chunk)

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        started[:] = [(status, headers)]
        return write

    chunks = application(environ, start_response)
    try:
        for chunk in chunks:
            write(chunk)
    except BaseException:
        if file is not None:
            file.close()
        raise
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    status, named = started[0]
    declared = next((value for name, value in named if name.lower() == "content-length"), "")
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in named
        if name.lower() not in HOP_BY_HOP
    ]
    if file is not None:
        file.seek(0)
    return Answer(
        int(status[:3]), headers, b"".join(parts), file, length, int(declared) if declared.isdigit() else None
    )
