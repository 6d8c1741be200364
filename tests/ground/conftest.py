"""A data folder of its own, short enough for a socket and reachable for the database's account."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from port2port.config.options import Options, load
from port2port.config.roles import create_roles_and_database

Make = Callable[..., Options]


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder with a short path."""
    path = Path(tempfile.mkdtemp(prefix="p2p-ground-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def options(folder: Path) -> Options:
    """Settings with a data folder of their own."""
    return load({"PORT2PORT_DATA_DIR": str(folder / "data")})


@pytest.fixture(scope="session")
def tables(admin_dsn: str) -> tuple[str, str]:
    """A database with other roles on the shared server, to be made unsafe and safe again: (admin, serving) address."""
    names = {"database": "ground", "owner": "ground_owner", "app": "ground_app"}
    create_roles_and_database(admin_dsn, app_password="serving", owner_password="owning", **names)
    admin = admin_dsn.replace("/port2port?", "/ground?")
    head, _, tail = admin.partition("://")
    return admin, f"{head}://ground_app:serving@{tail.partition('@')[2]}"
