"""`port2port up`: the database if it is the embedded one, its tables, the demo's data, the server and one
worker.
"""

import contextlib
import fcntl
import http.client
import json
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import psycopg

from . import embedded, tables
from .demo import seeded_as_demo, why_not_demo
from .options import BadOption, Options, make_private_folder
from .postgres_programs import MAJOR
from .roles import check_serving_role, failures
from .supervise import TICK_SECONDS, Child, Supervisor, announce, spawn

STEPS = 7  # the first three (packages, front end, translations) are tools/bootstrap.py's
READY_SECONDS, LOOK_SECONDS = 60.0, 0.3
OWNER_VARIABLES = ("DATABASE_OWNER_URL", "PORT2PORT_AS")


class NotStarted(Exception):
    """The program does not start; the text says why and what to do."""


def say(number: int, text: str) -> None:
    """Print one line of progress."""
    announce(f"{number}/{STEPS} {text}")


@contextlib.contextmanager
def alone(options: Options) -> Iterator[None]:
    """Be the only `up` of this data folder. Raises NotStarted, saying who the other is."""
    make_private_folder(options.data_dir)
    note = options.data_dir / "running.json"
    with (options.data_dir / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise NotStarted(f"{who_runs(note)} Stop it, or choose another PORT2PORT_DATA_DIR and PORT.") from problem
        note.write_text(json.dumps({"pid": os.getpid(), "folder": str(Path.cwd()), "address": options.site_url}))
        try:
            yield
        finally:
            note.unlink(missing_ok=True)


def who_runs(note: Path) -> str:
    """Say who uses the data folder now."""
    try:
        other = json.loads(note.read_text())
    except (FileNotFoundError, ValueError):
        return f"Another command works in {note.parent}."
    return (
        f"Port 2 Port already runs with {note.parent}: process {other['pid']}, started in {other['folder']}, "
        f"at {other['address']}."
    )


def is_up(options: Options) -> bool:
    """Say whether an `up` holds this data folder."""
    path = options.data_dir / "up.lock"
    if not path.exists():
        return False
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def check_port(options: Options) -> None:
    """Refuse early when the port is taken. Raises NotStarted."""
    family = socket.AF_INET6 if ":" in options.bind_address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.bind_address, options.port))
        except OSError as problem:
            raise NotStarted(
                f"Port {options.port} cannot be used ({problem.strerror}): another program listens there? "
                f"Choose another, e.g. make run PORT={options.port + 1}"
            ) from problem


def serving_environment(options: Options, environ: Mapping[str, str], *, demo: bool) -> dict[str, str]:
    """Return the environment of the serving processes: no owner credentials, demo only if it was found
    safe.
    """
    environment = {name: value for name, value in environ.items() if name not in OWNER_VARIABLES}
    environment.pop("PORT2PORT_DEMO", None)
    if demo:
        environment["PORT2PORT_DEMO"] = "1"
    environment["PORT2PORT_DATA_DIR"] = str(options.data_dir)
    environment["DJANGO_SETTINGS_MODULE"] = "port2port.config.settings"
    return environment


def run_step(words: list[str], environment: Mapping[str, str], supervisor: Supervisor, what: str) -> None:
    """Run one of our own commands to its end. Raises NotStarted when it fails; its own output says why."""
    step = spawn([sys.executable, "-m", "port2port", *words], environment)
    while step.poll() is None and not supervisor.stopping:
        time.sleep(TICK_SECONDS)
    if supervisor.stopping:
        step.terminate()
        step.wait()
        raise NotStarted("Stopped before it was ready; nothing is left running.")
    if step.returncode:
        raise NotStarted(f"{what} did not work (the lines above say why).")


def decide_demo(options: Options, wanted: bool) -> bool:
    """Return whether this runs in demo mode. `make run` wants it where it is safe; a setting that demands it
    where it is not is refused. Raises NotStarted."""
    if not (wanted or options.demo):
        return False
    reason = why_not_demo(options)
    if reason and options.demo:
        raise NotStarted(f"PORT2PORT_DEMO=1 is refused: {reason}. Take it out of the settings.")
    if reason:
        announce(f"    Demo mode stays off: {reason}.")
    return not reason


def prepare_database(options: Options, environment: Mapping[str, str], supervisor: Supervisor, *, demo: bool) -> None:
    """Steps 4 to 6: a database with its tables and, in demo mode, the demo's data. Raises NotStarted,
    BadOption.
    """
    try:
        if options.embedded:
            say(4, f"Database: embedded PostgreSQL {MAJOR} in {options.data_dir}")
            marked = embedded.ensure(options).owner_url
            say(5, "Tables: what changed since the last run ...")
            if tables.recorded(marked) != tables.fingerprint():
                as_owner = {**environment, "PORT2PORT_AS": "owner"}
                run_step(["migrate", "--quiet"], as_owner, supervisor, "Making the tables")
        else:
            say(4, "Database: the one of DATABASE_URL")
            marked = options.database_url
            say(5, "Tables: looking whether they are up to date ...")
            run_step(
                ["migrate", "--check"],
                environment,
                supervisor,
                "The tables are not up to date: run `port2port migrate` with DATABASE_OWNER_URL set. Starting",
            )
        if demo and not seeded_as_demo(marked):
            say(6, "Demo data: invented, except the published facts ...")
            run_step(["seed"], environment, supervisor, "Writing the demo's data")
    except psycopg.Error as problem:
        raise NotStarted(f"The database does not do what it must: {str(problem).strip()}") from problem


def serving_url(options: Options) -> str:
    """Return the serving role's address; for the embedded database, after `ensure` made its password."""
    return embedded.ensure(options).app_url if options.embedded else options.database_url


def check_roles(options: Options) -> None:
    """Refuse to serve with a database role that would pass by the policy. Raises NotStarted."""
    wrong = failures(check_serving_role(serving_url(options)))
    if wrong:
        lines = "\n".join(f"  {one.topic}: {one.text}. {one.todo}" for one in wrong)
        raise NotStarted(f"The database role must not serve:\n{lines}")


def children(options: Options, environment: Mapping[str, str]) -> list[Child]:
    """Return what is kept alive, in the order of starting."""
    found = []
    if options.embedded and (server := embedded.server_process(options)) is not None:
        found.append(
            Child(
                "database",
                start=lambda: embedded.launch(options),
                stop=lambda process: embedded.halt(process.pid, process),
                process=server,
                began=time.monotonic(),
            )
        )
    for name, command in (("server", "serve"), ("worker", "worker")):
        words = [sys.executable, "-m", "port2port", command]
        found.append(Child(name, start=partial(spawn, words, environment)))
    return found


def answers(options: Options) -> bool:
    """Say whether the server answers /healthz."""
    connection = http.client.HTTPConnection(options.bind_address, options.port, timeout=1)
    try:
        connection.request("GET", "/healthz", headers={"Host": options.site_host})
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


class Welcome:
    """Says once that the program is ready, or once that it takes too long."""

    def __init__(self, options: Options, *, demo: bool) -> None:
        self.options, self.demo = options, demo
        self.began, self.said, self.next = time.monotonic(), False, 0.0

    def look(self) -> None:
        """Look whether the server answers by now."""
        if self.said or time.monotonic() < self.next:
            return
        self.next = time.monotonic() + LOOK_SECONDS
        if answers(self.options):
            self.said = True
            announce(f"\nReady: {self.options.site_url}")
            if self.demo:
                announce(
                    f"Demo sign-ins, one click each: {self.options.site_url}/demo/\n"
                    "  pso@antwerp.demo and pso@northsea.demo (port security officers), pfso@quay1.demo (a terminal),\n"
                    "  analyst@commissioner.demo, analyst@police.demo, officer@outside.demo (the outsider), and others"
                )
            announce("Ctrl-C stops everything.")
        elif time.monotonic() - self.began > READY_SECONDS:
            self.said = True
            announce(f"The server does not answer at {self.options.site_url} yet; its own lines above say why.")


def up(options: Options, *, demo: bool) -> int:
    """Serve until Ctrl-C or TERM. Returns 0, or 1 when it did not start (after saying why)."""
    try:
        with alone(options):
            return serve(options, demo=demo)
    except NotStarted as problem:
        print(problem, file=sys.stderr)
        return 1


def serve(options: Options, *, demo: bool) -> int:
    """Prepare, serve, stop. Raises NotStarted."""
    check_port(options)
    demo = decide_demo(options, demo)
    environment = serving_environment(options, os.environ, demo=demo)
    supervisor = Supervisor([])
    supervisor.listen()
    try:
        prepare_database(options, environment, supervisor, demo=demo)
        check_roles(options)
        supervisor.children = children(options, environment)
        say(7, f"Server ({options.workers} processes) and worker ...")
        supervisor.start()
        supervisor.watch(Welcome(options, demo=demo).look)
    except BadOption as problem:
        raise NotStarted(str(problem)) from problem
    finally:
        supervisor.stop()
        if not any(child.name == "database" for child in supervisor.children):
            embedded.stop(options)
    announce("Stopped; nothing is left running.")
    return 0
