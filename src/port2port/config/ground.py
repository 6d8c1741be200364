"""The commands that install, serve, look after and save an installation. None needs Django to be parsed."""

import argparse
import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command

from ..live.serving import serve, serve_live
from . import backup, doctor, embedded, tables
from .demo import why_not_demo
from .options import BadOption, Options, load
from .ready import setup
from .roles import check_serving_role, failures
from .up import OWNER_VARIABLES, alone, is_up, up

COMMANDS = frozenset({"up", "serve", "live", "migrate", "worker", "doctor", "backup", "restore", "reset"})


@contextlib.contextmanager
def database_running(options: Options) -> Iterator[Options]:
    """Have the embedded database run meanwhile (nothing to do for a real one); yield settings with its
    passwords.
    """
    if not options.embedded:
        yield options
        return
    embedded.ensure(options)
    try:
        yield load()
    finally:
        embedded.stop(options)


def refuse_unsafe_role(options: Options) -> bool:
    """Say what is wrong with the serving role, if anything; return whether to refuse."""
    wrong = failures(check_serving_role(options.database_url))
    for one in wrong:
        print(f"{one.topic}: {one.text}. {one.todo}", file=sys.stderr)
    return bool(wrong)


def run_up(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    return up(load(), demo=arguments.demo)


def run_migrate(arguments: argparse.Namespace) -> int:
    """Bring the tables up to date as the owner, or say whether they are (as the serving role)."""
    if not arguments.check:
        os.environ["PORT2PORT_AS"] = "owner"
    with database_running(load()) as options:
        if not arguments.check and not options.database_owner_url:
            raise BadOption("DATABASE_OWNER_URL is missing: only the owner of the database may change its tables.")
        return migrate(
            check=arguments.check, verbosity=0 if arguments.quiet else 1, owner_url=options.database_owner_url
        )


def migrate(*, check: bool, verbosity: int, owner_url: str) -> int:
    """Run or check Django's migrations. Returns 1 when `check` finds one missing."""
    setup(as_owner=not check)
    if check:
        missing = doctor.pending_migrations()
        for name in missing:
            print(f"not applied: {name}", file=sys.stderr)
        return 1 if missing else 0
    call_command("migrate", interactive=False, verbosity=verbosity)
    tables.record(owner_url)
    return 0


def run_serve(arguments: argparse.Namespace) -> int:
    """Serve pages, API and live (or live alone) in the foreground, without a database or worker of our
    own.
    """
    options = load()
    reason = why_not_demo(options) if options.demo else ""
    if reason:
        raise BadOption(f"PORT2PORT_DEMO=1 is refused: {reason}.")
    if refuse_unsafe_role(options):
        return 1
    forget_owner()
    (serve_live if arguments.live else serve)(options)
    return 0


def forget_owner() -> None:
    """Take the owner's credentials out of this process and of those it starts."""
    for name in OWNER_VARIABLES:
        os.environ.pop(name, None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "port2port.config.settings"


def run_worker(arguments: argparse.Namespace) -> int:
    """Do queued work until told to stop. Any number of workers on any number of machines."""
    options = load()
    if refuse_unsafe_role(options):
        return 1
    forget_owner()
    setup()
    from .work import work

    work(arguments.concurrency)
    return 0


def run_doctor(arguments: argparse.Namespace) -> int:
    """Print what was looked at. Returns 1 when something fails."""
    findings = doctor.examine(load())
    if arguments.json:
        print(json.dumps([vars(one) for one in findings], indent=1))
    else:
        for one in findings:
            print(f"{one.level:4}  {one.topic}: {one.text}" + (f"\n      -> {one.todo}" if one.todo else ""))
    return 1 if failures(findings) else 0


def run_backup(arguments: argparse.Namespace) -> int:
    """Write a backup and say what is in it."""
    os.environ["PORT2PORT_AS"] = "owner"
    with database_running(load()) as options:
        for line in backup.write_backup(options, arguments.file, with_keys=arguments.with_keys):
            print(line)
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Put a backup back, bury again what was withdrawn since, verify the journal; or only try whether it can be."""
    os.environ["PORT2PORT_AS"] = "owner"
    options = load()
    if is_up(options):
        raise BadOption("Port 2 Port runs with this data folder: stop it first, then restore.")
    with alone(options), database_running(options) as ready:
        if arguments.check:
            for line in backup.check_backup(ready, arguments.file):
                print(line, flush=True)
            return 0
        for line in backup.restore_backup(ready, arguments.file, arguments.tombstones):
            print(line, flush=True)
        return backup.verify_journal()


def run_reset(arguments: argparse.Namespace) -> int:
    """Set the embedded database aside and begin anew. The one before is kept until the next reset."""
    options = load()
    if not options.embedded:
        raise BadOption("reset is for the embedded database; DATABASE_URL names a real one, which is left alone.")
    if is_up(options):
        raise BadOption("Port 2 Port runs with this data folder: stop it first, then reset.")
    # The journal's heads and the tombstones speak of that database, and go with it.
    names = ("pg", "database.json", "database-owner.json", "journal", "tombstones.jsonl")
    if embedded.running(options.data_dir / "pg" / "data") is not None:
        raise BadOption(f"A database still runs in {options.data_dir / 'pg'}: stop it first, then reset.")
    before = options.data_dir / "before-reset"
    shutil.rmtree(before, ignore_errors=True)
    before.mkdir(mode=0o700)
    for name in names:
        if (options.data_dir / name).exists():
            (options.data_dir / name).rename(before / name)
    print(f"The database was set aside in {before} (to undo: move it back). The next `make run` begins anew.")
    return 0


def register(subparsers: Any) -> None:
    """Add the commands of the ground."""
    add = subparsers.add_parser
    one = add("up", help="serve: database, server and one worker, until Ctrl-C")
    one.add_argument("--demo", action="store_true", help="demo mode where it is safe (embedded, this machine only)")
    one.set_defaults(run=run_up)
    one = add("serve", help="serve pages, API and live in the foreground (`up` does this and more)")
    one.set_defaults(run=run_serve, live=False)
    one = add("live", help="serve /live/ alone, when it must scale apart from the pages")
    one.set_defaults(run=run_serve, live=True)
    one = add("migrate", help="bring the tables up to date (needs the owner's credentials)")
    one.add_argument("--check", action="store_true", help="only say whether they are; exit 1 if not")
    one.add_argument("--quiet", action="store_true")
    one.set_defaults(run=run_migrate)
    one = add("worker", help="do queued work until told to stop")
    one.add_argument("--concurrency", type=int, default=2, help="jobs at the same time (default 2)")
    one.set_defaults(run=run_worker)
    one = add("doctor", help="say what is missing or unsafe; exit 1 if something must be put right")
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=run_doctor)
    one = add("backup", help="write a backup into a new file")
    one.add_argument("file", type=Path)
    one.add_argument("--with-keys", action="store_true", help="put the keys in too (then guard the file like them)")
    one.set_defaults(run=run_backup)
    one = add("restore", help="put a backup back, without what was withdrawn since")
    one.add_argument("file", type=Path)
    one.add_argument("--tombstones", type=Path, help="tombstones.jsonl of the installation that was lost")
    one.add_argument("--check", action="store_true", help="only try it: restore, take it back, note that it was tested")
    one.set_defaults(run=run_restore)
    one = add("reset", help="set the embedded database aside and begin anew")
    one.set_defaults(run=run_reset)
