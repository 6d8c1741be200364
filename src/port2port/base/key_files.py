"""Keys kept in files of the data folder: made once, complete before they have their name, readable to nobody else."""

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path


class UnsafeKey(RuntimeError):
    """A key file can be read by others, or holds no such key."""


def kept_key(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return what stands in a key file; when there is none, what `make` returns is written there first (mode 0600).

    Two processes that start together agree on one key. Raises UnsafeKey when others can read the file, OSError when
    it cannot be read or made.
    """
    if not path.exists():
        _make_once(path, make())
    with path.open("rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise UnsafeKey(f"{path} can be read by others: chmod 600, and ask who read it")
        return file.read()


def _make_once(path: Path, key: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # fails when another process was first, unlike a rename: its key counts
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
