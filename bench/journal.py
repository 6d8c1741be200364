"""The journal: how fast one sealer gives places and signs, beside how fast one writer fills it in the same run."""

import os
import subprocess
import sys
import time

import msgspec

from bench.figures import Figure, beside
from bench.installation import installation

ENTRIES, BATCH = 20_000, 100


def run() -> list[Figure]:
    """Return entries per second sealed (hashed, placed, signed, written outside) beside entries per second written."""
    with installation() as (environment, _):
        done = subprocess.run([sys.executable, "-m", "bench.journal"], check=True, capture_output=True, env=environment)
    written, sealed = msgspec.json.decode(done.stdout, type=tuple[float, float])
    return [beside("journal entries sealed", sealed, "per s", "written, one writer, 100 a transaction", written)]


def measure() -> tuple[float, float]:
    """Return (written, sealed) per second, in this process as the serving role."""
    import django

    django.setup()
    from functools import partial

    from django.conf import settings
    from django.db import connection

    from port2port.base.heads import load_signer
    from port2port.base.journal import Happening, write_many
    from port2port.base.outside import Outside
    from port2port.base.sealing import run_round
    from port2port.members.acting import acting_as_system

    began = time.perf_counter()
    for _ in range(ENTRIES // BATCH):
        with acting_as_system("worker"):
            write_many([Happening("bench.written") for _ in range(BATCH)])
    written = ENTRIES / (time.perf_counter() - began)
    signer, outside = load_signer(settings.DATA_DIR / "journal.key"), Outside(settings.DATA_DIR / "journal")
    began = time.perf_counter()
    size = 0
    while size < ENTRIES:
        head = run_round(connection, signer, outside, partial(acting_as_system, "sealer"))
        size = head.size if head else size
    return written, ENTRIES / (time.perf_counter() - began)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "port2port.config.settings")
    print(msgspec.json.encode(measure()).decode())
