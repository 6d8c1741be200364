"""A file from outside, looked at before it may be shared.

Parsing happens in a child process with bounds (`child`), so that a file made to exhaust or to break its parser ends the
child and not the server. The child gets nothing of the server's environment: there is no secret in it to take.
"""

import contextlib
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from port2port.sharing.guardrails.child import LARGEST_ANSWER, Answer, Asked
from port2port.sharing.guardrails.examining import check_size
from port2port.sharing.guardrails.refusals import REASONS, NotAccepted, refusal
from port2port.sharing.guardrails.taken import Examined

__all__ = ["Examined", "NotAccepted", "examined"]

WALL_SECONDS = 30.0
LONGEST_NAME = 255
SOURCE = str(Path(__file__).resolve().parents[3])
CHILD = (sys.executable, "-P", "-B", "-X", "utf8", "-m", "port2port.sharing.guardrails.child")


def examined(content: bytes, filename: str) -> Examined:
    """Return what may be shared of a file, decided by its content and never by its name.

    Raises NotAccepted, and nothing else, for a kind that is not taken, a file beyond a limit, one that cannot be read,
    and one that took the child too long or brought it down.
    """
    check_size(content)
    asked = msgspec.json.encode(Asked(filename[-LONGEST_NAME:].encode("utf-8", "replace").decode())) + b"\n"
    line, _separator, cleaned = _asked_of_child(asked, content).partition(b"\n")
    try:
        answer = msgspec.json.decode(line, type=Answer)
    except msgspec.DecodeError as error:  # it ended before it had answered
        raise refusal("too_hard") from error
    if answer.refused or not cleaned:
        raise refusal(answer.refused if answer.refused in REASONS else "damaged")
    return Examined(answer.media_type, answer.extension, cleaned, answer.text, answer.removed)


def _asked_of_child(asked: bytes, content: bytes) -> bytes:
    """Return what the child wrote: all of its answer, or less if it was ended."""
    try:
        child = subprocess.Popen(
            CHILD,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": SOURCE},
            start_new_session=True,
        )
    except OSError as error:
        raise refusal("not_examined") from error
    assert child.stdin is not None and child.stdout is not None
    alarm = threading.Timer(WALL_SECONDS, child.kill)
    try:
        alarm.start()
        # the child reads everything before it writes, so neither waits for the other; one that ended before it had read
        # everything tells what there is to tell by what it wrote
        with contextlib.suppress(BrokenPipeError), child.stdin:
            child.stdin.write(asked)
            child.stdin.write(content)
        with child.stdout:
            answer = child.stdout.read(LARGEST_ANSWER + 1)
    finally:
        child.kill()
        alarm.cancel()
        child.wait()
    return answer if len(answer) <= LARGEST_ANSWER else b""
