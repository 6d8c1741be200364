"""What leaves the database: the signed heads and the leaves, in files beside it, and a head by mail.

`heads.jsonl` holds one head a line; `leaves.bin` 32 bytes per place. With them an older or altered database is
noticed, and the altered entry named. Both are appended after the commit, flushed to disk, leaves first.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.mail import send_mail
from django.utils.translation import gettext as _

from port2port.base.heads import Head
from port2port.base.journal import moment
from port2port.base.merkle import HASH_LENGTH

TAIL = 4096  # more than the longest line


class Outside:
    """The folder that holds `heads.jsonl` and `leaves.bin`. One process at a time writes it: the sealer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.heads_file = folder / "heads.jsonl"
        self.leaves_file = folder / "leaves.bin"

    def last(self) -> Head | None:
        """Return the newest head kept here, if any. A last line that a crash cut short does not count."""
        if not self.heads_file.exists():
            return None
        with self.heads_file.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - TAIL))
            lines = file.read().split(b"\n")[:-1]
        for line in reversed(lines):
            said = json.loads(line)
            if "restored" not in said:
                return Head.from_json(said)
            if said["restored"]["head"] is not None:
                return Head.from_json(said["restored"]["head"])
            return None
        return None

    def places(self) -> int:
        """Return how many whole leaves are kept here."""
        return self.leaves_file.stat().st_size // HASH_LENGTH if self.leaves_file.exists() else 0

    def add_leaves(self, first: int, leaves: Iterable[bytes]) -> None:
        """Keep the leaves from place `first` on, over whatever a crash left half-written there."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.leaves_file, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b") as file:
            file.truncate(first * HASH_LENGTH)
            file.seek(first * HASH_LENGTH)
            file.writelines(leaves)
            file.flush()
            os.fsync(file.fileno())

    def add_heads(self, heads: Sequence[Head]) -> None:
        """Keep these heads, after whatever stands there; a line that a crash cut short is removed first."""
        self._append([head.to_json() for head in heads])

    def accept_restore(self, database: Head | None, at: datetime) -> Path:
        """Go on from an older database on purpose: heads.jsonl says so, the later leaves move to a file of their own.

        `database` is the newest head there. Returns the file with the leaves that the restored database lacks.
        """
        size = database.size if database else 0
        aside = self.folder / f"leaves-{size}-{self.places()}-{at:%Y%m%dT%H%M%S%f}.bin"
        with self.leaves_file.open("rb") as file:
            file.seek(size * HASH_LENGTH)
            aside.write_bytes(file.read())
        kept = self.last()
        note = {
            "from": kept.size if kept else 0,
            "to": size,
            "at": moment(at),
            "head": database.to_json() if database else None,
        }
        self._append([{"restored": note}])
        os.truncate(self.leaves_file, size * HASH_LENGTH)
        return aside

    def _append(self, lines: Iterable[object]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.heads_file, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b") as file:
            end = file.seek(0, os.SEEK_END)
            start = max(0, end - TAIL)
            file.seek(start)
            whole = file.read().rfind(b"\n")
            file.truncate(start + whole + 1)
            file.seek(0, os.SEEK_END)
            for line in lines:
                file.write(json.dumps(line, sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def read_lines(path: Path, end: int) -> Iterator[dict[str, Any]]:
    """Yield what stands in the first `end` bytes of a heads file; a last line that a crash cut short is left out.

    Raises ValueError, naming the line, when one is not a JSON object.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if file.tell() > end:
                return
            try:
                said = json.loads(line)
            except ValueError as wrong:
                if not line.endswith(b"\n"):
                    return
                raise ValueError(f"{path}, line {number}: not JSON") from wrong
            if not isinstance(said, dict):
                raise ValueError(f"{path}, line {number}: no head")
            yield said


def mail_head(head: Head, to: Sequence[str]) -> None:
    """Mail this head to whoever keeps it away from the machine. Once a day is enough; nothing in it is secret.

    The line in the mail can be given to `port2port journal verify --heads FILE` as it is.
    """
    if not to:
        return
    explained = _(
        "This line proves what the journal held when it was sealed. Keep it away from the platform; with it, "
        "`port2port journal verify --heads FILE` shows whether the journal was altered or replaced by an older copy."
    )
    send_mail(
        _("Port 2 Port journal: %(size)d entries sealed") % {"size": head.size},
        f"{explained}\n\n{json.dumps(head.to_json(), sort_keys=True)}\n",
        None,
        list(to),
    )
