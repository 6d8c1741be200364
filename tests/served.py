"""The whole program in child processes of the tests: the server as operated, with one process, and the worker.

They work on the database of conftest, or on an installation of their own where a test kills the database. Each is
ended by its own id; were the tests themselves killed, the kernel ends them.
"""

import hashlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import psycopg

from port2port.config import embedded
from port2port.config.options import Options, load
from port2port.config.supervise import die_with_parent
from tests import prepared

START_SECONDS = 60.0


def wait_for(true: Callable[[], Any], seconds: float = 30.0, what: str = "") -> None:
    """Return once it is so. Raises AssertionError when it has not become so in time."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, what or "it did not happen in time"
        time.sleep(0.02)


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    """Return the processes a process started and that run (proc(5), /proc/pid/stat)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(parent) == pid and state != "Z":
                found.append(int(entry.name))
    return found


@dataclass
class Program:
    """A running command of the program."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """Return what it wrote so far."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """Kill it and everything it started, at once."""
        for pid in (self.process.pid, *children_of(self.process.pid)):
            _signal(pid, signal.SIGKILL)
        self.process.wait(10)

    def end(self) -> None:
        """Tell it to stop and wait until it has; kill what does not."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise


@dataclass
class Server(Program):
    """A running server."""

    port: int = 0

    @property
    def address(self) -> str:
        """What a browser goes to."""
        return f"http://localhost:{self.port}"

    def serving_process(self) -> int:
        """Return the id of the one process that serves (granian's own process only watches over it)."""
        found = [pid for pid in children_of(self.process.pid) if serves(pid)]
        assert len(found) == 1, f"one process serves, not {len(found)}\n{self.said()[-2000:]}"
        return found[0]

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request and return status, headers and body. Raises OSError, HTTPException when it breaks off."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {"Host": f"localhost:{self.port}", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def answers(self, path: str) -> bool:
        """Tell whether it answers 200 there now."""
        try:
            return self.ask("GET", path)[0] == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def wait_until_ready(self) -> None:
        """Return once pages and live answer."""

        def ready() -> bool:
            assert self.process.poll() is None, f"the server ended:\n{self.said()[-3000:]}"
            return self.answers("/healthz") and self.answers("/live/health")

        wait_for(ready, START_SECONDS, "the server did not start")


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def serves(pid: int) -> bool:
    """Tell whether a child of the server serves, and is not multiprocessing's own."""
    try:
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def _start(words: list[str], environment: Mapping[str, str], log: BinaryIO) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "port2port", *words],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - only prctl(2), before any thread of the child
    )


@contextmanager
def serving(environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve as `port2port serve` does, with one process on a free port of loopback."""
    port = free_port()
    given = {
        **(environment or os.environ),
        "PORT2PORT_PORT": str(port),
        "PORT2PORT_PACKAGES_URL": f"http://127.0.0.1:{port}",
        "PORT2PORT_WORKERS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    with tempfile.NamedTemporaryFile(prefix="p2p-server-", suffix=".log") as log:
        server = Server(_start(["serve"], given, log.file), Path(log.name), port)  # type: ignore[arg-type]
        try:
            server.wait_until_ready()
            yield server
            server.end()
        finally:
            if server.process.poll() is None:
                server.kill()


@contextmanager
def working(environment: Mapping[str, str] | None = None, **settings: str) -> Iterator[Program]:
    """Run the worker: queued jobs and the sealer."""
    given = {**(environment or os.environ), **settings, "PYTHONUNBUFFERED": "1"}
    with tempfile.NamedTemporaryFile(prefix="p2p-worker-", suffix=".log") as log:
        worker = Program(_start(["worker"], given, log.file), Path(log.name))  # type: ignore[arg-type]
        try:
            yield worker
            worker.end()
        finally:
            if worker.process.poll() is None:
                worker.kill()


@dataclass(frozen=True)
class Installation:
    """An installation with a database server of its own, which a test may kill; durable as in operation."""

    options: Options
    environment: dict[str, str]
    owner_dsn: str

    @property
    def database_process(self) -> int:
        """The id of the database server's first process."""
        found = embedded.running(self.options.data_dir / "pg" / "data")
        assert found is not None, "the database does not run"
        return found

    def owner(self) -> psycopg.Connection[Any]:
        """Connect as the owner of the tables."""
        return psycopg.connect(self.owner_dsn, autocommit=True)


@contextmanager
def installation() -> Iterator[Installation]:
    """Make an installation with facts and cast, in a folder that goes away again."""
    folder = Path(tempfile.mkdtemp(prefix="p2p-own-"))
    folder.chmod(0o711)  # the server may run as another account, which must get through to its own folder below
    environment = {**os.environ, "PORT2PORT_DATA_DIR": str(folder / "data")}
    options = load({"PORT2PORT_DATA_DIR": str(folder / "data")})
    try:
        database = embedded.ensure(options)
        prepared.fill(database.admin_url, environment)
        yield Installation(options, environment, database.owner_url)
    finally:
        embedded.stop(options)
        shutil.rmtree(folder, ignore_errors=True)


def token_of(owner: psycopg.Connection[Any], email: str) -> dict[str, str]:
    """Make a token for one of the cast and return the headers that carry it."""
    person, hat = owner.execute(
        "select a.person_id, m.id from members_account a join members_membership m on m.person_id = a.person_id"
        " where a.email = %s order by m.since limit 1",
        [email],
    ).fetchone() or (UUID(int=0), UUID(int=0))
    secret = f"p2p_test_{email}"
    owner.execute(
        "insert into members_token (id, person_id, hat_id, name, secret_hash, scopes, made_by_id, made_at, expires_at)"
        " values (new_uuid7(), %s, %s, 'test', %s, %s, %s, now(), now() + interval '1 day')"
        " on conflict (secret_hash) do nothing",  # one installation serves several tests
        [person, hat, hashlib.sha256(secret.encode()).digest(), ["read", "report", "export"], person],
    )
    return {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
