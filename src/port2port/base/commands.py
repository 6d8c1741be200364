"""`port2port journal verify` and `port2port journal accept-restore`: for the owner, beside the database."""

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from port2port.base import clock
from port2port.base.heads import load_signer
from port2port.base.key_files import UnsafeKey
from port2port.base.noted import JOURNAL_VERIFIED, note
from port2port.base.outside import Outside
from port2port.base.sealing import newest_head
from port2port.base.verifying import verify
from port2port.base.witnesses import Report

CLEAN, TAMPERED, UNABLE = 0, 1, 2
SHOWN = 20


def register(subparsers: Any) -> None:
    """Add `journal` to the command line. Each command sets `run`, which takes the arguments and returns the exit code.

    Django must be set up before `run`, as the owner (PORT2PORT_AS=owner), with `settings.OPTIONS`.
    """
    journal = subparsers.add_parser("journal", help="verify the journal")
    commands = journal.add_subparsers(dest="journal_command", required=True)
    verifying = commands.add_parser("verify", help="recompute the journal and name the first entry tampered with")
    verifying.add_argument("--heads", type=Path, metavar="FILE", help="heads that were kept elsewhere (from the mail)")
    verifying.add_argument("--key", metavar="HEX", help="the public key to trust, instead of the one kept here")
    verifying.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
    verifying.set_defaults(run=verify_journal)
    accepting = commands.add_parser("accept-restore", help="after a restore on purpose: go on from the older database")
    accepting.set_defaults(run=accept_restore)


def outside_of(data_dir: Path) -> Outside:
    """Return the folder of heads and leaves within the data folder."""
    return Outside(data_dir / "journal")


def key_file(data_dir: Path) -> Path:
    """Return where the journal's private key stands."""
    return data_dir / "journal.key"


def verify_journal(arguments: argparse.Namespace) -> int:
    """Verify, print, and note it for the members; 0 clean, 1 tampered with, 2 when it could not be verified."""
    data_dir = Path(settings.OPTIONS.data_dir)
    try:
        key = bytes.fromhex(arguments.key) if arguments.key else load_signer(key_file(data_dir), make=False).public
        report = verify(_owner(), outside_of(data_dir), key, given=arguments.heads)
    except (ValueError, OSError, UnsafeKey) as wrong:
        print(f"The journal could not be verified: {wrong}", file=sys.stderr)
        return UNABLE
    clean, heads = not report.findings, arguments.heads is not None
    note(JOURNAL_VERIFIED, at=clock.now(), clean=clean, entries=report.entries, heads_from_elsewhere=heads)
    if arguments.json:
        print(json.dumps(dataclasses.asdict(report) | {"clean": not report.findings}, default=str, sort_keys=True))
    else:
        _say(report)
    return TAMPERED if report.findings else CLEAN


def accept_restore(arguments: argparse.Namespace) -> int:
    """Let the sealer go on from an older database; 0 when done, 2 when there is nothing to accept."""
    data_dir = Path(settings.OPTIONS.data_dir)
    outside = outside_of(data_dir)
    try:
        key = load_signer(key_file(data_dir), make=False).public
        _owner()
    except (ValueError, OSError, UnsafeKey) as wrong:
        print(f"Nothing was changed: {wrong}", file=sys.stderr)
        return UNABLE
    there, kept = newest_head(connection, key), outside.last()
    size = there.size if there else 0
    if max(kept.size if kept else 0, outside.places()) <= size:
        print("Nothing was changed: the database is not older than the heads file.", file=sys.stderr)
        return UNABLE
    aside = outside.accept_restore(there, clock.now())
    print(f"The journal goes on from place {size}. The leaves that the database lacks were kept in {aside}.")
    return CLEAN


def _owner() -> "psycopg.Connection[Any]":
    """Return the driver's connection. Raises ValueError when it is not the owner's: others see only some entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_has_role(current_user, relowner, 'usage') from pg_class"
            " where oid = 'base_journal_entry'::regclass"
        )
        if not cursor.fetchone()[0]:
            raise ValueError("this needs the database's owner (PORT2PORT_AS=owner)")
    return connection.connection  # type: ignore[no-any-return]


def _say(report: Report) -> None:
    print(
        f"{report.entries} entries sealed, {report.erased} of them erased, {report.unsealed} waiting to be sealed, "
        f"{report.heads} heads."
    )
    for line in report.notes:
        print(f"Note: {line}")
    if report.first is None:
        print("The journal is as it was sealed.")
        return
    print(f"TAMPERED, first at place {report.first.place}: {report.first.said}.")
    for finding in report.findings[1:SHOWN]:
        print(f"  place {finding.place}: {finding.said}")
    found = sum(report.counts.values())
    if found > SHOWN:
        print(f"  and {found - SHOWN} more")
