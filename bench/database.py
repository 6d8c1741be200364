"""A database of a bench: BENCH_DATABASE_URL (an empty one, as its owner), or an embedded server made and removed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from port2port.config import embedded
from port2port.config.options import load


@contextmanager
def scratch_database() -> Iterator[str]:
    """Yield the address of an empty database, as the owner of its tables."""
    given = os.environ.get("BENCH_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="p2p-bench-"))
    # The embedded server may run as another account, which must get through to its own closed folder below.
    folder.chmod(0o711)
    options = load({"PORT2PORT_DATA_DIR": str(folder / "data")})
    try:
        yield embedded.ensure(options).owner_url
    finally:
        embedded.stop(options)
        shutil.rmtree(folder)
