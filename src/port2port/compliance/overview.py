"""The national authority's overview: exceptions only, by port; on a page and as a file."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.base.errors import Refused
from port2port.base.ids import new_id
from port2port.compliance import queries
from port2port.compliance.book import rules_in_force
from port2port.compliance.models import Owed
from port2port.compliance.words import Line, line
from port2port.members.acting import action
from port2port.members.queries import called
from port2port.sharing import exports
from port2port.sharing.exports import File
from port2port.sharing.sheets import Sheet, to_xlsx

KIND = "obligation"
MOST = 2000
SHOWN = 25


@dataclass
class PortPart:
    """What is late in a port, the longest first, and how many places it concerns. `told`: who decides was told."""

    name: str
    lines: list[Line] = field(default_factory=list)
    rows: list[Owed] = field(default_factory=list)
    told: int = 0

    @property
    def places(self) -> int:
        """How many facilities, or the port itself."""
        return len({one.code for one in self.lines})

    @property
    def shown(self) -> list[Line]:
        """The first of them."""
        return self.lines[:SHOWN]

    @property
    def more(self) -> int:
        """How many more there are."""
        return max(0, len(self.lines) - SHOWN)


def exceptions(*, at: datetime) -> list[PortPart]:
    """Return what is late by port, the port with most first. Raises Refused for who sees not all of them."""
    if not queries.sight().national:
        raise Refused(_("This is the national authority’s: it sees every port."))
    book = rules_in_force().book
    parts: dict[str, PortPart] = {}
    for row in _late(at):
        name = _port(row)
        part = parts.setdefault(name, PortPart(name))
        part.lines.append(line(row, book, at=at))
        part.rows.append(row)
        part.told += row.escalates is not None and row.escalates <= at
    return sorted(parts.values(), key=lambda part: (-len(part.lines), part.name))


def _late(at: datetime) -> Iterable[Owed]:
    return queries.owed("late", at=at).filter(subject__kind__in=("facility", "port"))[:MOST]


def _port(row: Owed) -> str:
    subject = row.subject
    port = subject.facility.port if subject.facility is not None else subject.port
    return called(port.names) if port is not None else ""


@action
def take_out(*, at: datetime) -> File:
    """Return the exceptions as XLSX. Raises Refused without the act `export`, or for who sees not all."""
    exports.taker()
    parts = exceptions(at=at)
    export, number = new_id(), sum(len(part.lines) for part in parts)
    columns = (_("Port"), _("Place"), _("Code"), _("What"), _("To be done by"), _("Due"), _("Citation"))
    rows: list[tuple[Any, ...]] = [
        (part.name, one.whose, one.code, one.what, one.owed_by, one.day.isoformat() if one.day else "", one.citation)
        for part in parts
        for one in part.lines
    ]
    by_port = [(part.name, part.places, len(part.lines), part.told) for part in parts]
    heads = (_("Port"), _("Places"), _("Late"), _("Told to who decides"))
    body = to_xlsx([Sheet("late", columns, rows), Sheet("ports", heads, by_port)], exports.mark(export, number, at=at))
    exports.remember(export, kind=KIND, form="xlsx", records=[], at=at)
    return File(f"deadlines-{timezone.localtime(at):%Y%m%d-%H%M}-{export}.xlsx", body, number)
