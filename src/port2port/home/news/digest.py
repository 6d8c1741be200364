"""What stands in a digest: asked as the person it is for, hat by hat, so that the policy decides (0035).

A mail passes by servers of others. What is TLP:AMBER or narrower is counted and never read here: its id alone goes
through these hands. The transaction may only read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection

from port2port.alerts.delivery.weekly import Claimed
from port2port.home.following.queries import followed
from port2port.home.news.queries import Happened, Window, happened
from port2port.home.search.sources import by_kind, hits_of, kinds_shown
from port2port.members.acting import SignedOut, acting_as, current_actor
from port2port.sharing.api_shapes import tlp_name
from port2port.sharing.models import Record
from port2port.sharing.tlp import SENSITIVE

LOOKED_AT = 200  # of a hat and section; who sees more in a week has the page
LINES = 20


@dataclass(frozen=True)
class Line:
    """A title that may stand in a mail: of TLP:CLEAR or TLP:GREEN."""

    kind: str
    title: str
    reference: str
    where: str
    tlp: str
    url: str
    language: str

    @property
    def about(self) -> str:
        """What tells it from others of the same title, and how far it may be passed on."""
        return ", ".join(one for one in (self.kind, self.where, self.reference, self.tlp) if one)


@dataclass(frozen=True)
class Digest:
    """What a digest says. `more`: how many lines were left out; `unsaid`: how many are AMBER or narrower."""

    followed: tuple[Line, ...]
    others: tuple[Line, ...]
    more: int
    unsaid: int

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to say."""
        return not (self.followed or self.others or self.unsaid)


def digest_of(claimed: Claimed) -> Digest:
    """Return what happened for a person in the digest's time, under all their hats, each record once.

    What they wrote themselves is no news to them. Call it in their language, and outside any transaction.
    """
    window = Window(claimed.since, claimed.until)
    theirs: dict[UUID, Line] = {}
    others: dict[UUID, Line] = {}
    unsaid: set[UUID] = set()
    for hat in claimed.hats:
        try:
            with acting_as(claimed.person, hat):
                _read_only()
                _gather(window, theirs, others, unsaid)
        except SignedOut:  # this membership ended since the claim; the others may go on
            continue
    rest = [line for record, line in others.items() if record not in theirs]
    shown = list(theirs.values())[:LINES]
    beside = rest[: LINES - len(shown)]
    left_out = len(theirs) + len(rest) - len(shown) - len(beside)
    return Digest(tuple(shown), tuple(beside), left_out, len(unsaid))


def _gather(window: Window, theirs: dict[UUID, Line], others: dict[UUID, Line], unsaid: set[UUID]) -> None:
    kinds = sorted(source.kind for source in kinds_shown())
    for found, lines in ((happened(kinds, window, followed(), size=LOOKED_AT), theirs),
                         (happened(kinds, window, size=LOOKED_AT), others)):  # fmt: skip
        told, silent = _sorted(found)
        unsaid |= silent
        for record, hit in hits_of([(one.record, one.kind) for one in told], window.until).items():
            # Asked again of what is about to be written: the last look before a title leaves.
            if hit.record.tlp < SENSITIVE and record not in lines:
                title = " ".join(hit.title.split())
                lines[record] = Line(
                    str(by_kind()[hit.kind].word), title, hit.reference, hit.where, f"TLP:{tlp_name(hit.record.tlp)}",
                    f"{settings.SITE_URL}{hit.href}", hit.language,
                )  # fmt: skip


def _sorted(found: Sequence[Happened]) -> tuple[list[Happened], set[UUID]]:
    """Return what may be told by its title, and the ids of what may not; own and withdrawn ones are neither."""
    rows = Record.objects.filter(id__in=[one.record for one in found], withdrawn_at=None)
    marks = dict(rows.exclude(author_id=current_actor().person).values_list("id", "tlp"))
    told = [one for one in found if one.record in marks and marks[one.record] < SENSITIVE]
    return told, {one for one, tlp in marks.items() if tlp >= SENSITIVE}


def _read_only() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set transaction read only")
