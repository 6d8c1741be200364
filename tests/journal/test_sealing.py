"""The sealer: places without gaps, heads that fit, and nothing lost whatever dies."""

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core import mail
from psycopg import errors

from port2port.base import merkle
from port2port.base.heads import load_signer
from port2port.base.journal import Happening
from port2port.base.key_files import UnsafeKey
from port2port.base.outside import Outside, mail_head
from port2port.base.sealing import JournalBroken, check_outside, newest_head, run_forever, seal_once

from .conftest import ALICE, BOB, SEALER, Journal, acting_as, insert, row, session

# a sealer of its own process, without a pause, that says when each round is done
ROUNDS = """
import sys
from pathlib import Path
import django
import psycopg
django.setup()
from port2port.base.heads import load_signer
from port2port.base.outside import Outside
from port2port.base.sealing import run_round
from tests.journal.conftest import SEALER, session
app = psycopg.connect(sys.argv[1], autocommit=True)
folder = Path(sys.argv[2])
while True:
    run_round(app, load_signer(folder / "journal.key"), Outside(folder), lambda: session(app, SEALER))
    print("round", flush=True)
"""


def places(journal: Journal) -> list[int]:
    return [place for (place,) in journal.owner.execute("select place from base_journal_leaf order by place")]


def write_apart(dsn: str, number: int, stop: threading.Event | None = None) -> int:
    """Write entries one by one on a connection of its own, every seventh rolled back; return how many stayed."""
    stayed = 0
    with psycopg.connect(dsn, autocommit=True) as app:
        for n in range(number):
            if stop and stop.is_set():
                break
            with session(app, ALICE) as inside:
                insert(inside, *row(ALICE, Happening("report.read", details={"number": n})))
                if n % 7 == 3:
                    raise psycopg.Rollback
            stayed += n % 7 != 3
    return stayed


def test_a_round_seals_what_is_there(journal: Journal) -> None:
    assert journal.seal() is None
    written = journal.write(5)
    head = journal.seal()
    assert head is not None
    assert journal.seal() is None
    found = journal.owner.execute("select place, entry, leaf from base_journal_leaf order by place").fetchall()
    assert [(place, entry) for place, entry, _ in found] == list(enumerate(written))
    assert (head.size, head.root) == (5, merkle.root(leaf for _, _, leaf in found))
    assert head.signed_by(journal.signer.public)
    assert journal.outside.last() == head
    assert journal.outside.leaves_file.read_bytes() == b"".join(leaf for _, _, leaf in found)
    with session(journal.app, SEALER):
        assert newest_head(journal.app, journal.signer.public) == head


def test_a_round_takes_no_more_than_it_should(journal: Journal) -> None:
    journal.write(10)
    sizes = []
    while True:
        with session(journal.app, SEALER):
            head = seal_once(journal.app, journal.signer, datetime.now(UTC), most=4)
        if head is None:
            break
        sizes.append(head.size)
    assert sizes == [4, 8, 10]
    journal.write()
    journal.seal()  # writes all four heads outside
    assert journal.verify().findings == []


def test_an_entry_of_a_slow_transaction_is_sealed_later(journal: Journal, app_dsn: str) -> None:
    with psycopg.connect(app_dsn, autocommit=True) as slow:
        with session(slow, BOB):
            early = row(BOB, Happening("report.read"))
            insert(slow, *early)
            journal.write(3)
            journal.seal()
        journal.seal()
    assert journal.owner.execute("select place from base_journal_leaf where entry = %s", early[:1]).fetchone() == (3,)
    assert journal.verify().findings == []


def test_heads_only_through_the_tree(journal: Journal) -> None:
    journal.fill(1)
    call = "select journal_add_head(%s, sha256(''), now(), decode(repeat('00', 64), 'hex'), '')"
    for size in (3, 4, 5, None):
        with pytest.raises(errors.CheckViolation), session(journal.app, SEALER):
            journal.app.execute(call, [size])


def test_gapless_under_four_writers_and_two_sealers(journal: Journal, app_dsn: str) -> None:
    counts: list[int] = []
    done = threading.Event()

    def sealing() -> None:
        with psycopg.connect(app_dsn, autocommit=True) as app:
            while not done.is_set():
                with session(app, SEALER):
                    seal_once(app, journal.signer, datetime.now(UTC))

    writers = [threading.Thread(target=lambda: counts.append(write_apart(app_dsn, 150))) for _ in range(4)]
    sealers = [threading.Thread(target=sealing) for _ in range(2)]
    for thread in writers + sealers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in sealers:
        thread.join()
    journal.write()
    journal.seal()
    assert len(counts) == 4
    assert places(journal) == list(range(sum(counts) + 1))
    report = journal.verify()
    assert (report.findings, report.unsealed) == ([], 0)


def test_a_killed_sealer_loses_nothing(journal: Journal, app_dsn: str, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    stop = threading.Event()
    stayed: list[int] = []
    writer = threading.Thread(target=lambda: stayed.append(write_apart(app_dsn, 100_000, stop)))
    writer.start()
    try:
        for rounds in (1, 3, 6):
            with subprocess.Popen(
                [sys.executable, "-c", ROUNDS, app_dsn, str(folder)],
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parents[2],
            ) as sealer:
                assert sealer.stdout is not None
                for _ in range(rounds):
                    assert sealer.stdout.readline() == b"round\n"
                os.kill(sealer.pid, signal.SIGKILL)  # in the middle of the round after
    finally:
        stop.set()
        writer.join()
    journal.outside = Outside(folder)
    journal.signer = load_signer(folder / "journal.key", make=False)
    journal.write()
    journal.seal()
    assert places(journal) == list(range(stayed[0] + 1))
    report = journal.verify()
    assert (report.findings, report.notes, report.unsealed) == ([], [], 0)
    assert journal.outside.places() == stayed[0] + 1


@pytest.mark.parametrize("left", [0, 1, 31, 32, 100])
def test_files_cut_by_a_crash_are_completed(journal: Journal, left: int) -> None:
    journal.fill(3)
    whole = journal.outside.leaves_file.read_bytes(), journal.outside.heads_file.read_bytes()
    os.truncate(journal.outside.leaves_file, left)
    os.truncate(journal.outside.heads_file, left)
    journal.seal()
    assert (journal.outside.leaves_file.read_bytes(), journal.outside.heads_file.read_bytes()) == whole
    journal.fill(1)
    assert journal.verify().findings == []


def test_leaves_without_their_head_outside(journal: Journal) -> None:
    journal.fill(2)
    lines = journal.outside.heads_file.read_bytes().splitlines(keepends=True)
    journal.outside.heads_file.write_bytes(lines[0] + lines[1][:50])
    journal.fill(1)
    assert journal.verify().findings == []
    assert journal.verify().notes == []


def test_the_sealer_does_not_seal_over_an_older_database(journal: Journal) -> None:
    journal.fill(3)
    journal.tamper(
        "delete from base_journal_entry e using base_journal_leaf l where l.entry = e.id and place >= 4",
        "delete from base_journal_leaf where place >= 4",
        "delete from base_journal_head where size > 4",
    )
    journal.write()
    with pytest.raises(JournalBroken, match="ends at place 4, the heads file says 12"):
        journal.seal()
    assert places(journal) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "change,said",
    [
        ("root = sha256('x')", "was changed"),
        ("at = at + interval '1 second'", "was changed"),
        ("signature = decode(repeat('00', 64), 'hex')", "was changed"),
        ("edge = sha256('x')", "does not fit its edge"),
        ("edge = ''", "broken edge"),
    ],
)
def test_the_sealer_does_not_seal_over_a_changed_head(journal: Journal, change: str, said: str) -> None:
    journal.fill(1)
    journal.tamper(f"update base_journal_head set {change}")
    journal.outside = Outside(journal.outside.folder / "elsewhere")
    journal.write()
    with pytest.raises(JournalBroken, match=said):
        journal.seal()
    assert len(places(journal)) == 4


def test_the_sealer_does_not_go_on_with_another_key_or_another_history(journal: Journal, tmp_path: Path) -> None:
    journal.fill(1)
    first = journal.signer
    journal.signer = load_signer(tmp_path / "other.key")
    journal.write()
    with pytest.raises(JournalBroken, match="another key"):
        journal.seal()
    journal.signer = first
    journal.outside.add_heads([first.head(4, bytes(32), datetime.now(UTC))])
    with pytest.raises(JournalBroken, match="another head of size 4"), session(journal.app, SEALER):
        check_outside(journal.app, journal.outside)


def test_the_sealer_runs_until_it_is_stopped_and_survives_failures(serving: Any, journal: Journal) -> None:
    stop = threading.Event()
    entered: list[int] = []

    @contextmanager
    def entering() -> Iterator[None]:
        entered.append(1)
        with acting_as(SEALER):
            if len(entered) == 1:
                raise OSError("the disk is full")
            if len(entered) == 2:
                serving.connection.close()  # as when the server went away
            if len(entered) == 3:
                journal.write(3)
            if len(entered) == 6:
                stop.set()
            yield

    run_forever(stop, signer=journal.signer, outside=journal.outside, entering=entering, pause=0)
    assert places(journal) == [0, 1, 2]
    assert journal.verify().findings == []


def test_the_key_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    path = tmp_path / "new" / "journal.key"
    with pytest.raises(FileNotFoundError):
        load_signer(path, make=False)
    made = load_signer(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_signer(path).public == made.public
    path.chmod(0o640)
    with pytest.raises(UnsafeKey, match="read by others"):
        load_signer(path)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(UnsafeKey, match="32 bytes"):
        load_signer(path)
    assert os.listdir(path.parent) == ["journal.key"]


def test_a_head_by_mail_can_be_read_back(journal: Journal) -> None:
    journal.fill(1)
    head = journal.outside.last()
    assert head is not None
    mail_head(head, [])
    assert mail.outbox == []
    mail_head(head, ["keeper@example.org"])
    (sent,) = mail.outbox
    line = sent.body.strip().splitlines()[-1]
    kept = journal.outside.folder / "from-mail"
    kept.write_text(line)
    assert journal.verify(kept).findings == []
