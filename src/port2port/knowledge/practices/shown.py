"""Practices with their envelopes, the texts that are shown, and how many use them: a constant number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from port2port.base import rows
from port2port.knowledge.practices.models import Practice, PracticeText
from port2port.knowledge.practices.rules import FIELDS, Draft, stale
from port2port.members.acting import current_actor
from port2port.members.facts import facts, remember
from port2port.sharing import audiences
from port2port.sharing.models import Record
from port2port.sharing.references import reference
from port2port.site.reader import language


@dataclass(frozen=True)
class Uses:
    """How many organisations say that they use a practice, and how many ports they look after together."""

    organisations: int = 0
    ports: int = 0


@dataclass(frozen=True)
class Shown:
    """A practice as it is shown: its row, its envelope, its audience in words, its texts by language."""

    practice: Practice
    record: Record
    audience: list[str]
    texts: dict[str, PracticeText]
    uses: Uses

    @property
    def id(self) -> UUID:
        """Its id, the envelope's."""
        return self.record.id

    @property
    def text(self) -> PracticeText:
        """The text in the reader's language, or else in English, or in the one it was written in."""
        for wanted in (language(), "en"):
            if wanted in self.texts:
                return self.texts[wanted]
        return next(iter(self.texts.values()))

    @property
    def draft(self) -> Draft:
        """The text as a value."""
        return draft_of(self.text)

    @property
    def own(self) -> bool:
        """Whether the organisation that the actor acts for looks after it."""
        return self.record.owner_id == current_actor().organisation

    @property
    def state(self) -> str:
        """The state of the newest text that the reader may know of: for others than the owner it is published."""
        return self.practice.state if self.own or self.practice.published is None else "published"

    @property
    def editorial(self) -> bool:
        """Whether the platform's editors took it from publications."""
        return self.record.provenance == "published"

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back; only its author still reads it."""
        return self.record.withdrawn_at is not None

    @property
    def reference(self) -> str:
        """What people call it by, as a report's."""
        return reference(self.record)

    def stale(self, today: date) -> bool:
        """Tell whether the day on which it was to be looked at again has come."""
        return stale(self.practice.review_on, today=today)


def draft_of(text: PracticeText) -> Draft:
    """Return a stored text as a value."""
    return Draft(**{name: getattr(text, name) for name in FIELDS} | {"modi": tuple(text.modi)})


def shown(ids: Sequence[UUID], *, newest: bool = False) -> list[Shown]:
    """Return these practices in this order, as far as they are seen, in their published texts.

    `newest`: in their newest ones instead, which only their own organisation sees before they are published.
    """
    if not ids:
        return []
    known = facts()
    found: dict[UUID, tuple[Practice, Record]] = {}
    texts: dict[UUID, dict[str, PracticeText]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [list(ids), list(ids)])
        for values in cursor.fetchall():
            practice, record = rows.read(Practice, values[:_P]), rows.read(Record, values[_P:])
            practice._state.fields_cache["record"] = record
            remember(record, "owner", known.organisations)
            remember(record, "port", known.ports)
            found[record.id] = practice, record
        cursor.execute(_NEWEST if newest else _PUBLISHED, [list(found)])
        for values in cursor.fetchall():
            text = rows.read(PracticeText, values)
            texts[text.practice_id][text.language] = text
        cursor.execute(_USES, [list(found)])
        uses = {row[0]: Uses(row[1], row[2]) for row in cursor.fetchall()}
    kept = [found[i] for i in ids if texts.get(i)]
    words = audiences.names_for((record.addressed, record.author_id) for _practice, record in kept)
    return [
        Shown(practice, record, said, texts[record.id], uses.get(record.id, Uses()))
        for (practice, record), said in zip(kept, words, strict=True)
    ]


_SHOWN = (
    f"select {rows.columns(Practice, 'k')}, {rows.columns(Record, 'e')} from knowledge_practice k"
    " join sharing_record e on e.id = k.record_id where k.record_id = any(%s) and e.id = any(%s)"
)
_P = rows.width(Practice)
_TEXTS = (
    f"select {rows.columns(PracticeText, 't')} from knowledge_practice k"
    " join knowledge_practicetext t on t.practice_id = k.record_id and t.number = {number}"
    " where k.record_id = any(%s) order by t.id"
)
_PUBLISHED = _TEXTS.format(number="coalesce(k.published, k.number)")
_NEWEST = _TEXTS.format(number="(select max(x.number) from knowledge_practicetext x where x.practice_id = k.record_id)")
_USES = """select e.practice_id, count(distinct e.organisation_id), count(distinct op.port_id)
  from knowledge_endorsement e left join members_organisation_ports op on op.organisation_id = e.organisation_id
  where e.practice_id = any(%s) group by e.practice_id"""
