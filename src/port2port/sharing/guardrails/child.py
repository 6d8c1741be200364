"""The process in which a file from outside is parsed (`python -m ...guardrails.child`), in bounds the system holds.

Standard input: one line of JSON with the name of the file, then its bytes. Standard output: one line of JSON, either
`{"refused": code}` or the facts, then the cleaned bytes. Whatever the file does to its parser, only this process ends.
"""

import resource
import sys

import msgspec

from port2port.sharing.guardrails.examining import examine
from port2port.sharing.guardrails.refusals import NotAccepted

MEMORY = 1 << 30  # 60 megapixels decoded and once copied, or 200 MB unpacked and written again
CPU_SECONDS = 20
LARGEST_ANSWER = 64_000_000


class Asked(msgspec.Struct, frozen=True):
    """The line before the bytes."""

    filename: str


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The line before the cleaned bytes; `refused` alone if there are none."""

    refused: str = ""
    media_type: str = ""
    extension: str = ""
    text: str = ""
    removed: tuple[str, ...] = ()


def bound() -> None:
    """Bound this process: memory, time, no files written, no memory image left behind."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def answered(content: bytes, filename: str) -> tuple[Answer, bytes]:
    """Return the answer and the cleaned bytes."""
    try:
        found = examine(content, filename)
    except NotAccepted as error:
        return Answer(refused=error.code), b""
    answer = Answer(media_type=found.media_type, extension=found.extension, text=found.text, removed=found.removed)
    return answer, found.cleaned


def main() -> int:
    """Answer one file. Returns 0 also for a refusal: anything else is a fault or a limit."""
    bound()
    line = sys.stdin.buffer.readline()
    asked = msgspec.json.decode(line, type=Asked)
    answer, cleaned = answered(sys.stdin.buffer.read(), asked.filename)
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n" + cleaned)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
