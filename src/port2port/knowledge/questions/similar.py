"""What helps while a question is written: similar questions and what was learned, and who knows about it."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from port2port.base.finding.asking import asked
from port2port.helpdesk import found as helpdesk_found
from port2port.helpdesk.queries import LESSON
from port2port.knowledge.questions import found as questions_found
from port2port.sharing import queries as sharing
from port2port.sharing.found import Hit, Source
from port2port.sharing.models import Record

LONGEST = 200  # characters of what is being written that are looked for
MOST = 5

# What answers a question: other questions, what the help desks learned. A part of knowledge that answers adds its line.
SOURCES: tuple[Source, ...] = (
    *questions_found.SOURCES,
    *(source for source in helpdesk_found.SOURCES if source.kind == LESSON),
)


def similar(
    text: str, *, at: datetime, kinds: tuple[str, ...] = (), without: UUID | None = None, most: int = MOST
) -> list[Hit]:  # fmt: skip
    """Return what the actor sees that is like a text, best first: with all its words, then most, then any of them.

    `kinds`: only these; `without`: not this one. Reading AMBER is journalled, once for each kind.
    """
    question = asked(text[:LONGEST])
    sources = {source.kind: source for source in SOURCES if not kinds or source.kind in kinds}
    order: dict[UUID, str] = {}
    for expression in (question.match, question.most_of, question.wide):
        if len(order) <= most:
            order |= {one: kind for one, kind in sharing.ranked(question, expression, list(sources), most=2 * most).ids
                      if one not in order}  # fmt: skip
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for identifier, kind in order.items():
        by_kind[kind].append(identifier)
    shown: dict[UUID, Hit] = {}
    for kind, ids in by_kind.items():
        shown |= sources[kind].hits(ids, at)
    hits = [shown[one] for one in order if one in shown and one != without and shown[one].record.withdrawn_at is None]
    read: dict[str, list[Record]] = defaultdict(list)
    for hit in hits[:most]:
        read[hit.kind].append(hit.record)
    for kind, records in read.items():
        sharing.note_reading(kind, records, at=at, act="listed")
    return hits[:most]
