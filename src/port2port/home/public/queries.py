"""What anybody may read: asked as the principal "public", who holds the key of everyone and no other.

The database lets only TLP:CLEAR go to everyone, takes that key away with a withdrawal, and hides what has expired; of
alerts it also hides exercises, what is over and what is under embargo. So nothing is filtered here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils.safestring import SafeString

from port2port.alerts import queries as alerts
from port2port.alerts.sentences import public_line
from port2port.alerts.shown import shown
from port2port.base.errors import NotFound
from port2port.home.news.queries import Happened, Window, happened
from port2port.home.search.sources import by_kind, hits_of, kinds_shown
from port2port.knowledge.practices import files as practice_files
from port2port.knowledge.practices import pictures
from port2port.knowledge.practices import queries as practices
from port2port.knowledge.practices.shown import shown as practices_shown
from port2port.knowledge.practices.words import Card
from port2port.knowledge.questions.queries import QUESTION
from port2port.members.queries import called
from port2port.sharing.found import Hit
from port2port.sharing.models import Record
from port2port.sharing.queries import read_cursor, write_cursor
from port2port.site.markdown import plain
from port2port.site.reader import language

PAGE = 20
LONGEST = 700  # characters of a text
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
MARKED = frozenset({practices.KIND, QUESTION})  # written in Markdown
FALLBACK = ("en", "nl", "fr", "de")


@dataclass(frozen=True)
class Said:
    """What may be said in public in place of a record's own text, and in which language that is."""

    text: str
    language: str


@dataclass(frozen=True)
class Entry:
    """Something public. `language`: in which it was written, when that is not the reader's."""

    id: UUID
    kind: str
    icon: str
    title: str
    text: str
    language: str
    owner: str
    provenance: str
    act: str
    at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Page:
    """A page of what is public, newest first, with the cursors around it."""

    entries: list[Entry]
    next: str
    previous: str


def public_page(*, at: datetime, cursor: str = "", size: int = PAGE) -> Page:
    """Return what is public, newest first. Raises Invalid for a cursor that is not ours."""
    moment, last, newer = read_cursor(cursor)
    kinds = sorted(source.kind for source in kinds_shown())
    found = happened(kinds, Window(BEGINNING, at), size=size + 1, beside=(moment, last), newer=newer)
    more, found = len(found) > size, found[:size]
    if newer:
        found.reverse()
    has_next, has_previous = more or newer, more if newer else moment is not None
    return Page(
        _entries(found, at),
        write_cursor(found[-1].at, found[-1].record, newer=False) if found and has_next else "",
        write_cursor(found[0].at, found[0].record, newer=True) if found and has_previous else "",
    )


def public_entry(record: UUID, *, at: datetime) -> Entry:
    """Return one thing that is public. Raises NotFound: absent, hidden and withdrawn are the same."""
    kinds = [source.kind for source in kinds_shown()]
    row = Record.objects.filter(id=record, kind__in=kinds).first()
    found = _entries([Happened(row.id, row.kind, "shared", row.at)], at) if row else []
    if not found:
        raise NotFound
    return found[0]


def public_parts(record: UUID, *, picture: Callable[[UUID], str]) -> list[tuple[str, SafeString]]:
    """Return what a practice that is public says, part by part with its pictures; nothing of another record.

    `picture`: the address of a picture by its id.
    """
    found = practices_shown([record])
    if not found:
        return []
    return Card(found[0]).parts(pictures.addresses(practices.files(record), picture))


def public_picture(record: UUID, file: UUID, *, at: datetime) -> tuple[bytes, str]:
    """Return a picture of a practice that is public, and its media type. Raises NotFound for all else."""
    row = practice_files.one_file(file)
    if row.practice_id != record or row not in pictures.shown_in_text([row]):
        raise NotFound
    return practice_files.content(row, at=at), row.media_type


def _entries(found: Sequence[Happened], at: datetime) -> list[Entry]:
    hits = hits_of([(one.record, one.kind) for one in found], at)
    said: dict[UUID, Said] = {}
    for kind, lines in SAID.items():
        said |= lines([one.record for one in found if one.kind == kind], at)
    return [_entry(one, hits[one.record], said.get(one.record)) for one in found if one.record in hits]


def _entry(one: Happened, hit: Hit, said: Said | None) -> Entry:
    written = said.language if said else hit.language
    text = plain(hit.text) if hit.kind in MARKED else hit.text
    return Entry(
        id=hit.record.id,
        kind=str(by_kind()[hit.kind].word),
        icon=hit.icon,
        title=hit.title,
        text=_cut(said.text if said else text),
        language=written if written != language() else "",
        owner=called(hit.record.owner.names),
        provenance=hit.record.provenance,
        act=one.act,
        at=one.at,
        updated_at=hit.record.updated_at,
    )


def _cut(text: str) -> str:
    """Return a text, or its beginning to the end of a word."""
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(maxsplit=1)[0] + " …"


def _agreed_lines(ids: Sequence[UUID], at: datetime) -> dict[UUID, Said]:
    """Return the agreed lines of these alerts, in the reader's language or another that was written."""
    found = {}
    for row in shown(ids, at=at) if ids else ():
        for code in (language(), *FALLBACK):
            if line := public_line(row.draft, code):
                found[row.record.id] = Said(line, code)
                break
    return found


# Where what may be said in public was agreed apart from the text: kind -> the lines of these records.
SAID: dict[str, Callable[[Sequence[UUID], datetime], dict[UUID, Said]]] = {alerts.KIND: _agreed_lines}
