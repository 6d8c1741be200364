"""Servers of a bench: granian processes on loopback, ended by their own process id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STARTS = 90  # seconds, on a machine that does other things too
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int

    def memory(self) -> int:
        """Return the resident bytes of its workers (not of granian's supervisor, which serves nobody)."""
        return sum(memory_of(worker, "VmRSS") for worker in _children(self.pid))

    def worked(self) -> float:
        """Return the processor seconds of its workers (proc(5), /proc/pid/stat: utime and stime)."""
        return sum(_worked(worker) for worker in _children(self.pid))


def _worked(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    """Return the processes a process started (proc(5): /proc/pid/task/tid/children)."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory_of(pid: int, field: str) -> int:
    """Return the bytes of a process: now (`VmRSS`) or at most so far (`VmHWM`; proc(5), /proc/pid/status).

    Not `ru_maxrss`: that of a process begins with what the one that started it had.
    """
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields[field].split()[0]) * 1024


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def granian(target: str, interface: str, *options: str, **environment: str) -> Iterator[Server]:
    """Serve `target` with one worker, and end it."""
    port = free_port()
    command = [sys.executable, "-m", "granian", target, "--interface", interface, "--port", str(port)]
    command += ["--workers", "1", "--http", "1", "--backlog", "4096", "--log-level", "error", *options]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            for child in _children(process.pid):
                os.kill(child, signal.SIGKILL)
            process.kill()
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with {process.returncode} before it served.")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"The server did not start within {STARTS} seconds.")
