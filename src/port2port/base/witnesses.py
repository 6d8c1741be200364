"""How verification weighs its witnesses: the entries, the leaves and heads in the database, and what is kept outside.

A signed head says which of them is right about the places since the head before; from there the comparison starts
anew, so that findings stay local. Nothing here reads a database or a file.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from port2port.base.heads import Head
from port2port.base.journal import moment, read
from port2port.base.merkle import HASH_LENGTH, CompactRange, leaf_hash

MOST_FINDINGS = 1000
DATABASE, FILE, GIVEN = "the database", "heads.jsonl", "the given heads"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: at which place (from 0), with which entry, a code, and the sentence for people."""

    place: int
    entry: UUID | None
    what: str
    said: str


@dataclass
class Report:
    """What a verification found. `findings` are in the order of the places; clean when there are none."""

    entries: int = 0
    erased: int = 0
    unsealed: int = 0
    heads: int = 0
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def first(self) -> Finding | None:
        """The first tampered entry, or None."""
        return self.findings[0] if self.findings else None

    def add(self, place: int, entry: UUID | None, what: str, said: str) -> None:
        """Count a finding, and put it down unless a thousand of its kind stand there already."""
        self.counts[what] = self.counts.get(what, 0) + 1
        if self.counts[what] <= MOST_FINDINGS:
            self.findings.append(Finding(place, entry, what, said))


@dataclass(frozen=True)
class Told:
    """A head, where it stands, and its edge if that stands there too."""

    source: str
    head: Head
    edge: bytes | None = None


@dataclass(frozen=True)
class _Doubt:
    """A place about which the witnesses disagree, until the next signed head."""

    place: int
    entry: UUID
    claimed: bytes
    kept: bytes | None
    recomputed: bytes | None


class Walk:
    """The way through the places: the tree of the database's leaves, and of the other witness where they differ."""

    def __init__(self, report: Report, key: bytes) -> None:
        self.report, self.key = report, key
        self.tree = CompactRange()
        self.other: CompactRange | None = None
        self.doubts: list[_Doubt] = []
        self.erased: dict[UUID, int] = {}
        self.good = 0  # the size of the newest head that fitted
        self.broken = 0  # the place after the last one known to be wrong
        self.good_root = b""
        self.lost = False  # the tree went wrong and no edge has put it right: its later roots say nothing
        self.sealed = 0  # the size of the newest head in the database
        self.unkept: list[int] = []  # heads of the database that the file has not, unless it simply ends before

    def gap(self, kept: bytes | None) -> None:
        """Note that the database has nothing at the next place; `kept` is its leaf outside, if there is one."""
        place = self.tree.size
        self.report.add(place, None, "entry-missing", f"the entry at place {place} and its leaf are missing")
        self._grow(kept or bytes(HASH_LENGTH), None)
        self.broken = place + 1

    def place(self, row: tuple[Any, ...], kept: bytes | None) -> None:
        """Check one sealed entry; `kept` is its leaf outside, if there is one."""
        place, entry, claimed, found, at, salt, payload, *columns = row
        recomputed = None
        self.report.entries += 1
        if found is None:
            self.report.add(place, entry, "entry-missing", f"entry {entry} at place {place} is missing")
            self.broken = place + 1
        elif payload is None:
            self.report.erased += 1
            self.erased[entry] = place
        else:
            recomputed = leaf_hash(bytes(salt) + payload.encode())
            self._check_columns(place, entry, at, payload, columns)
        truth = kept if kept is not None else recomputed
        if truth not in (None, claimed) or recomputed not in (None, claimed):
            self.doubts.append(_Doubt(place, entry, claimed, kept, recomputed))
        self._grow(claimed, truth)

    def heads(self, size: int, group: list[Told]) -> None:
        """Check the heads of the size that the tree now has, from every source that has one."""
        sources = {told.source for told in group}
        for told in group:
            self._head(size, told)
        if DATABASE in sources:
            self.sealed = size
            self.report.heads += 1
        if FILE in sources:
            for lacking in self.unkept:
                self.report.add(lacking - 1, None, "head-missing", f"heads.jsonl lacks the head of size {lacking}")
            self.unkept = []
            if DATABASE not in sources:
                self.report.add(size - 1, None, "head-missing", f"the database lacks the head of size {size}")
        elif DATABASE in sources and len(self.unkept) < MOST_FINDINGS:
            self.unkept.append(size)

    def finish(self) -> None:
        """Settle what no head settled."""
        self._settle(database_right=None)
        if self.sealed < self.tree.size:
            self.report.add(
                self.sealed, None, "head-missing",
                f"the database holds places up to {self.tree.size - 1}, but no head after size {self.sealed}",
            )  # fmt: skip

    def _head(self, size: int, told: Told) -> None:
        head, where = told.head, f"the head of size {size} in {told.source}"
        if head.key and head.key != self.key:
            self.report.add(size - 1, None, "key-changed", f"{where} names another key")
        if not head.signed_by(self.key):
            self.report.add(size - 1, None, "signature-wrong", f"{where} was changed or signed with another key")
            return
        if head.root == self.tree.root():
            self.lost = False
            self._settle(database_right=True)
        elif self.other and head.root == self.other.root():
            self.tree = self.other
            self._settle(database_right=False)
        elif size == self.good:
            if head.root != self.good_root:
                self.report.add(size - 1, None, "head-changed", f"{where} tells of another root than its like")
            return
        else:
            if not self.doubts and not self.lost and self.broken <= self.good:
                said = (
                    f"something in places {self.good} to {size - 1} was changed together with its leaf: {where} differs"
                )
                self.report.add(self.good, None, "entry-rewritten", said)
            self._settle(database_right=None)
            again = _from_edge(head, told.edge)
            self.tree, self.lost = again or self.tree, again is None
        if not self.lost and told.edge is not None and told.edge != self.tree.to_bytes():
            self.report.add(size - 1, None, "head-changed", f"{where} has another edge than the tree")
        self.good, self.good_root = size, head.root

    def _grow(self, claimed: bytes, truth: bytes | None) -> None:
        if self.other is None and truth not in (None, claimed):
            self.other = self.tree.copy()
        if self.other is not None:
            self.other.append(truth or claimed)
        self.tree.append(claimed)

    def _settle(self, *, database_right: bool | None) -> None:
        """Say what is wrong at each doubtful place, now that a head has said who is right (None: nobody known)."""
        for doubt in self.doubts:
            place, entry = doubt.place, doubt.entry
            rewritten = doubt.recomputed == doubt.claimed
            if database_right is not False and doubt.recomputed not in (None, doubt.claimed):
                self.report.add(
                    place, entry, "payload-changed", f"what entry {entry} at place {place} says was changed"
                )
            elif database_right:
                self.report.add(place, entry, "leaves-file-changed", f"leaves.bin was changed at place {place}")
            elif rewritten or doubt.recomputed not in (None, doubt.kept or doubt.recomputed):
                said = f"entry {entry} at place {place} was changed together with its leaf"
                self.report.add(place, entry, "entry-rewritten", said)
            else:
                self.report.add(place, entry, "leaf-changed", f"the leaf of entry {entry} at place {place} was changed")
        self.doubts, self.other = [], None

    def _check_columns(self, place: int, entry: UUID, at: Any, payload: str, columns: list[Any]) -> None:
        try:
            said = read(entry, at, place, payload)
            told = [said.actor, said.hat, said.organisation, said.act, said.kind, said.record]
            same = told == columns and f'"at":"{moment(at)}"' in payload and f'"id":"{entry}"' in payload
        except (ValueError, KeyError, TypeError, AttributeError):
            same = False
        if not same:
            said_so = f"the columns of entry {entry} at place {place} do not tell what its payload tells"
            self.report.add(place, entry, "column-changed", said_so)


def _from_edge(head: Head, edge: bytes | None) -> CompactRange | None:
    if edge is None:
        return None
    try:
        tree = CompactRange.from_bytes(head.size, edge)
    except ValueError:
        return None
    return tree if tree.root() == head.root else None
