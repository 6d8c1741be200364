"""Reading effort: what the own ports told. The policy decides which rows come."""

from dataclasses import dataclass
from datetime import date

from port2port.displacement.models import Effort
from port2port.displacement.rules import last_months
from port2port.displacement.vocabulary import EffortKind, effort_kinds
from port2port.measures.adoption_queries import own_ports
from port2port.members.acting import current_actor
from port2port.members.facts import facts, remember
from port2port.members.models import Port


def effort(*, since: date | None = None, port: str = "") -> list[Effort]:
    """Return the effort that the actor sees, by port, month and kind."""
    found = Effort.objects.all()
    if since is not None:
        found = found.filter(month__gte=since)
    if port:
        found = found.filter(port__locode=port)
    rows = list(found.order_by("port__locode", "month", "kind"))
    known = facts()
    for row in rows:
        remember(row, "port", known.ports)
    return rows


def enters_effort() -> bool:
    """Tell whether the actor may enter effort for its organisation's ports."""
    actor = current_actor()
    return actor.organisation is not None and (actor.may("steward") or actor.may("speak"))


@dataclass(frozen=True)
class Grid:
    """Effort of one own port: kinds down, the last months across; None is unknown, 0 is none made."""

    port: Port
    months: tuple[date, ...]
    rows: tuple[tuple[EffortKind, tuple[Effort | None, ...]], ...]

    @property
    def known(self) -> int:
        """In how many of the months anything was told."""
        return sum(1 for n in range(len(self.months)) if any(cells[n] is not None for _kind, cells in self.rows))


def grids(*, today: date) -> list[Grid]:
    """Return the grid of each own port, member ports first."""
    months = tuple(last_months(today))
    told = {(row.port_id, row.month, row.kind): row for row in effort(since=months[0])}
    return [
        Grid(
            port,
            months,
            tuple((kind, tuple(told.get((port.id, month, kind.code)) for month in months)) for kind in effort_kinds()),
        )
        for port in own_ports()
    ]
