"""Files and folders that only their owner may read, and the unprivileged account that runs the embedded database."""

import contextlib
import grp
import json
import os
import pwd
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .options import BadOption, make_private_folder, read_secret, socket_folder

ACCOUNTS = ("port2port", "postgres", "nobody")  # tried in this order when root starts it


@dataclass(frozen=True)
class Account:
    """Who runs the server."""

    name: str
    uid: int
    gid: int


def account() -> Account | None:
    """Return the unprivileged account that runs the server when we are root, or nothing when we are not.

    PostgreSQL refuses to run as root. Raises BadOption when the machine has none of the known accounts.
    """
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise BadOption(
        "PostgreSQL does not run as root, and this machine has no account named "
        f"{', '.join(ACCOUNTS)}. Make one (adduser --system --group port2port) or run as an ordinary user."
    )


def may_enter(folder: Path, who: Account) -> bool:
    """Say whether an account may pass through a folder, by its mode bits."""
    about = folder.stat()
    if about.st_uid == who.uid:
        return bool(about.st_mode & stat.S_IXUSR)
    groups = {who.gid, *(g.gr_gid for g in grp.getgrall() if who.name in g.gr_mem)}
    if about.st_gid in groups:
        return bool(about.st_mode & stat.S_IXGRP)
    return bool(about.st_mode & stat.S_IXOTH)


def first_closed(path: Path, who: Account) -> Path | None:
    """Return the outermost folder above (and including) `path` that the account may not enter."""
    return next((f for f in reversed([path, *path.parents]) if f.is_dir() and not may_enter(f, who)), None)


def prepare_folders(data_dir: Path, who: Account | None) -> Path:
    """Make data_dir and the server's folders with closed modes; return the server's own folder.

    As root, data_dir gets the account's group and mode 0710: the account may pass through to its own folder
    and read nothing else there. Raises BadOption when a folder above is closed to it.
    """
    socket_folder(data_dir)
    make_private_folder(data_dir)
    home = data_dir / "pg"
    if who is None:
        data_dir.chmod(0o700)
    else:
        os.chown(data_dir, 0, who.gid)
        data_dir.chmod(0o710)
        closed = first_closed(data_dir, who)
        if closed is not None:
            raise BadOption(
                f"As root, PostgreSQL runs as the account {who.name}, which may not enter {closed}. It stays "
                "closed; set PORT2PORT_DATA_DIR to one it can reach (default: /var/lib/port2port), or run as an "
                "ordinary user."
            )
    for folder in (home, home / "run"):
        folder.mkdir(mode=0o700, exist_ok=True)
        if who is not None:
            os.chown(folder, who.uid, who.gid)
        folder.chmod(0o700)
    return home


def write_secret(path: Path, values: dict[str, str]) -> None:
    """Write a JSON object into a 0600 file, in one rename."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(values, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def passwords(data_dir: Path, *, exists: bool) -> tuple[dict[str, str], dict[str, str]]:
    """Return (serving, owner) passwords, made at random for a new server; two files, so that serving reads
    only one.
    """
    serving, owning = data_dir / "database.json", data_dir / "database-owner.json"
    app, owner = read_secret(serving), read_secret(owning)
    if app.get("app") and owner.get("owner") and owner.get("admin"):
        return app, owner
    if exists:
        raise BadOption(
            f"There is a database in {data_dir / 'pg'}, but its passwords ({serving.name}, {owning.name}) are gone: "
            "put them back from where the keys are kept, or begin anew with `make reset`."
        )
    app = {"app": secrets.token_urlsafe(32)}
    owner = {"owner": secrets.token_urlsafe(32), "admin": secrets.token_urlsafe(32)}
    write_secret(serving, app)
    write_secret(owning, owner)
    return app, owner


def run_as(who: Account | None) -> dict[str, Any]:
    """Return the Popen arguments that make a program run as the server's account."""
    if who is None:
        return {}
    return {"user": who.uid, "group": who.gid, "extra_groups": []}
