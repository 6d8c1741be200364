"""The supervisor: nothing is left running, the dead come back, the stubborn are ended."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from port2port.config import supervise
from port2port.config.supervise import Child, Supervisor, spawn

PATIENT, STUBBORN = "import time; time.sleep(60)", "import signal; signal.signal(15, signal.SIG_IGN); "
FAMILY = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(60)
"""


def python(text: str, *words: str) -> Callable[[], subprocess.Popen[bytes]]:
    return lambda: spawn([sys.executable, "-c", text, *words], os.environ)


def wait_for(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def alive(pid: int) -> bool:
    """Say whether a process runs (one that ended and was not collected does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_stopping_ends_children_and_grandchildren(tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    supervisor = Supervisor([Child("family", start=python(FAMILY, str(note)))])
    supervisor.start()
    assert wait_for(lambda: note.exists() and bool(note.read_text()))
    grandchild, child = int(note.read_text()), supervisor.children[0].process
    assert child is not None
    assert alive(grandchild)
    supervisor.stop()
    assert child.poll() is not None
    assert wait_for(lambda: not alive(grandchild))


def test_a_child_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(supervise, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(supervise, "GROUP_SECONDS", 0.2)
    note = tmp_path / "up"
    text = f"{STUBBORN} import pathlib; pathlib.Path({str(note)!r}).touch(); {PATIENT}"
    supervisor = Supervisor([Child("stubborn", start=python(text))])
    supervisor.start()
    assert wait_for(note.exists)
    process = supervisor.children[0].process
    assert process is not None
    supervisor.stop()
    assert process.poll() == -signal.SIGKILL


def test_a_child_that_dies_comes_back_later_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    child = Child("short", start=python("raise SystemExit(3)"))
    child.launch(0.0)
    now, waits = 0.0, []
    for _ in range(3):
        assert child.process is not None
        child.process.wait()
        child.look(now)
        waits.append(child.due - now)
        child.look(now)
        assert child.process is None, "not before it is due"
        now = child.due
        child.look(now)
    assert child.process is not None
    child.process.wait()
    assert waits == [0.5, 1.0, 2.0]
    assert "short: ended with code 3; next try in 0.5 s" in capsys.readouterr().out


def test_a_killed_child_is_replaced_and_what_it_left_is_ended(tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    child = Child("family", start=python(FAMILY, str(note)))
    supervisor = Supervisor([child])
    supervisor.start()
    assert wait_for(lambda: note.exists() and bool(note.read_text()))
    grandchild = int(note.read_text())
    first = child.process
    assert first is not None
    watching = threading.Thread(target=supervisor.watch)
    watching.start()
    os.kill(first.pid, signal.SIGKILL)
    try:
        assert wait_for(lambda: child.process is not None and child.process is not first)
        assert wait_for(lambda: not alive(grandchild))
    finally:
        supervisor.stopping = True
        watching.join()
        supervisor.stop()


PROGRAM = """
import os, sys
from port2port.config.supervise import Child, Supervisor, spawn
words = [sys.executable, "-c", "import time; time.sleep(60)"]
supervisor = Supervisor([Child(name, start=lambda: spawn(words, os.environ)) for name in ("one", "two")])
supervisor.listen()
supervisor.start()
print(*(child.process.pid for child in supervisor.children), flush=True)
supervisor.watch()
supervisor.stop()
print("stopped", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_the_supervisor_ends_nothing_is_left_running(number: signal.Signals) -> None:
    words = [sys.executable, "-c", textwrap.dedent(PROGRAM)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        pids = [int(word) for word in program.stdout.readline().split()]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
        program.send_signal(number)
        rest = program.stdout.read()
        program.wait()
    assert ("stopped" in rest) == (number != signal.SIGKILL)
    assert wait_for(lambda: not any(alive(pid) for pid in pids))
