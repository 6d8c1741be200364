"""Somebody with the owner's password alters the journal; verification names the first entry that he touched."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError
from psycopg import errors

from port2port.base.heads import Head, Signer
from port2port.base.journal import Happening, NotJournalled, erase, write
from port2port.base.merkle import CompactRange, inclusion_proof, verify_inclusion
from port2port.base.sealing import JournalBroken

from .conftest import ALICE, ANTWERP, AUDITOR, BOB, WORKER, Journal, acting_as, row, session

# 12 entries in three rounds of four; entry 5 lies in the middle of the second
AT_5 = "(select entry from base_journal_leaf where place = 5)"
SAY_OTHER = (
    "update base_journal_entry set payload = replace(payload, 'report.read', 'report.sent')"
    f" where id = {AT_5}"
)  # fmt: skip
REHASH = (
    "update base_journal_leaf l set leaf = sha256('\\x00'::bytea || e.salt || convert_to(e.payload, 'UTF8'))"
    " from base_journal_entry e where e.id = l.entry"
)


def first(journal: Journal, given: Path | None = None) -> tuple[int, str]:
    """Return where the journal was first tampered with, and how."""
    found = journal.verify(given).first
    assert found is not None
    return found.place, found.what


def cut_off(journal: Journal, size: int) -> None:
    """Bring the database back to what it was at this size, as the restore of an older backup does."""
    journal.tamper(
        f"delete from base_journal_entry e using base_journal_leaf l where l.entry = e.id and place >= {size}",
        f"delete from base_journal_leaf where place >= {size}",
        f"delete from base_journal_head where size > {size}",
        "delete from base_journal_entry e using base_journal_unsealed u where u.entry = e.id",
        "delete from base_journal_unsealed",
    )


def forge_heads(journal: Journal, signer: Signer) -> None:
    """Recompute every head in the database from its leaves and sign it with this key."""
    tree = CompactRange()
    heads = {size: at for size, at in journal.owner.execute("select size, at from base_journal_head")}
    changes = []
    for (leaf,) in journal.owner.execute("select leaf from base_journal_leaf order by place").fetchall():
        tree.append(leaf)
        if tree.size in heads:
            head = signer.head(tree.size, tree.root(), heads[tree.size])
            changes.append(
                f"update base_journal_head set root = '\\x{head.root.hex()}', signature = '\\x{head.signature.hex()}',"
                f" edge = '\\x{tree.to_bytes().hex()}' where size = {head.size}"
            )
    journal.tamper(*changes)


def test_an_untouched_journal_is_clean(journal: Journal) -> None:
    journal.fill()
    journal.write(2)
    report = journal.verify()
    assert (report.findings, report.notes) == ([], [])
    assert (report.entries, report.erased, report.unsealed, report.heads) == (12, 0, 2, 3)


def test_an_empty_journal_is_clean(journal: Journal) -> None:
    assert journal.verify().findings == []


@pytest.mark.parametrize("files", ["both", "heads", "none"])
@pytest.mark.parametrize(
    "tampering,place,what",
    [
        ([SAY_OTHER], 5, "payload-changed"),
        ([f"update base_journal_entry set salt = substr(sha256(''), 1, 16) where id = {AT_5}"], 5, "payload-changed"),
        ([f"update base_journal_entry set at = at - interval '1 day' where id = {AT_5}"], 5, "column-changed"),
        ([f"delete from base_journal_entry where id = {AT_5}"], 5, "entry-missing"),
        ([f"update base_journal_entry set payload = null, salt = null where id = {AT_5}"], 5, "erased-silently"),
        (["delete from base_journal_leaf where place = 5"], 5, "entry-missing"),
        (
            [f"delete from base_journal_entry where id = {AT_5}", "delete from base_journal_leaf where place = 5"],
            5,
            "entry-missing",
        ),
        (["update base_journal_leaf set leaf = sha256('x') where place = 5"], 5, "leaf-changed"),
        (["update base_journal_head set root = sha256('x') where size = 8"], 7, "signature-wrong"),
        (["update base_journal_head set at = at + interval '1 second' where size = 8"], 7, "signature-wrong"),
        (["update base_journal_head set edge = sha256('x') where size = 8"], 7, "head-changed"),
    ],
)
def test_the_first_tampered_entry_is_named(
    journal: Journal, tampering: list[str], place: int, what: str, files: str
) -> None:
    journal.fill()
    if files != "both":
        journal.outside.leaves_file.unlink()
    if files == "none":
        journal.outside.heads_file.unlink()
    (entry,) = journal.owner.execute(AT_5[1:-1]).fetchone() or (None,)
    journal.tamper(*tampering)
    report = journal.verify()
    assert report.first is not None
    # without the files, the database's own signed heads say whether the entry or its leaf is right
    assert bool(report.notes) == (files != "both")
    assert (report.first.place, report.first.what) == (place, what)
    if report.first.entry:
        assert report.first.entry == entry
        assert str(entry) in report.first.said
    assert len(report.findings) <= 2


def test_an_entry_changed_with_its_leaf(journal: Journal) -> None:
    written = journal.fill()
    journal.tamper(SAY_OTHER, REHASH)
    report = journal.verify()
    assert [(found.place, found.entry, found.what) for found in report.findings] == [(5, written[5], "entry-rewritten")]


def test_an_entry_changed_with_its_leaf_when_the_leaves_file_is_gone(journal: Journal) -> None:
    journal.fill()
    journal.outside.leaves_file.unlink()
    journal.tamper(SAY_OTHER, REHASH)
    report = journal.verify()
    assert [(found.place, found.what) for found in report.findings] == [(4, "entry-rewritten")]
    assert "places 4 to 7" in report.findings[0].said


def test_an_entry_changed_with_leaf_and_leaves_file(journal: Journal) -> None:
    journal.fill()
    journal.tamper(SAY_OTHER, REHASH)
    leaves = journal.owner.execute("select leaf from base_journal_leaf order by place").fetchall()
    journal.outside.leaves_file.write_bytes(b"".join(leaf for (leaf,) in leaves))
    report = journal.verify()
    assert [(found.place, found.what) for found in report.findings] == [(4, "entry-rewritten")]


def test_an_entry_changed_with_leaf_and_every_head_but_without_the_key(journal: Journal) -> None:
    journal.fill()
    journal.tamper(SAY_OTHER, REHASH)
    forge_heads(journal, Signer(Ed25519PrivateKey.generate()))
    report = journal.verify()
    assert (3, "signature-wrong") in [(found.place, found.what) for found in report.findings]
    assert (5, "entry-rewritten") in [(found.place, found.what) for found in report.findings]


def test_everything_changed_with_the_true_key_is_known_by_the_heads_outside(journal: Journal, tmp_path: Path) -> None:
    journal.fill()
    journal.tamper(SAY_OTHER, REHASH)
    forge_heads(journal, journal.signer)
    assert journal.verify().findings[0].place in (5, 7)
    # and with the files gone too, by the head that came by mail
    mailed = tmp_path / "mailed"
    mailed.write_bytes(journal.outside.heads_file.read_bytes().splitlines()[1])
    journal.outside.heads_file.unlink()
    journal.outside.leaves_file.unlink()
    assert journal.verify().findings == []
    assert first(journal, mailed) == (7, "head-changed")


def test_two_tampered_entries_are_both_named(journal: Journal) -> None:
    journal.fill()
    journal.tamper(
        "delete from base_journal_leaf where place = 9",
        "update base_journal_entry set payload = replace(payload, 'read', 'sent')"
        " where id = (select entry from base_journal_leaf where place = 2)",
    )
    report = journal.verify()
    assert [(found.place, found.what) for found in report.findings] == [
        (2, "payload-changed"),
        (9, "entry-missing"),
        (12, "never-sealed"),
    ]


@pytest.mark.parametrize("keep_leaves,keep_heads", [(True, True), (True, False), (False, True)])
def test_an_older_copy_is_noticed(journal: Journal, keep_leaves: bool, keep_heads: bool) -> None:
    journal.fill()
    if not keep_leaves:
        journal.outside.leaves_file.unlink()
    if not keep_heads:
        journal.outside.heads_file.unlink()
    cut_off(journal, 4)
    report = journal.verify()
    assert [(found.place, found.what) for found in report.findings] == [(4, "older-copy")]
    assert "ends at place 4" in report.findings[0].said
    assert "says 12" in report.findings[0].said


def test_an_older_copy_is_noticed_by_a_mailed_head_alone(journal: Journal, tmp_path: Path) -> None:
    journal.fill()
    mailed = tmp_path / "mailed"
    mailed.write_bytes(journal.outside.heads_file.read_bytes().splitlines()[2])
    cut_off(journal, 4)
    journal.outside.heads_file.unlink()
    journal.outside.leaves_file.unlink()
    assert first(journal, mailed) == (4, "older-copy")


def test_an_older_copy_that_went_on_is_noticed(journal: Journal) -> None:
    journal.fill()
    true_files = journal.outside.folder
    cut_off(journal, 4)
    journal.outside = type(journal.outside)(true_files / "elsewhere")
    journal.fill(3, 5)  # sealed by somebody who started new files: the database is longer now
    journal.outside = type(journal.outside)(true_files)
    assert first(journal)[0] == 4


def test_an_accepted_restore_goes_on_and_is_told(journal: Journal) -> None:
    journal.fill()
    mailed = journal.outside.folder / "mailed"
    mailed.write_bytes(journal.outside.heads_file.read_bytes())
    cut_off(journal, 4)
    with pytest.raises(JournalBroken):
        journal.seal()
    line = json.loads(journal.outside.heads_file.read_text().splitlines()[0])
    aside = journal.outside.accept_restore(Head.from_json(line), datetime(2026, 11, 22, tzinfo=UTC))
    assert len(aside.read_bytes()) == 8 * 32
    journal.fill(1)
    report = journal.verify()
    assert report.findings == []
    assert report.notes == ["2026-11-22T00:00:00.000000Z: a restore back to place 4 was accepted"]
    assert first(journal, mailed)[0] == 7  # whoever kept the later heads still sees that history was cut


def test_a_restore_to_nothing_can_be_accepted(journal: Journal) -> None:
    journal.fill()
    cut_off(journal, 0)
    journal.outside.accept_restore(None, datetime(2026, 11, 22, tzinfo=UTC))
    journal.fill(1)
    assert journal.verify().findings == []


def test_another_key_is_named(journal: Journal) -> None:
    journal.fill()
    journal.signer = Signer(Ed25519PrivateKey.generate())
    report = journal.verify()
    assert report.first is not None
    assert report.first.place == 3
    # six signatures, of which the three in heads.jsonl name the key that made them
    assert report.counts == {"signature-wrong": 6, "key-changed": 3}


def test_entries_hidden_from_the_sealer_are_named(journal: Journal) -> None:
    journal.fill(1)
    (never,) = journal.write()
    (gone,) = journal.write()
    journal.tamper(
        f"delete from base_journal_unsealed where entry = '{never}'",
        f"delete from base_journal_entry where id = '{gone}'",
    )
    journal.seal()
    assert [(found.entry, found.what) for found in journal.verify().findings] == [
        (never, "never-sealed"),
        (gone, "entry-missing"),
    ]


@pytest.mark.parametrize("file", ["leaves_file", "heads_file"])
def test_a_changed_file_outside_is_named(journal: Journal, file: str) -> None:
    journal.fill()
    path = getattr(journal.outside, file)
    if file == "leaves_file":
        content = bytearray(path.read_bytes())
        content[5 * 32] ^= 1
        path.write_bytes(content)
        assert first(journal) == (5, "leaves-file-changed")
    else:
        lines = path.read_text().splitlines(keepends=True)
        path.write_text(lines[0] + lines[2])
        assert first(journal) == (7, "head-missing")
        path.write_text(lines[0] + "{}\n" + lines[2])
        with pytest.raises(ValueError, match="head"):
            journal.verify()


def test_a_head_taken_from_the_database_is_named(journal: Journal) -> None:
    journal.fill()
    journal.tamper("delete from base_journal_head where size = 8")
    assert first(journal) == (7, "head-missing")
    journal.tamper("delete from base_journal_head where size = 12")
    assert journal.verify().counts == {"head-missing": 3}


def test_an_erasure_leaves_every_proof_valid(serving: object, journal: Journal) -> None:
    written = journal.fill()
    leaves = [leaf for (leaf,) in journal.owner.execute("select leaf from base_journal_leaf order by place")]
    with acting_as(AUDITOR, "audit,erase"):
        erase([written[5], written[6]], reason="request.gdpr-17")
    journal.seal()
    report = journal.verify()
    assert (report.findings, report.entries, report.erased) == ([], 13, 2)
    found = journal.owner.execute(
        "select at is not null, salt, payload, actor, record, act from base_journal_entry where id = %s", [written[5]]
    ).fetchone()
    assert found == (True, None, None, None, None, None)
    last = journal.outside.last()
    assert last is not None
    after = [leaf for (leaf,) in journal.owner.execute("select leaf from base_journal_leaf order by place")]
    assert after[:12] == leaves
    assert verify_inclusion(leaves[5], 5, last.size, inclusion_proof(5, after), last.root)


def test_who_may_erase_what(serving: object, journal: Journal) -> None:
    written = journal.fill(1)
    with acting_as(AUDITOR, "erase"):
        erasing = erase([written[0]], reason="request")
    journal.seal()
    attempts = [
        (AUDITOR, "audit", written[1], "may not do that to the journal"),
        (BOB, "erase", written[1], "cannot be erased"),  # another organisation's
        (AUDITOR, "erase", written[0], "cannot be erased"),  # twice
        (AUDITOR, "erase", erasing, "cannot be erased"),  # an erasure stays
        (AUDITOR, "erase", ANTWERP, "cannot be erased"),  # absent
    ]
    for who, acts, entry, said in attempts:
        with pytest.raises(DatabaseError, match=said), acting_as(who, acts):
            erase([written[2], entry], reason="request")
    with pytest.raises(DatabaseError, match="cannot be erased"), acting_as(AUDITOR, "erase"):
        erase(journal.write(), reason="request")  # not sealed yet
    with acting_as(WORKER):
        erase(written[1:2], reason="retention")
    report = journal.verify()
    assert (report.findings, report.erased) == ([], 2)


def test_an_erasure_cannot_be_journalled_as_something_else(journal: Journal) -> None:
    (entry, *_) = journal.fill(1)
    from_elsewhere = "select journal_erase(%s, %s, %s, %s, %s)"
    for said in ("report.read", "journal.erased"):
        one = row(AUDITOR, Happening(said, details={"entries": [] if said == "journal.erased" else [entry]}))
        with pytest.raises(errors.CheckViolation), session(journal.app, AUDITOR, "erase"):
            journal.app.execute(from_elsewhere, [[entry], *one])


def test_a_list_too_long_is_erased_in_parts(serving: object, journal: Journal) -> None:
    with acting_as(ALICE, "erase"):
        with pytest.raises(NotJournalled):
            erase([ANTWERP] * 1001, reason="request")
        write("journal.erased", entries=3)  # says nothing, and does not stop verification
    journal.seal()
    assert journal.verify().findings == []
