"""A whole installation for a bench: embedded database, tables, facts and cast, in a folder that goes away again."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from port2port.config import embedded
from port2port.config.options import load

LOAD = """
import django; django.setup()
from django.core.management import call_command
from port2port.base.clock import now
from port2port.governance.charter.seeding import seed_acceptances
from port2port.members import loading
from port2port.members.network_data import load_network
call_command("migrate", verbosity=0, skip_checks=True)
loading.load_facts(load_network(), now())
loading.load_cast(load_network(), now())
seed_acceptances(at=now())
"""

Connect = Callable[[], psycopg.Connection[Any]]


@contextmanager
def installation() -> Iterator[tuple[dict[str, str], Connect]]:
    """Yield the environment of its processes and a way to connect as the superuser (to fill tables in bulk)."""
    folder = Path(tempfile.mkdtemp(prefix="p2p-bench-"))
    folder.chmod(0o711)  # the server may run as another account, which must get through to its own folder below
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORT2PORT_", "DATABASE_"))}
    environment = {
        **kept,
        "PORT2PORT_DATA_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "port2port.config.settings",
    }
    options = load({"PORT2PORT_DATA_DIR": str(folder / "data")})
    try:
        server = embedded.ensure(options)
        subprocess.run([sys.executable, "-c", LOAD], check=True, env={**environment, "PORT2PORT_AS": "owner"})
        admin = server.admin_url.replace("/postgres?", "/port2port?")
        yield environment, lambda: psycopg.connect(admin, autocommit=True)
    finally:
        embedded.stop(options)
        shutil.rmtree(folder)
