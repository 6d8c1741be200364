"""Watch over processes: start them, say when one dies and start it again, stop them all in order.

Each child leads its own process group, so Ctrl-C in a terminal reaches only the supervisor, and what a child
leaves behind can be ended with it. On Linux a child is told to end when the supervisor itself is killed.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
STABLE_SECONDS = 60.0  # after this long alive, the next death waits the shortest time again
PATIENCE_SECONDS = 20.0  # more than granian gives its own workers
GROUP_SECONDS = 2.0
TICK_SECONDS = 0.1
PR_SET_PDEATHSIG = 1  # prctl(2), Linux
LIBC = ctypes.CDLL(None)  # loaded before any fork


def announce(text: str) -> None:
    """Print one line for whoever watches."""
    print(text, flush=True)


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """Ask Linux, in a child about to run its program, to end it with this signal when its parent is
    killed.
    """
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, int(number))


def spawn(words: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program as the leader of its own process group."""
    return subprocess.Popen(
        list(words),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - one call, no lock
    )


def signal_group(group: int, number: int) -> bool:
    """Send a signal to a process group; say whether there was one."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


@dataclass
class Child:
    """A process to keep alive: how to start it, how to stop it, and how its restarts stand."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    stop: Callable[[subprocess.Popen[bytes]], None] | None = None
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    wait: float = FIRST_WAIT
    due: float = 0.0
    deaths: int = field(default=0)

    def launch(self, now: float) -> None:
        """Start it."""
        self.process, self.began = self.start(), now

    def look(self, now: float) -> None:
        """Notice its death, say so, and start it again when its waiting time is over."""
        if self.process is None:
            if now >= self.due:
                announce(f"{self.name}: starting again")
                try:
                    self.launch(now)
                except OSError as problem:
                    self.postpone(now, f"could not be started ({problem})")
            return
        code = self.process.poll()
        if code is None:
            return
        signal_group(self.process.pid, signal.SIGKILL)  # what it left behind would hold its port
        if now - self.began > STABLE_SECONDS:
            self.wait = FIRST_WAIT
        self.process = None
        self.deaths += 1
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        self.postpone(now, how)

    def postpone(self, now: float, why: str) -> None:
        """Wait before the next start, twice as long each time."""
        announce(f"{self.name}: {why}; next try in {self.wait:.1f} s")
        self.due, self.wait = now + self.wait, min(self.wait * 2, LONGEST_WAIT)

    def ask_to_end(self) -> None:
        """Ask it to end in order (SIGTERM to its leader, which knows its own children)."""
        if self.process is not None and self.process.poll() is None and self.stop is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()

    def make_sure(self, patience: float) -> None:
        """Wait for its end, then end by force it and all it started."""
        if self.process is None:
            return
        if self.stop is not None:
            self.stop(self.process)
            return
        try:
            self.process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            announce(f"{self.name}: does not end; ending it by force")
        group = self.process.pid
        if signal_group(group, signal.SIGTERM):
            deadline = time.monotonic() + GROUP_SECONDS
            while signal_group(group, 0) and time.monotonic() < deadline:
                self.process.poll()
                time.sleep(0.02)
            signal_group(group, signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """Keeps children alive until it is told to stop; stops them in the reverse order of starting."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = list(children)
        self.stopping = False

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Remember that somebody wants us to stop; a second time while stopping changes nothing."""
        if not self.stopping:
            self.stopping = True
            announce("\nStopping ...")

    def listen(self) -> None:
        """Take Ctrl-C, TERM and a closed terminal as the wish to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)

    def start(self) -> None:
        """Start every child, in order."""
        for child in self.children:
            if child.process is None and not self.stopping:
                child.launch(time.monotonic())

    def watch(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Keep the children alive until told to stop; `meanwhile` is called at each look."""
        while not self.stopping:
            for child in self.children:
                child.look(time.monotonic())
            meanwhile()
            time.sleep(TICK_SECONDS)

    def stop(self) -> None:
        """Stop every child: servers and workers together, then what has its own way of stopping (the
        database).
        """
        for child in reversed(self.children):
            child.ask_to_end()
        deadline = time.monotonic() + PATIENCE_SECONDS
        for child in sorted(reversed(self.children), key=lambda one: one.stop is not None):
            child.make_sure(max(0.1, deadline - time.monotonic()))
