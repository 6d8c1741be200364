"""A vault of its own for each test, and a report of Antwerp that North Sea Port sees and the outsider does not."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from port2port.base.clock import now
from port2port.reports.attachments import actions
from port2port.reports.attachments.checking import Upload
from tests.reports.attachments.files import NAMED, picture
from tests.reports.writing import report

OWNER, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"


@pytest.fixture(autouse=True)
def folder() -> Iterator[Path]:
    """The folder of the vault, empty before and after."""
    path = Path(settings.DATA_DIR / "attachments")
    shutil.rmtree(path, ignore_errors=True)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def shared(acting) -> UUID:
    """The report."""
    with acting(OWNER):
        return report("ports-and-police").record_id


@pytest.fixture
def photo(acting, shared) -> UUID:
    """A picture on it, which whoever sees the report sees."""
    with acting(OWNER):
        return actions.add_files(shared, [Upload("gate.jpg", picture("JPEG"))], at=now())[0].id


@pytest.fixture
def named(acting, shared) -> UUID:
    """A note on it that holds a phone number, and so stays in the organisation."""
    with acting(OWNER):
        return actions.add_files(shared, [Upload("note.txt", NAMED)], at=now())[0].id


def stored(folder: Path) -> list[Path]:
    """Every file of the vault."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
